"""Finding a pattern in recognised words, through what the recogniser got wrong.

A match is scored from 0 to 1: how alike the words sound, each weighted by its length.
The search is dynamic programming over (state, token), so it is bounded by pattern size times text size.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from monitor.protocol.hearing import Heard
from monitor.protocol.pattern import Edge, Pattern, Slot, State
from monitor.protocol.text import Token

GAP_COST = 0.25
SENTENCE_COST = 1.5
SLOT_WEIGHT = 4.0
LONGER_NAME = 0.01
_NEUTRAL = 0.8
"""Likeness that is worth nothing when two ways of matching the same words are compared."""


@dataclass(frozen=True, slots=True)
class Named:
    """What filled a slot: `tokens[start:end]`."""

    kind: str
    start: int
    end: int
    quality: float


@dataclass(frozen=True, slots=True)
class Match:
    """A pattern found at `tokens[start:end]`."""

    start: int
    end: int
    score: float
    words: tuple[int, ...]
    """Indices of the tokens that the pattern asked for, gaps left out, slots included."""
    named: tuple[Named, ...]
    pattern: str

    def overlaps(self, other: Match) -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class _Path:
    """One way from a state to the end."""

    end: int
    surplus: float = 0.0
    points: float = 0.0
    weight: float = 0.0
    words: tuple[int, ...] = ()
    named: tuple[Named, ...] = ()


class _Search:
    """Shared work of one pattern over what was heard."""

    def __init__(self, pattern: Pattern, within: Heard) -> None:
        self.states = pattern.states
        self.heard = within
        self.tokens = within.tokens
        self.known: dict[tuple[int, int], dict[int, _Path]] = {}

    def paths(self, state: int, at: int) -> dict[int, _Path]:
        """Best path to the end of the pattern for each place where it can end."""
        found = self.known.get((state, at))
        if found is None:
            found = self.known[state, at] = self._paths(self.states[state], at)
        return found

    def _paths(self, state: State, at: int) -> dict[int, _Path]:
        best: dict[int, _Path] = {at: _Path(at)} if state.final else {}
        for path in chain(self._literals(state, at), self._others(state, at)):
            known = best.get(path.end)
            if known is None or path.surplus > known.surplus:
                best[path.end] = path
        return best

    def _literals(self, state: State, at: int) -> Iterable[_Path]:
        if at >= len(self.tokens) or not state.literals:
            return
        for hit in self.heard.hits[at]:
            for goal in state.literals.get(hit.literal, ()):
                weight = float(len(hit.literal.sound))
                words = tuple(range(at, at + hit.size))
                for path in self._behind(goal, at + hit.size):
                    yield _longer(path, hit.alike * weight, weight, words)

    def _others(self, state: State, at: int) -> Iterable[_Path]:
        for matcher, goal in state.others:
            if isinstance(matcher, Edge):
                yield from self.paths(goal, at).values() if edge_holds(matcher.sign, self.tokens, at) else ()
            elif at < len(self.tokens):
                yield from self._slot(matcher, goal, at) if isinstance(matcher, Slot) else self._gap(goal, at)

    def _behind(self, goal: int, at: int) -> Iterable[_Path]:
        """Paths that go on behind the word before `at`: over a break none, over a sentence's end at a cost."""
        before = self.tokens[at - 1]
        for path in self.paths(goal, at).values():
            if path.end == at or not (before.breaks or before.ends_sentence):
                yield path
            elif not before.breaks:
                yield replace(path, surplus=path.surplus - SENTENCE_COST, points=path.points - SENTENCE_COST)

    def _slot(self, slot: Slot, goal: int, at: int) -> Iterable[_Path]:
        for size, quality in self.heard.named(slot.kind, at):
            named = Named(slot.kind, at, at + size, quality)
            for path in self._behind(goal, at + size):
                yield _longer(path, quality * SLOT_WEIGHT, SLOT_WEIGHT, tuple(range(at, at + size)), named)

    def _gap(self, goal: int, at: int) -> Iterable[_Path]:
        for path in self._behind(goal, at + 1):
            if self.tokens[at].ends_sentence and path.end > at + 1:
                continue
            yield _Path(path.end, path.surplus - GAP_COST, path.points, path.weight, path.words, path.named)


def _longer(path: _Path, points: float, weight: float, words: tuple[int, ...], named: Named | None = None) -> _Path:
    """`path` with words before it; of two names that begin alike the longer is worth a little more."""
    return _Path(
        path.end,
        path.surplus + points - _NEUTRAL * weight + (LONGER_NAME * len(words) if named else 0.0),
        path.points + points,
        path.weight + weight,
        words + path.words,
        (named, *path.named) if named else path.named,
    )


def edge_holds(sign: str, tokens: Sequence[Token], at: int) -> bool:
    before = tokens[at - 1] if at else None
    if sign == "?":
        return before is not None and before.stop == "?"
    if before is None or at == len(tokens):
        return sign == "," or (sign == "^" and before is None) or (sign == "$" and before is not None)
    turned = before.turn != tokens[at].turn or before.breaks
    paused = turned or before.rests
    return paused if sign == "," else not paused if sign == "~" else turned


def find(pattern: Pattern, within: Heard, score_min: float) -> list[Match]:
    """The matches of `pattern` that score at least `score_min`: the best for each start and end."""
    found: list[Match] = []
    search = _Search(pattern, within)
    first = pattern.states[pattern.start]
    for at in range(len(within.hits)) if first.others else _begun(first, within):
        for path in search.paths(pattern.start, at).values():
            if path.weight and path.points / path.weight >= score_min:
                score = path.points / path.weight
                found.append(Match(at, path.end, score, path.words, path.named, pattern.source))
    return found


def _begun(first: State, within: Heard) -> list[int]:
    """Places where a word that a pattern can begin with was heard."""
    return sorted({at for literal in first.literals.keys() & within.places.keys() for at in within.places[literal]})


def apart(matches: Iterable[Match]) -> list[Match]:
    """The best of `matches` that do not overlap, in order of time."""
    kept: list[Match] = []
    for match in sorted(matches, key=lambda match: (-match.score * len(match.words) ** 0.5, match.start)):
        if not any(match.overlaps(other) for other in kept):
            kept.append(match)
    return sorted(kept, key=lambda match: match.start)
