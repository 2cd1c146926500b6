"""Whole card numbers read out, digit by digit or in groups; the reader of digits is that of personal data."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.personal_data.kinds import CARD_DIGITS_MAX, CARD_DIGITS_MIN
from monitor.personal_data.numerals import Heard, digits_at
from monitor.protocol.text import Token

LINKING = frozenset({"y", "de", "coma", "guion", "espacio", "punto"})


def card_numbers(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Spans of tokens that read out 13 to 19 digits without other words between."""
    heard = [Heard(token.plain, token.stop != "") for token in tokens]
    found: list[tuple[int, int]] = []
    at, begun, end, count = 0, 0, 0, 0
    while at <= len(tokens):
        read = digits_at(heard, at) if at < len(tokens) else None
        if read:
            begun = begun if count else at
            count, at = count + len(read[0]), at + read[1]
            end = at
            continue
        if at == len(tokens) or heard[at].plain not in LINKING:
            if CARD_DIGITS_MIN <= count <= CARD_DIGITS_MAX:
                found.append((begun, end))
            count = 0
        at += 1
    return found
