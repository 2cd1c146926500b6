"""Syllables of spoken words.

Spanish spelling says how many syllables a word has: one a vowel sound. Strong vowels (a, e, o) and accented weak ones
beside a strong one (í, ú) each make one; weak vowels join their neighbour, as the Real Academia's orthography counts
them (2010, II.3.4: "guion", "cliente" and "construir" have diphthongs, however they are said).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import pairwise

from monitor.measures.spoken import spoken_words

_ES_SILENT_U = re.compile(r"(?<=[gq])u(?=[eiéí])")
_ES_SILENT_H = re.compile(r"(?<!c)h")
_ES_CONSONANT_Y = re.compile(r"y(?=[aeiouáéíóúü])")
_ES_VOWELS = re.compile(r"[aeiouáéíóúüyàèìòùâêîôûäëïö]+")
_ES_STRONG = frozenset("aeoáéóàèòâêôäëö")
_ES_ACCENTED_WEAK = frozenset("íúìùï")

_EN_SILENT_END = re.compile(r"(?:(?<![aeiouyl])e|(?<=[aeiouy]l)e|(?<=[^aeiouytd])(?<!dr)ed|(?<=[^aeiouysxzcgh])es)$")
_EN_VOWELS = re.compile(r"[aeiouy]+")


def syllables(word: str, language: str = "es") -> int:
    """Syllables of one spoken word in lower case; at least one.

    For English a rough count by groups of vowels; other languages are counted as Spanish.
    """
    return max(1, _COUNTERS.get(language, _spanish)(word))


def syllable_count(texts: Iterable[str], language: str = "es") -> int:
    """Syllables of all of `texts` as spoken, figures and abbreviations in full."""
    return sum(syllables(word, language) for text in texts for word in spoken_words(text, language))


def _spanish(word: str) -> int:
    sounded = _ES_SILENT_H.sub("", _ES_SILENT_U.sub("", word))
    return sum(_nuclei(group) for group in _ES_VOWELS.findall(_ES_CONSONANT_Y.sub(" ", sounded)))


def _nuclei(group: str) -> int:
    """Syllables of vowels in a row."""
    strong = sum(letter in _ES_STRONG for letter in group)
    if not strong:
        doubled = sum(first == second for first, second in pairwise(group))
        return 1 + doubled
    beside = sum(
        letter in _ES_ACCENTED_WEAK and bool(_ES_STRONG.intersection(group[max(0, at - 1) : at + 2]))
        for at, letter in enumerate(group)
    )
    return strong + beside


def _english(word: str) -> int:
    return len(_EN_VOWELS.findall(_EN_SILENT_END.sub("", word)))


_COUNTERS: dict[str, Callable[[str], int]] = {"es": _spanish, "en": _english}
