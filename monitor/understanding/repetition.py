"""The same demand made again: by the content words that it shares with what the same customer said before.

Words are compared by how they begin, with the vowels that Spanish verbs change made one ("vuelve", "volver").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from models.customer import CustomerFact
from models.protocol import Repeat
from models.recording import Party
from monitor.protocol.text import Token
from monitor.understanding.listening import Hit, Listening
from monitor.understanding.sentences import Sentence

BEGINNING = 4
"""Letters that two words must share at their beginning."""
BEGINNING_SHARE = 0.6
"""Of the shorter word."""
CONTENT_FROM = 4
"""Shorter words carry little."""
INSISTING_SHARED, PLAIN_SHARED = 1, 2
"""Content words that must have been said before: by one who says that they insist, and otherwise."""
PLAIN_SHARE = 0.5
"""Of a demand without such words, how much of its content must have been said before."""
DEMAND_CONTENT_MIN = 3
DEMAND_CONTENT_MAX = 12
"""A longer sentence tells a story; it shares words with everything."""


@dataclass(frozen=True, slots=True)
class _Said:
    sentence: Sentence
    content: frozenset[str]


def repeated_demands(listening: Listening) -> Iterator[CustomerFact]:
    """Demands that were made before, with the place of the first, in order of time."""
    insisting = _insisting(listening)
    empty = _empty_words(listening)
    before: list[_Said] = []
    for sentence in listening.customer:
        said = _Said(sentence, frozenset(_content(sentence.tokens, empty)))
        hit, repeat = insisting.get(sentence.start, (None, None))
        first = _first(said, before, insists=hit is not None)
        if first or (repeat is Repeat.LATER and _later(sentence, before)):
            yield _fact(sentence, first.sentence if first else None, hit)
        before.append(said)


def _fact(sentence: Sentence, first: Sentence | None, hit: Hit | None) -> CustomerFact:
    return CustomerFact(
        "repeated_demand",
        sentence.start_s,
        sentence.end_s,
        rule=hit.rule if hit else "similarity",
        quote=sentence.quote,
        confidence=hit.confidence if hit else sentence.probability,
        before_s=first.start_s if first else None,
    )


def _insisting(listening: Listening) -> dict[int, tuple[Hit, Repeat]]:
    """Sentences that insist by their words, by where they begin; words that need no likeness win."""
    compiled = listening.call.compiled
    sayings = [saying for saying in compiled.protocol.customer if saying.repeats]
    return {
        hit.sentence.start: (hit, saying.repeats)
        for saying in sorted(sayings, key=lambda saying: saying.repeats is Repeat.LATER)
        if saying.repeats
        for hit in listening.hits(saying.id, compiled.customer[saying.id], Party.CUSTOMER)
    }


def _empty_words(listening: Listening) -> frozenset[str]:
    lists = listening.call.compiled.protocol.lists
    return frozenset(
        word for name in ("function", "small_talk", "not_name", "digit", "empty") for word in lists.get(name, ())
    )


def _content(tokens: Iterable[Token], empty: frozenset[str]) -> Iterator[str]:
    for token in tokens:
        if len(token.plain) >= CONTENT_FROM and token.plain not in empty:
            yield token.sound.replace("ue", "o").replace("ie", "e")


def _later(sentence: Sentence, before: list[_Said]) -> bool:
    """Whether the customer had said what they want in an earlier turn: something with content in it."""
    return any(
        len(earlier.content) >= DEMAND_CONTENT_MIN for earlier in before if earlier.sentence.turn != sentence.turn
    )


def _first(said: _Said, before: list[_Said], *, insists: bool) -> _Said | None:
    """The earliest sentence of an earlier turn that says the same; `None` where there is none."""
    if not said.content or len(said.content) > DEMAND_CONTENT_MAX:
        return None
    wanted = INSISTING_SHARED if insists else PLAIN_SHARED
    for earlier in before:
        shared = _shared(said.content, earlier.content)
        same = shared >= wanted and (insists or (shared >= PLAIN_SHARE * len(said.content) and said.sentence.asks))
        if same and earlier.sentence.turn != said.sentence.turn:
            return earlier
    return None


def _shared(later: frozenset[str], earlier: frozenset[str]) -> int:
    return sum(any(_same(word, other) for other in earlier) for word in later)


def _same(one: str, other: str) -> bool:
    needed = max(BEGINNING, round(BEGINNING_SHARE * min(len(one), len(other))))
    return one[:needed] == other[:needed]
