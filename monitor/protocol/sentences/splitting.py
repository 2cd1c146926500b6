"""The agent's words as sentences within floors: what one party says until the other takes over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from models.analysis import Silence
from models.recording import Party
from models.transcript import Turn, Word

WORDS_MAX = 40
"""A sentence of more words lacks punctuation: it is cut at its longest pause."""
BREAK_S = 1.5
"""Words further apart were not said in one breath."""
LISTENING_WORDS = 2
"""So many words of the other do not take the floor."""
_ENDS = ".…!?"


@dataclass(frozen=True, slots=True)
class Said:
    """One word with its place: the turn's index in the call, the word's in its turn."""

    turn: int
    place: int
    word: Word


@dataclass(frozen=True, slots=True)
class Floor:
    """What one party says while holding the floor, in sentences."""

    party: Party
    sentences: tuple[tuple[Said, ...], ...]
    after_hold: bool
    before_hold: bool

    @property
    def text(self) -> str:
        return " ".join(said.word.text.strip() for sentence in self.sentences for said in sentence)


def floors_of(turns: Sequence[Turn], silences: Sequence[Silence], hold_s: float) -> tuple[Floor, ...]:
    """The floors of a call in order of time; silences of `hold_s` and more are holds and part floors."""
    holds = [silence for silence in silences if silence.span.duration_s >= hold_s]
    groups = [[numbered] for numbered in _spoken(turns)]
    merged: list[list[tuple[int, Turn]]] = []
    for group in groups:
        same = merged and merged[-1][-1][1].party is group[0][1].party
        if same and not _hold_between(merged[-1][-1][1].end_s, group[0][1].start_s, holds):
            merged[-1] += group
        else:
            merged.append(group)
    return tuple(_floor(group, holds) for group in merged)


def _spoken(turns: Sequence[Turn]) -> list[tuple[int, Turn]]:
    """Turns with words in order of time, without those that only listen: they part nobody's floor."""
    spoken = sorted(((index, turn) for index, turn in enumerate(turns) if turn.words), key=lambda pair: pair[1].start_s)
    ends_s: dict[Party, float] = {}
    kept: list[tuple[int, Turn]] = []
    for index, turn in spoken:
        others_end_s = max((end_s for party, end_s in ends_s.items() if party is not turn.party), default=0.0)
        if len(turn.words) > LISTENING_WORDS or turn.start_s >= others_end_s:
            kept.append((index, turn))
        ends_s[turn.party] = max(turn.end_s, ends_s.get(turn.party, 0.0))
    return kept


def _hold_between(end_s: float, start_s: float, holds: Sequence[Silence]) -> bool:
    return any(end_s - 1.0 <= hold.start_s and hold.end_s <= start_s + 1.0 for hold in holds)


def _floor(group: Sequence[tuple[int, Turn]], holds: Sequence[Silence]) -> Floor:
    said = [Said(index, place, word) for index, turn in group for place, word in enumerate(turn.words)]
    start_s, end_s = group[0][1].start_s, group[-1][1].end_s
    return Floor(
        party=group[0][1].party,
        sentences=tuple(part for sentence in _sentences(said) for part in _cut(sentence)),
        after_hold=any(-1.0 <= start_s - hold.end_s <= BREAK_S for hold in holds),
        before_hold=any(-1.0 <= hold.start_s - end_s <= BREAK_S for hold in holds),
    )


def _sentences(said: Sequence[Said]) -> Iterator[tuple[Said, ...]]:
    begun = 0
    for at, (before, after) in enumerate(pairwise(said), 1):
        ended = before.word.text.rstrip()[-1:] in _ENDS and before.word.text.strip() != ""
        if ended or after.word.start_s - before.word.end_s > BREAK_S:
            yield tuple(said[begun:at])
            begun = at
    yield tuple(said[begun:])


def _pause_s(sentence: tuple[Said, ...], place: int) -> float:
    return sentence[place].word.start_s - sentence[place - 1].word.end_s


def _cut(sentence: tuple[Said, ...]) -> Iterator[tuple[Said, ...]]:
    if len(sentence) <= WORDS_MAX:
        yield sentence
        return
    inner = range(WORDS_MAX // 4, len(sentence) - WORDS_MAX // 4)
    at = max(inner, key=lambda place: (_pause_s(sentence, place), -abs(place - len(sentence) / 2)))
    yield from _cut(sentence[:at])
    yield from _cut(sentence[at:])
