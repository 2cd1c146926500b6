"""Which side of the call each line carries, and which of them is the agent.

A line belongs to the participant whose stream has its label, never to one by its place. Sides are given once a line:
the participant known to have placed the call is the caller. RFC 7865 has no word for that, so where the client's
extension data do not tell, an agent known by the rules is called the callee; and where that is not known either, the
first line is the caller's. The names of the sides then say no more than that the two are different.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from audio.siprec.metadata import Metadata, Participant
from audio.siprec.settings import AgentRules
from models.call import Side


@dataclass(frozen=True, slots=True)
class Parties:
    """What `LegBegun` and `LegLearned` say of a session's people."""

    caller: str | None = None
    callee: str | None = None
    agent_id: str | None = None
    agent_side: Side | None = None


def sides_of(labels: Sequence[str], metadata: Metadata, rules: AgentRules) -> tuple[Side, ...]:
    """The side of each sound line, in the order of the offer.

    A third line (a transfer's new party) has the agent's side where an agent speaks on it, and else the other one.
    """
    first = _first_side(labels, metadata, rules)
    agent_side = _agent_side(dict(zip(labels[:2], (first, first.other), strict=False)), metadata, rules)
    later = agent_side or Side.CALLEE
    return tuple(
        (first, first.other)[index] if index < 2 else later if _has_agent(label, metadata, rules) else later.other
        for index, label in enumerate(labels)
    )


def _first_side(labels: Sequence[str], metadata: Metadata, rules: AgentRules) -> Side:
    sides = (Side.CALLER, Side.CALLEE)
    for side, label in zip(sides, labels, strict=False):
        called = {one.called for one in metadata.speakers(label)}
        if called in ({True}, {False}):
            return Side.CALLER if called == {side is Side.CALLER} else Side.CALLEE
    agents = [_has_agent(label, metadata, rules) for label in labels[:2]]
    return Side.CALLEE if agents[:1] == [True] and agents[1:] != [True] else Side.CALLER


def _has_agent(label: str, metadata: Metadata, rules: AgentRules) -> bool:
    return agent_of(metadata.speakers(label), rules) is not None


def is_mixed(labels: Sequence[str], metadata: Metadata) -> bool:
    """Whether a session's only line carries both parties: unless the metadata name exactly one speaker on it."""
    return len(labels) == 1 and len(metadata.speakers(labels[0])) != 1


def agent_of(people: Sequence[Participant], rules: AgentRules) -> Participant | None:
    """The one participant whom the rules take for an agent; `None` where none or several fit."""
    kinds: tuple[Callable[[Participant], bool], ...] = (
        lambda one: _match(rules.aor, one.aor) is not None,
        lambda one: _match(rules.name, one.name) is not None,
        lambda one: one.domain in rules.domains,
    )
    for fits in kinds:
        found = [one for one in people if fits(one)]
        if len(found) == 1:
            return found[0]
    return None


def _match(patterns: Sequence[re.Pattern[str]], text: str | None) -> re.Match[str] | None:
    return next((found for one in patterns if text and (found := one.search(text))), None)


def parties_of(sides: Mapping[str, Side], metadata: Metadata, rules: AgentRules) -> Parties:
    """Caller, callee and agent of a session whose lines (by label) have these sides."""
    agent = agent_of(tuple(metadata.participants.values()), rules)
    numbers: dict[Side, str | None] = {}
    for label, side in sides.items():
        people = metadata.speakers(label)
        if len(people) == 1:
            numbers.setdefault(side, people[0].number)
            if len(sides) == 1:
                numbers[side.other] = _other_number(people[0], metadata)
        elif len(sides) == 1 and people:
            numbers = _numbers_of_mixed(people)
    return Parties(
        numbers.get(Side.CALLER),
        numbers.get(Side.CALLEE),
        _agent_id(agent, rules) if agent is not None else None,
        _agent_side(sides, metadata, rules),
    )


def _agent_side(sides: Mapping[str, Side], metadata: Metadata, rules: AgentRules) -> Side | None:
    """The side on which the agent speaks; of a line of the customer alone, the other one."""
    agent = agent_of(tuple(metadata.participants.values()), rules)
    people = {label: metadata.speakers(label) for label in sides}
    alone = {label: speakers[0] for label, speakers in people.items() if len(speakers) == 1}
    for label, one in alone.items():
        if agent is not None and one == agent:
            return sides[label]
    if agent is not None and len(sides) == len(alone) == 1:
        return next(iter(sides.values())).other
    return None


def _other_number(one: Participant, metadata: Metadata) -> str | None:
    """Of the only other participant, whose voice another session brings."""
    others = [other for other in metadata.participants.values() if other != one]
    return others[0].number if len(others) == 1 else None


def _numbers_of_mixed(people: Sequence[Participant]) -> dict[Side, str | None]:
    caller = next((one for one in people if one.called), people[0])
    callee = next((one for one in people if one is not caller), None)
    return {Side.CALLER: caller.number, Side.CALLEE: callee.number if callee else None}


def _agent_id(agent: Participant, rules: AgentRules) -> str | None:
    found = _match(rules.aor, agent.aor) or _match(rules.name, agent.name)
    named = found.groupdict().get("agent_id") if found is not None else None
    return named or agent.number
