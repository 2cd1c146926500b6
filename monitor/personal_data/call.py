"""A call as the finder sees it, and what it takes some words for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.personal_data.atoms import Line
from monitor.personal_data.context import Context, Cue, context_of
from monitor.personal_data.dictation import Piece
from monitor.personal_data.finding import Kind, Proof


@dataclass(frozen=True, slots=True)
class Hit:
    """What some pieces are."""

    kind: Kind
    proof: Proof
    confidence: float
    pieces: tuple[Piece, ...]
    """With the letters that belong to it."""
    digits: str
    reading: int = 0
    """Its place among `READINGS`."""


@dataclass(frozen=True, slots=True)
class Call:
    """The lines of a call, what is named in them, and their figures in the likeliest reading."""

    lines: tuple[Line, ...]
    cues: tuple[tuple[Cue, ...], ...]
    figures: tuple[tuple[Piece, ...], ...]

    def quiet(self, index: int) -> bool:
        return not self.cues[index]

    def context(self, pieces: Sequence[Piece]) -> Context:
        first, last = pieces[0], pieces[-1]
        return context_of(self.lines, self.cues, (first.line, first.first), (last.line, last.last))
