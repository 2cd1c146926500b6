"""Whole card numbers read out in English: "four five three two", "double seven", "forty-five twelve", "oh"."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.personal_data.kinds import CARD_DIGITS_MAX, CARD_DIGITS_MIN
from monitor.protocol.text import Token

LINKING = frozenset({"and", "dash", "hyphen", "space", "then", "comma"})
_UNITS = frozenset({"zero", "oh", "o", "nought", "naught", "one", "two", "three", "four", "five", "six", "seven"})
_UNITS |= {"eight", "nine"}
_TEENS = frozenset({"ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"})
_TEENS |= {"eighteen", "nineteen"}
_TENS = frozenset({"twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"})
_TIMES = {"double": 1, "triple": 2, "treble": 2}
"""How many digits more than the next word says."""
_HUNDRED = "hundred"


def card_numbers_english(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Spans of tokens that read out 13 to 19 digits without other words between."""
    found: list[tuple[int, int]] = []
    begun, count = 0, 0
    for at in range(len(tokens) + 1):
        digits = _digits(tokens, at) if at < len(tokens) else None
        if digits is not None:
            begun = begun if count else at
            count += digits
        elif at == len(tokens) or tokens[at].plain not in LINKING:
            if CARD_DIGITS_MIN <= count <= CARD_DIGITS_MAX:
                found.append((begun, at))
            count = 0
    return found


def _digits(tokens: Sequence[Token], at: int) -> int | None:
    """How many digits a word adds: "forty" two, its "five" none; `None` of what is no number."""
    word, before = tokens[at].plain, tokens[at - 1] if at else None
    if word.isdigit():
        return len(word)
    if word in _TIMES:
        return _TIMES[word]
    if word == _HUNDRED:
        return 2
    if word in _UNITS:
        return 0 if before and before.plain in _TENS and not before.stop else 1
    return 2 if word in _TEENS or word in _TENS else None
