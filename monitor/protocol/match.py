"""Finding a pattern in recognised words, through what the recogniser got wrong.

A match is scored from 0 to 1: how alike the words sound, each weighted by its length.
The search is dynamic programming over (state, token), so it is bounded by pattern size times text size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, pairwise

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from monitor.protocol.pattern import Edge, Literal, Pattern, Slot, State
from monitor.protocol.text import Token

FUZZY_FROM = 4
"""Shorter words differ by too little: they count only when they sound the same."""
PREFIX_FUZZY_FROM = 6
JOINED_FROM = 4
JOINED_MIN = 0.85
GAP_COST = 0.25
SENTENCE_COST = 1.5
SLOT_WEIGHT = 4.0
LONGER_NAME = 0.01
_NEUTRAL = 0.8
"""Likeness that is worth nothing when two ways of matching the same words are compared."""

Resolver = Callable[[str, Sequence[Token], int], Iterable[tuple[int, float]]]
"""Kind of slot, tokens and place to the lengths that a name there can have, each with its quality from 0 to 1."""


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


@lru_cache(maxsize=100_000)
def likeness(expected: str, heard: str) -> float:
    """How alike two sounds are, from 0 to 1; 0 where they are further apart than mishearing explains.

    One slip is allowed in a word of 4 to 6 letters, two up to 10, three beyond.
    """
    if expected == heard:
        return 1.0
    longest = max(len(expected), len(heard))
    if min(len(expected), len(heard)) < FUZZY_FROM:
        return 0.0
    allowed = 1 if longest <= 6 else 2 if longest <= 10 else 3
    slips = Levenshtein.distance(expected, heard, score_cutoff=allowed)
    return 0.0 if slips > allowed else 1 - 1.3 * slips / longest


def _alike(literal: Literal, heard: str) -> float:
    if literal.exact:
        return float(literal.sound == heard)
    if not literal.prefix:
        return likeness(literal.sound, heard)
    if len(literal.sound) < PREFIX_FUZZY_FROM:
        return float(heard.startswith(literal.sound))
    return likeness(literal.sound, heard[: len(literal.sound)])


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of the protocol heard in `size` tokens."""

    literal: Literal
    size: int
    alike: float


@dataclass(frozen=True, slots=True)
class Heard:
    """Tokens with the protocol's words that were heard in them, found once for all patterns."""

    tokens: tuple[Token, ...]
    hits: tuple[tuple[Hit, ...], ...]
    """Of each token: the words that begin there."""
    names: dict[tuple[str, int], tuple[tuple[int, float], ...]]
    resolver: Resolver

    def named(self, kind: str, at: int) -> tuple[tuple[int, float], ...]:
        """Names of a kind that begin at a token; looked up once."""
        found = self.names.get((kind, at))
        if found is None:
            found = self.names[kind, at] = tuple(self.resolver(kind, self.tokens, at))
        return found


def heard(tokens: Sequence[Token], literals: Sequence[Literal], resolver: Resolver) -> Heard:
    """`tokens` with the hits of `literals`."""
    single = _alikes(literals, [token.sound for token in tokens])
    pairs = [first.sound + second.sound for first, second in pairwise(tokens)]
    joined = _alikes([literal for literal in literals if len(literal.sound) >= JOINED_FROM], pairs)
    hits = []
    for at, token in enumerate(tokens):
        here = [Hit(literal, 1, alike) for literal, alike in single.get(token.sound, ())]
        if at < len(pairs) and not token.stop and not token.breaks:
            known = {hit.literal for hit in here if hit.alike == 1}
            here += [
                Hit(literal, 2, alike)
                for literal, alike in joined.get(pairs[at], ())
                if alike >= (JOINED_MIN if len(literal.sound) > FUZZY_FROM else 1.0) and literal not in known
            ]
        hits.append(tuple(here))
    return Heard(tuple(tokens), tuple(hits), {}, resolver)


def _alikes(literals: Sequence[Literal], sounds: Sequence[str]) -> dict[str, list[tuple[Literal, float]]]:
    """The literals that each sound may be, with their likeness."""
    found: dict[str, list[tuple[Literal, float]]] = {one: [] for one in sounds}
    by_length: dict[int | None, list[Literal]] = {}
    for literal in literals:
        by_length.setdefault(len(literal.sound) if literal.prefix else None, []).append(literal)
    for length, group in by_length.items() if found else ():
        for one, literal in _close(list(found), group, length):
            if alike := _alike(literal, one):
                found[one].append((literal, alike))
    return found


def _close(sounds: Sequence[str], literals: Sequence[Literal], length: int | None) -> Iterable[tuple[str, Literal]]:
    """Pairs that may be alike: this keeps the exact comparison off the many that cannot be."""
    cut = [one[:length] for one in sounds]
    slips = process.cdist(cut, [literal.sound for literal in literals], scorer=Levenshtein.distance, score_cutoff=3)
    for row, place in zip(*(slips <= 3).nonzero(), strict=True):
        yield sounds[row], literals[place]


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
                yield from self.paths(goal, at).values() if _edge(matcher.sign, self.tokens, at) else ()
            elif at < len(self.tokens):
                yield from self._slot(matcher, goal, at) if isinstance(matcher, Slot) else self._gap(goal, at)

    def _behind(self, goal: int, at: int) -> Iterable[_Path]:
        """Paths that go on behind the word before `at`; over the end of a sentence they lose, over a break none goes."""
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
        if self.tokens[at].ends_sentence:
            return
        for path in self._behind(goal, at + 1):
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


def _edge(sign: str, tokens: Sequence[Token], at: int) -> bool:
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
    for at, hits in enumerate(within.hits):
        if not first.others and not any(hit.literal in first.literals for hit in hits):
            continue
        for path in search.paths(pattern.start, at).values():
            if path.weight and path.points / path.weight >= score_min:
                score = path.points / path.weight
                found.append(Match(at, path.end, score, path.words, path.named, pattern.source))
    return found


def apart(matches: Iterable[Match]) -> list[Match]:
    """The best of `matches` that do not overlap, in order of time."""
    kept: list[Match] = []
    for match in sorted(matches, key=lambda match: (-match.score * len(match.words) ** 0.5, match.start)):
        if not any(match.overlaps(other) for other in kept):
            kept.append(match)
    return sorted(kept, key=lambda match: match.start)
