"""Which words of a protocol may have been said at each place, whatever the recogniser spelt.

Found once for all patterns: every word of the protocol against every word heard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from monitor.protocol.pattern import Literal
from monitor.protocol.text import Token

FUZZY_FROM = 4
"""Shorter words differ by too little: they count only when they sound the same."""
PREFIX_FUZZY_FROM = 6
JOINED_FROM = 4
"""Letters from which a word may be heard as two."""
JOINED_MIN = 0.85

Resolver = Callable[[str, Sequence[Token], int], Iterable[tuple[int, float]]]
"""Kind of slot, tokens and place to the lengths that a name there can have, each with its quality from 0 to 1."""


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


def hear(tokens: Sequence[Token], literals: Sequence[Literal], resolver: Resolver) -> Heard:
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
