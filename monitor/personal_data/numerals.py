"""Digits read out in Spanish words: "cuarenta y ocho", "doble cero", "doce millones", "tres ceros".

The inverse of `monitor.measures.numerals`, forgiving: words count by their sound, so "sinco" is "cinco".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from monitor.measures.numerals import number_words
from monitor.protocol.text import plain, sound

_ALSO = {"un": 1, "una": 1, "veintiun": 21, "veintiuna": 21, "tre": 3, "sies": 6, "sete": 7}
_SMALL = {sound(plain(number_words(number, "es")[0])): number for number in (*range(30), *range(30, 100, 10))}
_SMALL |= {sound(word): value for word, value in _ALSO.items()}
_HUNDREDS = {sound(number_words(number, "es")[0]): number for number in range(101, 1000, 100)}
_HUNDREDS = {word: number - 1 for word, number in _HUNDREDS.items()} | {sound("cien"): 100}
_TENS = frozenset(range(20, 100, 10))
_UNITS = frozenset(range(1, 10))
_TIMES = {"doble": 2, "triple": 3}
_PLURALS = {
    "ceros": "0", "unos": "1", "doses": "2", "treses": "3", "cuatros": "4", "cincos": "5", "seises": "6", "sietes": "7",
    "ochos": "8", "nueves": "9",
}  # fmt: skip
_AND, _THOUSAND, _MILLION, _HUNDREDS_APART = "y", "mil", frozenset({"millon", "millones"}), "cientos"
_NO_NUMBERS = frozenset({"siento", "sien", "vente", "ves"})
"""Sound like one and are none."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a reader of digits sees of a word."""

    plain: str
    """Lower case, no accents; figures as they are."""
    pause: bool = False
    """Whether a comma or a stop is behind it: "seiscientos, doce" is 600 and 12, "seiscientos doce" 612."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How ambiguous numerals are read."""

    tens_join: bool = False
    """The "y" of "cuarenta ocho" has been lost: 48, and not 40 and 8."""
    hundreds_part: bool = False
    """The number "seiscientos doce" is 600 and 12, and not 612."""


READINGS = tuple(Reading(tens, hundreds) for hundreds in (False, True) for tens in (False, True))
"""The likeliest first."""


def digits_at(words: Sequence[Heard], at: int, reading: Reading = READINGS[0]) -> tuple[str, int] | None:
    """The digits that begin at a word and how many words say them; `None` where it is no number."""
    if not _begins(words[at].plain):
        return None
    return _repeated(words, at) or _cardinal(words, at, reading) or _figures(words[at])


@lru_cache(maxsize=20_000)
def _begins(word: str) -> bool:
    """Whether a word can be the first of a number: most are not, and this is all that they cost."""
    known = sound(word)
    return word.isdecimal() or word in _TIMES or word == _THOUSAND or known in _SMALL or known in _HUNDREDS


def _figures(word: Heard) -> tuple[str, int] | None:
    return (word.plain, 1) if word.plain.isdecimal() and word.plain.isascii() else None


def _repeated(words: Sequence[Heard], at: int) -> tuple[str, int] | None:
    """Of "doble cero", "triple siete", "tres ceros"."""
    if at + 1 >= len(words):
        return None
    first, second = words[at].plain, words[at + 1].plain
    if first in _TIMES:
        value = _digit(second)
        return None if value is None else (value * _TIMES[first], 2)
    count = _small(words[at])
    if second in _PLURALS and count in _UNITS:
        return _PLURALS[second] * (count or 0), 2
    return None


def _digit(word: str) -> str | None:
    value = _SMALL.get(sound(word), int(word) if word.isdecimal() and word.isascii() and len(word) == 1 else None)
    return str(value) if value is not None and value < 10 else None


def _cardinal(words: Sequence[Heard], at: int, reading: Reading) -> tuple[str, int] | None:
    """A number of one or more words up to the millions; figures count in it before and behind "mil" alone."""
    value, end = _below_thousand(words, at, reading)
    if value is None and not _is(words, end, _THOUSAND):
        return None
    value, end = _thousands(words, _counted(words, value, end), end, reading)
    if end > at and end < len(words) and words[end].plain in _MILLION and _goes_on(words, end):
        rest, stop = _below_thousand(words, end + 1, reading)
        rest, stop = _thousands(words, _counted(words, rest, stop), stop, reading)
        value, end = value * 10**6 + rest, stop
    return (str(value), end - at) if end > at and not (end == at + 1 and words[at].plain.isdecimal()) else None


def _counted(words: Sequence[Heard], value: int | None, end: int) -> int:
    """How many: "mil" alone is one thousand."""
    return int(_is(words, end, _THOUSAND)) if value is None else value


def _thousands(words: Sequence[Heard], value: int, end: int, reading: Reading) -> tuple[int, int]:
    """`value` with the "mil" at `end` and what follows it."""
    if not _is(words, end, _THOUSAND) or not _goes_on(words, end):
        return value, end
    rest, stop = (None, end + 1) if words[end].pause else _below_thousand(words, end + 1, reading)
    return value * 1000 + (rest or 0), stop if rest else end + 1


def _below_thousand(words: Sequence[Heard], at: int, reading: Reading) -> tuple[int | None, int]:
    """The number up to 999 at a word and its end; `None` and `at` where there is none."""
    if at >= len(words):
        return None, at
    word = words[at].plain
    if word.isdecimal() and word.isascii() and len(word) <= 3:
        beside = _is(words, at + 1, _THOUSAND) or (at and words[at - 1].plain in {_THOUSAND, *_MILLION})
        large = at + 1 < len(words) and words[at + 1].plain in _MILLION
        return (int(word), at + 1) if beside or large else (None, at)
    hundreds, end = _hundreds(words, at)
    if hundreds is None:
        return _below_hundred(words, at, reading)
    if reading.hundreds_part or words[end - 1].pause:
        return hundreds, end
    rest, stop = _below_hundred(words, end, reading)
    return (hundreds + rest, stop) if rest else (hundreds, end)


def _hundreds(words: Sequence[Heard], at: int) -> tuple[int | None, int]:
    if words[at].plain in _NO_NUMBERS:
        return None, at
    if _is(words, at + 1, _HUNDREDS_APART) and (unit := _small(words[at])) in _UNITS:
        return 100 * (unit or 0), at + 2
    value = _HUNDREDS.get(sound(words[at].plain))
    return value, at + (value is not None)


def _below_hundred(words: Sequence[Heard], at: int, reading: Reading) -> tuple[int | None, int]:
    value = _small(words[at]) if at < len(words) else None
    if value not in _TENS or words[at].pause:
        return value, at + (value is not None)
    joined = at + 1 + _is(words, at + 1, _AND)
    unit = _small(words[joined]) if joined < len(words) else None
    if unit in _UNITS and (joined == at + 2 or reading.tens_join):
        return (value or 0) + (unit or 0), joined + 1
    return value, at + 1


def _small(word: Heard) -> int | None:
    if word.plain in _NO_NUMBERS or not word.plain.isalpha():
        return None
    return _SMALL.get(sound(word.plain))


def _is(words: Sequence[Heard], at: int, plain_word: str) -> bool:
    return at < len(words) and words[at].plain == plain_word


def _goes_on(words: Sequence[Heard], end: int) -> bool:
    """Whether no pause parts a number from its "mil" or "millones"."""
    return end == 0 or not words[end - 1].pause or words[end].plain in {_THOUSAND, *_MILLION}
