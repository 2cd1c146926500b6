"""What the customer did in this call, counted: never what they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from models.customer import Behaviour, CustomerFact
from models.recording import Party
from models.span import Span, total_s
from models.transcript import Turn
from monitor.protocol.call import Call

TIMES, PERCENT, SECONDS = "times", "%", "s"
COUNTED = {"interruption": "interruptions", "repeated_demand": "repeated_demands", "raised_level": "raised_turns"}
"""Facts that no entry of the protocol finds, and what they count towards."""


def behaviour_of(call: Call, facts: Sequence[CustomerFact]) -> tuple[Behaviour, ...]:
    """What was done at least once, each with its places; and how much of the talking it was."""
    return (*_counts(call, facts), *_talk(call.turns))


def _counts(call: Call, facts: Sequence[CustomerFact]) -> Iterator[Behaviour]:
    named = {saying.id: saying.behaviour for saying in call.compiled.protocol.customer} | COUNTED
    for behaviour in dict.fromkeys(name for name in named.values() if name):
        places = tuple(fact.span for fact in facts if named.get(fact.id) == behaviour)
        if places:
            yield Behaviour(behaviour, float(len(places)), TIMES, places)


def _talk(turns: Sequence[Turn]) -> Iterator[Behaviour]:
    own = [turn.span for turn in turns if turn.party is Party.CUSTOMER]
    others = [turn.span for turn in turns if turn.party is Party.AGENT]
    if not own or not others:
        return
    talk_s = total_s(own)
    yield Behaviour("talk_share", 100 * talk_s / (talk_s + total_s(others)), PERCENT)
    longest = max(own, key=lambda span: (span.duration_s, -span.start_s))
    yield Behaviour("longest_turn", longest.duration_s, SECONDS, (Span(longest.start_s, longest.end_s),))
