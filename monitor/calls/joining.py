"""Which legs are one conversation, and how their sides correspond."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models.call import Side
from monitor.calls.numbers import same_number, telling
from monitor.calls.state import CallState, Certainty, LegState


@dataclass(frozen=True, slots=True)
class JoinRules:
    """How legs are joined that have no key in common."""

    by_number: bool = True
    """Legs of one telephone number that come into the same exchange and go out of it, one at a time."""
    outgoing_within_s: float = 30.0
    """From an outgoing leg into the exchange to the leg out of it."""
    transfer_within_s: float = 30.0
    """From a transfer to the leg that it makes."""


def continuing(leg: LegState, calls: Sequence[CallState], rules: JoinRules) -> CallState | None:
    """The only call whose numbers say that `leg` goes on with it; `None` where there is none, or more than one."""
    return _only(leg, calls, rules, (_passed_on, _transferred_to, _passed_out))


def transferred(leg: LegState, calls: Sequence[CallState], rules: JoinRules) -> CallState | None:
    """The only call with a transfer that `leg` may come of."""
    return _only(leg, calls, rules, (_transferred_to,))


_GoesOn = Callable[[LegState, CallState, JoinRules], bool]


def _only(leg: LegState, calls: Sequence[CallState], rules: JoinRules, ways: Sequence[_GoesOn]) -> CallState | None:
    """By the first of the ways that any call fits."""
    if not rules.by_number or leg.orphan:
        return None
    for goes_on in ways:
        found = [call for call in calls if goes_on(leg, call, rules)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def passes_on(leg: LegState, first: LegState) -> bool:
    """Whether an exchange made `leg` of `first`: the same caller, and out of the host that `first` came to."""
    return _through_one_host(leg, first) and telling(leg.caller) and same_number(leg.caller, first.caller)


def _passed_on(leg: LegState, call: CallState, _: JoinRules) -> bool:
    """Whether an exchange passes the caller on to `leg`, e.g. from its queue to an agent."""
    return _waiting(leg, call) and passes_on(leg, call.legs[0])


def _passed_out(leg: LegState, call: CallState, rules: JoinRules) -> bool:
    """Whether an exchange passes on a call from one of its own telephones to the number that was dialled.

    The caller is another one on each side: the extension, and the number that the centre shows. Two callers with
    numbers of their own are two people who call the same service.
    """
    first = call.legs[0]
    soon = leg.begun_s - first.begun_s <= rules.outgoing_within_s and first.answered_s is None
    dialled = telling(leg.callee) and same_number(leg.callee, first.callee)
    two_people = telling(leg.caller) and telling(first.caller)
    return _waiting(leg, call) and soon and dialled and not two_people and _through_one_host(leg, first)


def _waiting(leg: LegState, call: CallState) -> bool:
    first = call.legs[0]
    return first.ended_s is None and leg.begun_s >= first.begun_s and not _talking_elsewhere(call)


def _talking_elsewhere(call: CallState) -> bool:
    """Whether the conversation has the other party's leg already: a further one would be another call."""
    return any(leg.answered_s is not None and leg.ended_s is None for leg in call.legs[1:])


def _through_one_host(leg: LegState, first: LegState) -> bool:
    return leg.addresses is not None and first.addresses is not None and leg.addresses[0] == first.addresses[1]


def _transferred_to(leg: LegState, call: CallState, rules: JoinRules) -> bool:
    """Whether who was transferred, and not who transferred them, takes part in `leg`."""
    for moved in call.legs:
        if moved.transferred_s is None or not 0 <= leg.begun_s - moved.transferred_s <= rules.transfer_within_s:
            continue
        stays = (moved.transferred_by or moved.agent.side).other
        theirs = moved.caller if stays is Side.CALLER else moved.callee
        if telling(theirs) and any(same_number(theirs, number) for number in (leg.caller, leg.callee)):
            return True
    return False


def flipped(leg: LegState, call: CallState) -> bool:
    """Whether the caller of `leg` belongs on channel 1 of a call that it joins.

    Known agents tell first, then numbers that two legs share, then who is no agent; else legs go the same way. Two
    sessions that record one voice each (`mixed`) get a channel each.
    """
    others = [other for other in call.legs if other.leg != leg.leg]
    if not others:
        return False
    if leg.mixed and all(other.mixed for other in others):
        return not any(other.flipped for other in others if other.ended_s is None)
    answers = (
        answer
        for tell in (_by_agent, _by_number, _by_exchange)
        for other in others
        if (answer := tell(leg, other)) is not None
    )
    return next(answers, others[0].flipped)


def _by_agent(leg: LegState, other: LegState) -> bool | None:
    if Certainty.DEFAULT in (leg.agent.certainty, other.agent.certainty):
        return None
    return (leg.agent.side is other.agent.side) == other.flipped


def _by_number(leg: LegState, other: LegState) -> bool | None:
    if same_number(leg.caller, other.caller) or same_number(leg.callee, other.callee):
        return other.flipped
    if same_number(leg.caller, other.callee) or same_number(leg.callee, other.caller):
        return not other.flipped
    return None


def _by_exchange(leg: LegState, other: LegState) -> bool | None:
    """Of two telephones that one exchange calls, and one of which is an agent's by the rules, the other is not."""
    same_host = leg.addresses is not None and other.addresses is not None and leg.addresses[0] == other.addresses[0]
    known = [one for one in (leg, other) if one.agent.certainty is not Certainty.DEFAULT]
    if not same_host or len(known) != 1 or known[0].agent.side is not Side.CALLEE:
        return None
    return not other.flipped


def consultation(call: CallState, later: CallState) -> bool:
    """Whether `later` was talk apart from `call`, e.g. of two agents before a transfer, and not the same voices."""
    moved = [leg.transferred_s for leg in (*call.legs, *later.legs) if leg.transferred_s is not None]
    answers = [leg.answered_s for leg in later.legs if leg.answered_s is not None]
    return bool(moved and answers and min(answers) <= max(moved)) and _heard_both(call) and _heard_both(later)


def _heard_both(call: CallState) -> bool:
    return {stream.side for stream in call.streams if stream.channel is not None} == set(Side)
