"""Which word of a pattern was heard in which word of a call, also where some of it was not heard.

The search is that of `monitor.protocol.match`, and scores as it does, but keeps what was expected and may
leave out up to `slips_max` words or signs of the pattern. It explains verdicts; it never makes one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from monitor.protocol.hearing import Heard
from monitor.protocol.match import GAP_COST, LONGER_NAME, SENTENCE_COST, SLOT_WEIGHT, Match, edge_holds
from monitor.protocol.pattern import Edge, Literal, Pattern, Slot, State

EDGE_WEIGHT = 2.0
"""What a sign that does not hold costs, in letters."""
SHOWN_MAX = 3
"""So many of the words that one place of a pattern takes are named."""
SCORE_LEAST = 0.6
"""Less of a pattern is no candidate for it."""
WEIGHTY = 4
_NEUTRAL = 0.8


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that a pattern asks for, and the tokens that it was heard in: none where it was not."""

    kind: str
    """`word`, `slot` or `sign`."""
    expected: str
    """A word by its sound, the kind of a slot, or a sign; alternatives are parted by `/`."""
    tokens: tuple[int, ...]
    alike: float
    """From 0 to 1; 0 where it is missing."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """A pattern laid over `tokens[start:end]`."""

    pattern: str
    start: int
    end: int
    score: float
    pieces: tuple[Piece, ...]

    @property
    def missing(self) -> tuple[Piece, ...]:
        return tuple(piece for piece in self.pieces if not piece.tokens)


@dataclass(frozen=True, slots=True)
class _Way:
    end: int
    surplus: float = 0.0
    points: float = 0.0
    weight: float = 0.0
    pieces: tuple[Piece, ...] = ()


class _Laying:
    """One pattern over what was heard."""

    def __init__(self, pattern: Pattern, within: Heard) -> None:
        self.states = pattern.states
        self.heard = within
        self.tokens = within.tokens
        self.known: dict[tuple[int, int, int], dict[int, _Way]] = {}

    def ways(self, state: int, at: int, slips: int) -> dict[int, _Way]:
        """The best way to the pattern's end for each place where it can end, with up to `slips` left out."""
        found = self.known.get((state, at, slips))
        if found is None:
            found = self.known[state, at, slips] = self._ways(self.states[state], at, slips)
        return found

    def _ways(self, state: State, at: int, slips: int) -> dict[int, _Way]:
        best: dict[int, _Way] = {at: _Way(at)} if state.final else {}
        for way in self._all(state, at, slips):
            known = best.get(way.end)
            if known is None or way.surplus > known.surplus:
                best[way.end] = way
        return best

    def _all(self, state: State, at: int, slips: int) -> Iterator[_Way]:
        if at < len(self.tokens):
            yield from self._words(state, at, slips)
            yield from self._names_and_gaps(state, at, slips)
        for matcher, goal in state.others:
            if isinstance(matcher, Edge) and edge_holds(matcher.sign, self.tokens, at):
                yield from self.ways(goal, at, slips).values()
        if slips:
            yield from self._left_out(state, at, slips - 1)

    def _words(self, state: State, at: int, slips: int) -> Iterator[_Way]:
        for hit in self.heard.hits[at]:
            for goal in state.literals.get(hit.literal, ()):
                tokens = tuple(range(at, at + hit.size))
                piece = Piece("word", shown(hit.literal), tokens, hit.alike)
                for way in self._behind(goal, at + hit.size, slips):
                    yield _longer(way, piece, float(len(hit.literal.sound)))

    def _names_and_gaps(self, state: State, at: int, slips: int) -> Iterator[_Way]:
        for matcher, goal in state.others:
            if isinstance(matcher, Slot):
                for size, quality in self.heard.named(matcher.kind, at):
                    piece = Piece("slot", matcher.kind, tuple(range(at, at + size)), quality)
                    for way in self._behind(goal, at + size, slips):
                        yield _longer(way, piece, SLOT_WEIGHT)
            elif not isinstance(matcher, Edge):
                for way in self._behind(goal, at + 1, slips):
                    if not self.tokens[at].ends_sentence or way.end == at + 1:
                        yield replace(way, surplus=way.surplus - GAP_COST)

    def _behind(self, goal: int, at: int, slips: int) -> Iterator[_Way]:
        before = self.tokens[at - 1]
        for way in self.ways(goal, at, slips).values():
            if way.end == at or not (before.breaks or before.ends_sentence):
                yield way
            elif not before.breaks:
                yield replace(way, surplus=way.surplus - SENTENCE_COST, points=way.points - SENTENCE_COST)

    def _left_out(self, state: State, at: int, slips: int) -> Iterator[_Way]:
        """Ways on which the next word, name or sign was not there."""
        goals: dict[int, list[Literal]] = {}
        for literal, targets in state.literals.items():
            for goal in targets:
                goals.setdefault(goal, []).append(literal)
        for goal, literals in goals.items():
            piece = Piece("word", _alternatives(literals), (), 0.0)
            weight = float(min(len(literal.sound) for literal in literals))
            yield from (_longer(way, piece, weight) for way in self.ways(goal, at, slips).values())
        for matcher, goal in state.others:
            if isinstance(matcher, Slot | Edge):
                kind, name, weight = _asked(matcher)
                piece = Piece(kind, name, (), 0.0)
                yield from (_longer(way, piece, weight) for way in self.ways(goal, at, slips).values())


