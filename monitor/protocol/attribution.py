"""Who says what where one channel carries both: judged by the words alone.

Whoever serves and whoever calls say different things: "¿me indica su nombre?", "mi recibo", "señorita".
Each such phrase speaks for one of the two; the likeliest sequence of speakers is the one that agrees
with most of them and changes seldom, and then at the end of a sentence (Viterbi over two states).
What follows from it is marked as less certain than what two channels show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from models.recording import Party
from models.transcript import Turn
from monitor.protocol.hearing import Heard
from monitor.protocol.match import find
from monitor.protocol.pattern import Pattern
from monitor.protocol.text import Token

STRONG, HINT = 2.0, 0.5
CHANGE_AT_SENTENCE, CHANGE_AT_PAUSE, CHANGE_AT_TURN, CHANGE_WITHIN, CHANGE_IN_PHRASE = 1.2, 2.4, 0.8, 4.0, 8.0
PAUSE_S = 0.3
REPLY, FIRST_WORDS, OPENING_WORDS = 1.5, 3, 50
"""How much a reply counts, and after how many words and up to how many it can come."""
SCORE_MIN = 0.88
_PARTIES = (Party.AGENT, Party.CUSTOMER)


@dataclass(frozen=True, slots=True)
class Speakers:
    """The phrases that speak for one of the two parties."""

    agent: tuple[Pattern, ...]
    customer: tuple[Pattern, ...]
    agent_hints: tuple[Pattern, ...]
    customer_hints: tuple[Pattern, ...]
    replies: tuple[Pattern, ...]
    """What opens the reply to whoever answered: the first of these that begins a sentence is the customer's."""


def told_apart(turns: Sequence[Turn], within: Heard, speakers: Speakers) -> tuple[Turn, ...]:
    """The turns of a mixed channel cut where the speaker changes, each with its likely party.

    `within` holds the tokens of `turns`, in order. The agent is the likelier to speak first: they answer.
    """
    labels = _labels(within, speakers)
    owner = {(token.turn, token.word): label for token, label in zip(within.tokens, labels, strict=True)}
    return tuple(part for index, turn in enumerate(turns) for part in _parts(turn, index, owner))


def _parts(turn: Turn, index: int, owner: dict[tuple[int, int], int]) -> list[Turn]:
    parts: list[Turn] = []
    begun = 0
    current = owner.get((index, 0), 0)
    for place in range(1, len(turn.words) + 1):
        label = owner.get((index, place), current) if place < len(turn.words) else None
        if label != current:
            parts.append(_part(turn, begun, place, _PARTIES[current]))
            begun, current = place, current if label is None else label
    return parts


def _part(turn: Turn, begun: int, ended: int, party: Party) -> Turn:
    words = turn.words[begun:ended]
    return replace(turn, party=party, start_s=words[0].start_s, end_s=words[-1].end_s, words=words)


def _labels(within: Heard, speakers: Speakers) -> list[int]:
    """0 for the agent, 1 for the customer, of each token: the path with the least cost."""
    if not within.tokens:
        return []
    favour, held = favours(within, speakers)
    costs = (-favour[0], CHANGE_WITHIN + favour[0])
    sources: list[tuple[int, int]] = []
    for at in range(1, len(within.tokens)):
        change = CHANGE_IN_PHRASE if at in held else _change(within.tokens[at - 1], within.tokens[at])
        agent, customer = costs
        sources.append((int(customer + change < agent), int(customer < agent + change)))
        costs = (min(agent, customer + change) - favour[at], min(customer, agent + change) + favour[at])
    return _back(sources, int(costs[1] < costs[0]))


def _back(sources: Sequence[tuple[int, int]], label: int) -> list[int]:
    """The labels of the cheapest path, from where each came and the last."""
    labels = [label]
    for source in reversed(sources):
        label = source[label]
        labels.append(label)
    return labels[::-1]


def _change(before: Token, after: Token) -> float:
    """What it costs to change speakers between two words."""
    gap_s = after.start_s - before.end_s
    if before.turn != after.turn:
        return CHANGE_AT_TURN
    if before.ends_sentence:
        return CHANGE_AT_SENTENCE
    return CHANGE_AT_PAUSE if before.stop or gap_s >= PAUSE_S else CHANGE_WITHIN


def favours(within: Heard, speakers: Speakers) -> tuple[list[float], set[int]]:
    """For each token how much speaks for the agent (positive) or the customer, and the inner tokens of phrases."""
    favour = [0.0] * len(within.tokens)
    held: set[int] = set()
    weighted = (
        (speakers.agent, STRONG),
        (speakers.customer, -STRONG),
        (speakers.agent_hints, HINT),
        (speakers.customer_hints, -HINT),
    )
    for patterns, weight in weighted:
        for start, end in _spans(within, patterns):
            favour[start] += weight
            held.update(range(start + 1, end))
    replies = sorted(start for start, _ in _spans(within, speakers.replies) if _may_reply(within.tokens, start))
    for start in replies[:1]:
        favour[start] -= REPLY
    return favour, held


def _may_reply(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].starts_sentence and FIRST_WORDS <= at <= OPENING_WORDS


def _spans(within: Heard, patterns: Sequence[Pattern]) -> set[tuple[int, int]]:
    """Where phrases are heard, each place once however many patterns say so."""
    longest: dict[int, int] = {}
    for pattern in patterns:
        for match in find(pattern, within, SCORE_MIN):
            longest[match.start] = max(match.end, longest.get(match.start, 0))
    spans: set[tuple[int, int]] = set()
    ended = 0
    for start, end in sorted(longest.items()):
        if start >= ended:
            spans.add((start, end))
            ended = end
    return spans
