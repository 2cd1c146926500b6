"""Whole card numbers read out, digit by digit or in groups."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.protocol.text import Token, plain

CARD_DIGITS_MIN, CARD_DIGITS_MAX = 13, 19
"""ISO/IEC 7812-1: digits of a card number; 12 and fewer are phones, accounts and cases."""
LINKING = frozenset({"y", "de", "coma", "guion", "espacio", "punto"})
_UNITS = [
    "cero",
    "un",
    "uno",
    "una",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dieciseis",
]
_TENS = ["veinte", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"]
_TEEN = ("dieci", "veinti")
_HUNDRED = ("cien", "ciento", "quinientos", "setecientos", "novecientos")
_JOINS_TENS = "y"


def card_numbers(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Spans of tokens that read out 13 to 19 digits without other words between."""
    found: list[tuple[int, int]] = []
    begun, count = 0, 0
    for at, token in enumerate(tokens):
        digits = _digits(tokens, at)
        if digits is not None:
            begun = at if not count else begun
            count += digits
        elif token.plain not in LINKING:
            if CARD_DIGITS_MIN <= count <= CARD_DIGITS_MAX:
                found.append((begun, at))
            count = 0
    if CARD_DIGITS_MIN <= count <= CARD_DIGITS_MAX:
        found.append((begun, len(tokens)))
    return found


def _digits(tokens: Sequence[Token], at: int) -> int | None:
    """How many digits a word adds: "cuarenta" two, its "y cinco" none; `None` of what is no number."""
    word = tokens[at].plain
    if word.isdigit():
        return len(word)
    if word in _HUNDRED or (word.endswith("cientos") and len(word) > len("cientos")):
        return 3
    joined = at > 1 and tokens[at - 1].plain == _JOINS_TENS and tokens[at - 2].plain in _TENS
    if joined and word in _UNITS[1:11]:
        return 0
    if word in _TENS or word.startswith(_TEEN):
        return 2
    return None if word not in _UNITS else 1 + (_UNITS.index(plain(word)) > _UNITS.index("nueve"))