def _asked(matcher: Slot | Edge) -> tuple[str, str, float]:
    if isinstance(matcher, Slot):
        return "slot", matcher.kind, SLOT_WEIGHT
    return "sign", matcher.sign, EDGE_WEIGHT


def _longer(way: _Way, piece: Piece, weight: float) -> _Way:
    """`way` with a piece before it."""
    points = piece.alike * weight
    longer_name = LONGER_NAME * len(piece.tokens) if piece.kind == "slot" else 0.0
    surplus = way.surplus + points - _NEUTRAL * weight + longer_name
    return _Way(way.end, surplus, way.points + points, way.weight + weight, (piece, *way.pieces))


def shown(literal: Literal) -> str:
    """A word of a pattern as its file writes it, by sound."""
    return ("=" if literal.exact else "") + literal.sound + ("*" if literal.prefix else "")


def _alternatives(literals: Iterable[Literal]) -> str:
    names = sorted({shown(literal) for literal in literals}, key=lambda name: (len(name), name))
    return "/".join(names[:SHOWN_MAX]) + ("/…" if len(names) > SHOWN_MAX else "")


def aligned(pattern: Pattern, within: Heard, match: Match) -> Alignment | None:
    """A match word by word; `None` where the pattern is not the match's."""
    way = _Laying(pattern, within).ways(pattern.start, match.start, 0).get(match.end)
    return _alignment(pattern, match.start, way) if way else None


def nearly(pattern: Pattern, within: Heard, slips_max: int = 2) -> list[Alignment]:
    """Where a pattern was nearly heard: half of it at least, a weighty word or a name among it."""
    laying = _Laying(pattern, within)
    begun = sorted({at for literal in pattern.literals for at in within.places.get(literal, ())})
    laid = (_alignment(pattern, at, way) for at in begun for way in laying.ways(pattern.start, at, slips_max).values())
    return [one for one in laid if one.score >= SCORE_LEAST and _telling(one)]


def _telling(alignment: Alignment) -> bool:
    heard = [piece for piece in alignment.pieces if piece.tokens]
    return any(piece.kind == "word" and len(piece.expected) >= WEIGHTY for piece in heard)


def _alignment(pattern: Pattern, start: int, way: _Way) -> Alignment:
    return Alignment(pattern.source, start, way.end, way.points / way.weight if way.weight else 0.0, way.pieces)
