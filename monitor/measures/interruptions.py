"""Who starts to speak while the other holds the floor, and what kind of overlap that is.

Definitions: DESIGN.md, "interruption" and "backchannel"; `docs/measures.md` gives them in full.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from models.analysis import Overlap
from models.recording import Party
from models.span import Span, intersection, total_s, touching
from models.transcript import Turn


@dataclass(frozen=True, slots=True)
class OverlapSettings:
    """The limits between the kinds of overlap."""

    shortest_s: float = 0.2
    """Less speech at once is the usual jitter of a change of turn (Levinson and Torreira 2015)."""
    inside_turn_s: float = 0.5
    """What the other must have said already to be interrupted."""
    interruption_s: float = 0.5
    edge_tolerance_s: float = 0.05
    """How late a beginning and how early an end may be measured."""
    stopped_short_s: float = 0.03
    """Least speech at once where the other stopped in mid-word: what was cut off makes it short."""
    backchannel_s: float = 1.0


class CutShort(Protocol):
    """Says whether a turn stops in the middle of what was being said; `surely` asks for stronger evidence."""

    def __call__(self, turn: Turn, *, surely: bool) -> bool: ...


def overlaps(
    turns: Iterable[Turn],
    activity: Mapping[Party, tuple[Span, ...]],
    cut_short: CutShort,
    listening_words: frozenset[str],
    settings: OverlapSettings,
) -> tuple[Overlap, ...]:
    """Every overlap of two parties' turns, classified, in order of time.

    `activity` is the speech without its pauses: two turns overlap only where both really sound.
    `listening_words`, in lower case and without accents, say no more than "I am listening".
    """
    kinds = _Kinds(cut_short, listening_words, settings)
    ordered = sorted((turn for turn in turns if turn.party is not Party.BOTH), key=lambda turn: turn.start_s)
    found: list[Overlap] = []
    open_turns: list[Turn] = []
    for second in ordered:
        open_turns = [turn for turn in open_turns if turn.end_s > second.start_s]
        first = next((turn for turn in reversed(open_turns) if turn.party is second.party.other), None)
        if first is not None and kinds.is_overlap(first, second, _together_s(first, second, activity)):
            kind, yielded = kinds.of(first, second)
            found.append(Overlap(kind, second.party, second.start_s, min(first.end_s, second.end_s), yielded))
        open_turns.append(second)
    return tuple(found)


def _together_s(first: Turn, second: Turn, activity: Mapping[Party, tuple[Span, ...]]) -> float:
    common = Span(second.start_s, min(first.end_s, second.end_s))
    spoken = (intersection([common], touching(activity[party], common)) for party in (first.party, second.party))
    return total_s(intersection(*spoken))


@dataclass(frozen=True, slots=True)
class _Kinds:
    cut_short: CutShort
    listening_words: frozenset[str]
    settings: OverlapSettings

    def is_overlap(self, first: Turn, second: Turn, together_s: float) -> bool:
        if together_s >= self.settings.shortest_s - self.settings.edge_tolerance_s:
            return True
        short = together_s >= self.settings.stopped_short_s and first.end_s <= second.end_s
        return short and self.cut_short(first, surely=True)

    def of(self, first: Turn, second: Turn) -> tuple[str, bool]:
        """The kind of an overlap, and whether `first`, who was speaking, stopped for `second`."""
        goes_on = first.end_s > second.end_s
        if goes_on and second.span.duration_s <= self.settings.backchannel_s and self._listens(second):
            return "backchannel", False
        if second.start_s - first.start_s < self.settings.inside_turn_s - self.settings.edge_tolerance_s:
            return "turn_change", False
        if goes_on:
            return "attempt", False
        stopped_short = self.cut_short(first, surely=False)
        overlap_s = first.end_s - second.start_s
        if stopped_short or overlap_s >= self.settings.interruption_s - self.settings.edge_tolerance_s:
            return "interruption", stopped_short
        return "turn_change", False

    def _listens(self, turn: Turn) -> bool:
        return all(plain_word(word.text) in self.listening_words for word in turn.words)


def plain_word(text: str) -> str:
    """A word in lower case without accents or punctuation: `"¿Sí?"` gives `"si"`."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in decomposed if letter.isalnum())
