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
SLIPS_MAX = 3
REMEMBERED_MAX = 50_000
"""Sounds, after which what was remembered is dropped: some tens of megabytes."""

Alike = tuple[Literal, float]
"""A word of the protocol and how alike it sounds."""

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
    allowed = 1 if longest <= 6 else 2 if longest <= 10 else SLIPS_MAX
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
    places: dict[Literal, tuple[int, ...]]
    """Where each word begins."""
    words: dict[tuple[int, int], tuple[int, ...]]
    """The tokens of each word of the call, by the indices of its turn and of the word in it."""

    def named(self, kind: str, at: int) -> tuple[tuple[int, float], ...]:
        """Names of a kind that begin at a token; looked up once."""
        found = self.names.get((kind, at))
        if found is None:
            found = self.names[kind, at] = tuple(self.resolver(kind, self.tokens, at))
        return found


class Ear:
    """All words of a protocol, and what each sound heard so far may be of them.

    It remembers: the same few thousand sounds make up all calls of a centre.
    """

    def __init__(self, literals: Sequence[Literal]) -> None:
        self._literals = tuple(literals)
        self._long = tuple(literal for literal in literals if len(literal.sound) >= JOINED_FROM)
        self._one: dict[str, tuple[Alike, ...]] = {}
        self._two: dict[str, tuple[Alike, ...]] = {}

    def one(self, sounds: Sequence[str]) -> list[tuple[Alike, ...]]:
        """What each sound may be."""
        return _remembered(self._one, sounds, self._literals)

    def two(self, sounds: Sequence[str]) -> list[tuple[Alike, ...]]:
        """What each sound, of two words run together, may be."""
        return _remembered(self._two, sounds, self._long)


def hear(tokens: Sequence[Token], ear: Ear, resolver: Resolver) -> Heard:
    """`tokens` with the words of the protocol that begin at each."""
    pairs = [first.sound + second.sound for first, second in pairwise(tokens)]
    singles, doubles = ear.one([token.sound for token in tokens]), [*ear.two(pairs), ()]
    hits = tuple(
        (*(Hit(literal, 1, alike) for literal, alike in single), *_joined(token, single, double))
        for token, single, double in zip(tokens, singles, doubles, strict=False)
    )
    return Heard(tuple(tokens), hits, {}, resolver, _places(hits), _words(tokens))


def _words(tokens: Sequence[Token]) -> dict[tuple[int, int], tuple[int, ...]]:
    words: dict[tuple[int, int], tuple[int, ...]] = {}
    for at, token in enumerate(tokens):
        words[token.turn, token.word] = (*words.get((token.turn, token.word), ()), at)
    return words


def _places(hits: Sequence[Sequence[Hit]]) -> dict[Literal, tuple[int, ...]]:
    places: dict[Literal, list[int]] = {}
    for at, begun in enumerate(hits):
        for literal in {hit.literal for hit in begun}:
            places.setdefault(literal, []).append(at)
    return {literal: tuple(found) for literal, found in places.items()}


def _joined(token: Token, single: Sequence[Alike], double: Sequence[Alike]) -> list[Hit]:
    """Words heard in a token and the next together, where no sign parts them and one token is not enough."""
    if token.stop or token.breaks:
        return []
    known = {literal for literal, alike in single if alike == 1}
    return [Hit(literal, 2, alike) for literal, alike in double if literal not in known and _sure(literal, alike)]


def _sure(literal: Literal, alike: float) -> bool:
    return alike >= (JOINED_MIN if len(literal.sound) > FUZZY_FROM else 1.0)


def _remembered(
    known: dict[str, tuple[Alike, ...]], sounds: Sequence[str], literals: Sequence[Literal]
) -> list[tuple[Alike, ...]]:
    fresh = sorted({sound for sound in sounds if sound not in known})
    if len(known) + len(fresh) > REMEMBERED_MAX:
        known.clear()
        fresh = sorted(set(sounds))
    found: dict[str, list[Alike]] = {sound: [] for sound in fresh}
    for sound, literal in _candidates(fresh, literals):
        if alike := _alike(literal, sound):
            found[sound].append((literal, alike))
    known.update((sound, tuple(alikes)) for sound, alikes in found.items())
    return [known[sound] for sound in sounds]


def _candidates(sounds: Sequence[str], literals: Sequence[Literal]) -> Iterable[tuple[str, Literal]]:
    """Pairs that may be alike: this keeps the exact comparison off the many that cannot be."""
    by_length: dict[int | None, list[Literal]] = {}
    for literal in literals if sounds else ():
        by_length.setdefault(len(literal.sound) if literal.prefix else None, []).append(literal)
    for length, group in by_length.items():
        cut, words = [sound[:length] for sound in sounds], [literal.sound for literal in group]
        slips = process.cdist(cut, words, scorer=Levenshtein.distance, score_cutoff=SLIPS_MAX)
        for row, place in zip(*(slips <= SLIPS_MAX).nonzero(), strict=True):
            yield sounds[row], group[place]
