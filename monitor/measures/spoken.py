"""Written words as they are spoken: figures, signs, abbreviations and letters in full.

Recognisers write "112" where a caller said "ciento doce". Rates count what was said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.measures.numerals import digit_words, number_words

_LONGEST_FIGURE = 12
_LONGEST_SPELT = 5
_GROUPED = r"\d{1,3}(?:[.,]\d{3})+(?!\d)"
_TOKEN = re.compile(_GROUPED + r"(?:[.,]\d+)?|\d+(?:[.,]\d+)?|[^\W\d_]+|[%€$+]")


@dataclass(frozen=True, slots=True)
class SpokenForms:
    """One language's readings of what is not written as it is spoken."""

    abbreviations: dict[str, str]
    signs: dict[str, str]
    letters: dict[str, str]
    decimal: dict[str, str]
    """The decimal separator, by how it is written."""


def _readings(listed: str) -> dict[str, str]:
    """`written spoken` pairs, parted by commas."""
    return dict(pair.split(" ", 1) for pair in listed.split(","))


_FORMS = {
    "es": SpokenForms(
        abbreviations=_readings(
            "sr señor,sra señora,srta señorita,sres señores,dr doctor,dra doctora,dña doña,ud usted,uds ustedes,"
            "vd usted,vds ustedes,av avenida,avda avenida,núm número,nº número,tel teléfono,kg kilos,km kilómetros,"
            "cm centímetros,mm milímetros,gb gigas,mb megas,hs horas,hrs horas,etc etcétera"
        ),
        signs={"%": "por ciento", "€": "euros", "$": "pesos", "+": "más"},
        letters=_readings(
            "b be,c ce,d de,f efe,g ge,h hache,j jota,k ka,l ele,m eme,n ene,ñ eñe,p pe,q cu,r erre,s ese,t te,v uve,"
            "w uve-doble,x equis,z zeta"
        ),
        decimal={",": "coma", ".": "punto"},
    ),
    "en": SpokenForms(
        abbreviations={
            "mr": "mister",
            "mrs": "misses",
            "ms": "miss",
            "dr": "doctor",
            "vs": "versus",
            "etc": "etcetera",
        },
        signs={"%": "percent", "€": "euros", "$": "dollars", "+": "plus"},
        letters=_readings("f ef,h aitch,l el,m em,n en,r ar,s es,w double-u,x ex"),
        decimal={".": "point", ",": "point"},
    ),
}
_OWN_ONSETS = {a + b for a in "bcdfgpt" for b in "lr"} | {"ch", "ll"}


def spoken_words(text: str, language: str = "es") -> list[str]:
    """The words that a reader aloud would say, in lower case and without punctuation.

    A figure of five digits and more without separators is read digit by digit unless it ends in two zeros, and so is
    one with a leading zero. Capitals that cannot be pronounced ("DNI") are spelt, as one word: "de-ene-i".
    """
    forms = _FORMS.get(language, _FORMS["es"])
    return [word for token in _TOKEN.findall(text) for word in _token_words(token, forms, language)]


def word_count(texts: Iterable[str], language: str = "es") -> int:
    """How many words are spoken in all of `texts`."""
    return sum(len(spoken_words(text, language)) for text in texts)


def _token_words(token: str, forms: SpokenForms, language: str) -> list[str]:
    if token[0].isdecimal():
        return _figure_words(token, forms, language)
    if token in forms.signs:
        return forms.signs[token].split()
    lower = token.lower()
    if lower in forms.abbreviations:
        return forms.abbreviations[lower].split()
    if len(lower) == 1 or (token.isupper() and len(lower) <= _LONGEST_SPELT and _must_be_spelt(lower)):
        return ["-".join(forms.letters.get(letter, letter) for letter in lower)]
    return [lower]


def _must_be_spelt(word: str) -> bool:
    """Whether Spanish could not pronounce it: no vowel, or consonants where none may stand together."""
    if not re.search(r"[aeiouáéíóú]", word):
        return True
    onset = re.match(r"[^aeiouyáéíóú]*", word)
    coda = re.search(r"[^aeiouyáéíóú]*$", word)
    return bool(onset and len(onset[0]) > 1 and onset[0] not in _OWN_ONSETS) or bool(coda and len(coda[0]) > 1)


def _figure_words(figure: str, forms: SpokenForms, language: str) -> list[str]:
    """A point or comma before three digits groups them, whatever the country; before others it is a decimal's."""
    grouped = re.match(_GROUPED, figure)
    whole = grouped[0] if grouped else re.split("[.,]", figure)[0]
    digits = re.sub("[.,]", "", whole)
    words = _integer_words(digits, language, grouped=bool(grouped))
    part = figure[len(whole) :]
    return [*words, forms.decimal[part[0]], *_integer_words(part[1:], language)] if part else words


def _integer_words(digits: str, language: str, *, grouped: bool = False) -> list[str]:
    code = len(digits) > 4 and not digits.endswith("00") and not grouped
    if code or (digits.startswith("0") and len(digits) > 1) or len(digits) > _LONGEST_FIGURE:
        return digit_words(digits, language)
    return number_words(int(digits), language)
