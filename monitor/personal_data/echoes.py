"""Read-backs: the digits of what was found, said again whole or in parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from monitor.personal_data.atoms import Line
from monitor.personal_data.call import Call, Hit
from monitor.personal_data.context import tells_last_figures
from monitor.personal_data.dictation import Piece, stretches
from monitor.personal_data.finding import Proof

_ECHO = 0.8
_ECHO_FAR, _ECHO_NEAR, _ECHO_TURNS = 6, 3, 4


def echoes(call: Call, kept: Sequence[Hit], taken: set[tuple[int, int]]) -> Iterator[Hit]:
    """What was said again of what was `kept`; words in `taken` belong to something already."""
    numbers = [(hit, {piece.line for piece in hit.pieces}) for hit in kept if hit.digits]
    if not numbers:
        return
    for index, pieces in enumerate(call.figures):
        for run in _runs(call.lines, pieces):
            digits = "".join(piece.chars for piece in run)
            words = {call.lines[index].atoms[piece.first].word for piece in run}
            if any((index, word) in taken for word in words) or tells_last_figures(call.lines[index], run[0].first):
                continue
            hit = next((hit for hit, lines in numbers if _echoes_of(digits, hit.digits, index, lines)), None)
            if hit:
                yield Hit(hit.kind, Proof.ECHO, _ECHO, run, "")


def _echoes_of(digits: str, number: str, index: int, lines: Iterable[int]) -> bool:
    near = min(abs(index - line) for line in lines) <= _ECHO_TURNS
    return len(digits) >= (_ECHO_NEAR if near else _ECHO_FAR) and digits in number


def _runs(lines: Sequence[Line], pieces: Sequence[Piece]) -> Iterator[tuple[Piece, ...]]:
    for _, first, last in stretches(lines, pieces):
        yield tuple(piece for piece in pieces if first <= piece.first and piece.last <= last)
