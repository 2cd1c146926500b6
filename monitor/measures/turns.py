"""From speech activity to turns, and words into the turns that they were said in."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from models.recording import Party
from models.span import Span, intersection, total_s, touching
from models.transcript import Turn, Word


@dataclass(frozen=True, slots=True)
class TurnSettings:
    """How pauses become one turn or two."""

    bridge_s: float = 1.2
    """A party who pauses no longer is still in the same turn, unless the other takes the floor."""
    floor_taken_s: float = 1.0
    """An utterance of the other longer than this takes the floor; a listening word does not."""
    word_reach_s: float = 0.5
    """How far outside a turn a word's middle may lie and still belong to it."""


def turn_spans(activity: Iterable[Span], other: Iterable[Span], settings: TurnSettings) -> tuple[Span, ...]:
    """One party's turns: its activity with the pauses closed in which nobody else took the floor."""
    long_utterances = [span for span in other if span.duration_s > settings.floor_taken_s]
    turns: list[Span] = []
    for span in activity:
        if turns and _one_turn(turns[-1], span, long_utterances, settings):
            turns[-1] = Span(turns[-1].start_s, span.end_s)
        else:
            turns.append(span)
    return tuple(turns)


def _one_turn(before: Span, after: Span, other: list[Span], settings: TurnSettings) -> bool:
    pause_s = after.start_s - before.end_s
    if pause_s > settings.bridge_s:
        return False
    if pause_s <= 0:
        return True
    pause = Span(before.end_s, after.start_s)
    return total_s(intersection([pause], touching(other, pause))) < pause_s / 2


def turns_of(activity: Mapping[Party, tuple[Span, ...]], settings: TurnSettings) -> tuple[Turn, ...]:
    """The turns of all parties in order of their start, still without words."""
    turns = [
        Turn(party, span.start_s, span.end_s)
        for party, spans in activity.items()
        for span in turn_spans(spans, activity.get(party.other, ()) if party is not Party.BOTH else (), settings)
    ]
    return tuple(sorted(turns, key=lambda turn: (turn.start_s, turn.party)))


def with_words(
    turns: tuple[Turn, ...], words: Mapping[Party, tuple[Word, ...]], settings: TurnSettings
) -> tuple[tuple[Turn, ...], int]:
    """The turns with their words, and how many words fell outside every turn and were left out."""
    said: dict[int, list[Word]] = {}
    outside = 0
    for party, heard in words.items():
        own = [index for index, turn in enumerate(turns) if turn.party is party]
        for word in heard:
            index = _turn_at((word.start_s + word.end_s) / 2, own, turns, settings.word_reach_s)
            if index is None:
                outside += 1
            else:
                said.setdefault(index, []).append(word)
    filled = tuple(replace(turn, words=tuple(said.get(index, ()))) for index, turn in enumerate(turns))
    return filled, outside


def _turn_at(time_s: float, own: list[int], turns: tuple[Turn, ...], reach_s: float) -> int | None:
    """Index of the party's turn nearest to `time_s`, none where even that is out of reach."""
    after = bisect_left(own, time_s, key=lambda index: turns[index].start_s)
    near = own[max(0, after - 1) : after + 1]
    distances = [(max(turns[index].start_s - time_s, time_s - turns[index].end_s, 0.0), index) for index in near]
    distance_s, index = min(distances, default=(float("inf"), -1))
    return index if distance_s <= reach_s else None
