"""Numbers as they are spoken, in Spanish and English."""

from __future__ import annotations

from collections.abc import Callable


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_ES_UNITS = _listed(
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete "
    "dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete "
    "veintiocho veintinueve"
)
_ES_TENS = _listed("treinta cuarenta cincuenta sesenta setenta ochenta noventa")
_ES_HUNDREDS = _listed(
    "ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos"
)
_EN_UNITS = _listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_EN_TENS = _listed("twenty thirty forty fifty sixty seventy eighty ninety")

LARGEST = 10**12 - 1


def number_words(number: int, language: str) -> list[str]:
    """The words of a cardinal number from 0 to `LARGEST`; Spanish where the language has no numerals here.

    Raises:
        ValueError: outside that range.
    """
    if not 0 <= number <= LARGEST:
        raise ValueError(f"{number} is not from 0 to {LARGEST}")
    return _NUMERALS.get(language, _spanish)(number)


def digit_words(digits: str, language: str) -> list[str]:
    """Each digit by its name, as codes and card numbers are read out."""
    return [word for digit in digits for word in number_words(int(digit), language)]


def _spanish(number: int) -> list[str]:
    if number < 30:
        return [_ES_UNITS[number]]
    if number < 100:
        tens, unit = divmod(number, 10)
        return [_ES_TENS[tens - 3], *(["y", _ES_UNITS[unit]] if unit else [])]
    if number == 100:
        return ["cien"]
    if number < 1000:
        return [_ES_HUNDREDS[number // 100 - 1], *_rest(number % 100, _spanish)]
    if number < 10**6:
        thousands = [] if number < 2000 else _before_noun(number // 1000)
        return [*thousands, "mil", *_rest(number % 1000, _spanish)]
    millions = number // 10**6
    noun = "millón" if millions == 1 else "millones"
    return [*_before_noun(millions), noun, *_rest(number % 10**6, _spanish)]


def _before_noun(number: int) -> list[str]:
    """A number that counts something masculine: "un", "veintiún"."""
    *first, last = _spanish(number)
    return [*first, {"uno": "un", "veintiuno": "veintiún"}.get(last, last)]


def _english(number: int) -> list[str]:
    if number < 20:
        return [_EN_UNITS[number]]
    if number < 100:
        return [_EN_TENS[number // 10 - 2], *_rest(number % 10, _english)]
    for size, noun in ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if number >= size:
            return [*_english(number // size), noun, *_rest(number % size, _english)]
    raise AssertionError("every number has a size")


def _rest(number: int, words: Callable[[int], list[str]]) -> list[str]:
    return words(number) if number else []


_NUMERALS: dict[str, Callable[[int], list[str]]] = {"es": _spanish, "en": _english}
