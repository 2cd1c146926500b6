"""Ring-to-answer, post-dial delay and answer delay of a conversation of one or more legs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from models.call import Side
from monitor.calls.joining import passes_on
from monitor.calls.numbers import user_of
from monitor.calls.state import CallState, Certainty, LegState

_AT_ONCE_S = 1.0
"""A queue or a menu answers faster than any agent lifts."""
_SIGNALLED = ("sip", "capture_file")
"""Sources that see the INVITE; a recording client's session begins when the call is answered."""


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds; `None` where an end of the stretch was not seen."""

    ring_to_answer_s: float | None = None
    """First 180, or 183 with early media, to the first 200, of the leg that an agent answered."""
    post_dial_delay_s: float | None = None
    """INVITE to the first 18x, as who called first saw it."""
    answer_delay_s: float | None = None
    """INVITE to the first 200, as who called first saw it."""
    ring_to_abandon_s: float | None = None
    """First 180, or 183 with early media, to the end of a call that nobody answered."""


def delays(call: CallState) -> Delays:
    """What the signalling says of the waiting; never what was only heard."""
    first, agents = _asked_together(call, call.legs[0]), _asked_together(call, answering_leg(call))
    signalled = call.source in _SIGNALLED and not any(leg.started_late or leg.orphan for leg in first)
    begun_s = min(leg.begun_s for leg in first) if signalled else None
    answer_s = _least(leg.answer_signalled_s for leg in agents)
    ring_s = _least(leg.ring_signalled_s for leg in agents)
    return Delays(
        ring_to_answer_s=_between(ring_s, answer_s),
        post_dial_delay_s=_between(begun_s, _least(leg.progress_s for leg in first)),
        answer_delay_s=_between(begun_s, _least(leg.answer_signalled_s for leg in first)),
        ring_to_abandon_s=None if _answers(call) else _between(ring_s, call.ended_s),
    )


def _answers(call: CallState) -> bool:
    return any(leg.answered_s is not None for leg in call.legs) and not left_waiting(call)


def answering_leg(call: CallState) -> LegState:
    """The leg on which an agent answered first; the first leg where no other tells.

    A leg to a telephone that the rules know as an agent's comes first; without such a rule, a leg that an exchange
    made of a call that it had answered itself (a queue), unless a transfer made it.
    """
    answered = sorted((leg for leg in call.legs if leg.answered_s is not None), key=_answered_s)
    known = [leg for leg in answered if _to_agent(leg)]
    if known:
        return known[0]
    first = call.legs[0]
    queued = [leg for leg in answered if _queued(leg, first, call)]
    return queued[0] if queued else (first if first.answered_s is not None or not answered else answered[0])


def left_waiting(call: CallState) -> bool:
    """Whether a queue answered, agents' telephones rang, and none was lifted."""
    first, others = call.legs[0], call.legs[1:]
    if first.answered_s is None or _to_agent(first) or any(leg.answered_s is not None for leg in others):
        return False
    return any(_to_agent(leg) or passes_on(leg, first) for leg in others if _queued(leg, first, call))


def queue_of(call: CallState) -> str | None:
    """The number that the caller dialled, where a queue answered it and not an agent."""
    first = call.legs[0]
    waited = answering_leg(call) is not first or left_waiting(call)
    return user_of(first.callee) or None if waited and first.answered_s is not None else None


def _to_agent(leg: LegState) -> bool:
    return leg.agent.side is Side.CALLEE and leg.agent.certainty is not Certainty.DEFAULT


def _queued(leg: LegState, first: LegState, call: CallState) -> bool:
    """Whether `leg` was asked for after the first leg was answered, and not by a transfer."""
    if leg is first or first.answered_s is None or leg.begun_s < first.answered_s:
        return False
    moved_s = _least(other.transferred_s for other in call.legs)
    if moved_s is not None and leg.begun_s >= moved_s:
        return False
    rang_s = _between(first.ringing_s, first.answered_s) or 0.0
    return passes_on(leg, first) or rang_s <= _AT_ONCE_S


def _asked_together(call: CallState, leg: LegState) -> list[LegState]:
    """The dialogs of one INVITE: a fork rings several telephones under one Call-ID."""
    return [one for one in call.legs if one is leg or (leg.signalling_id and one.signalling_id == leg.signalling_id)]


def _answered_s(leg: LegState) -> float:
    return leg.answered_s if leg.answered_s is not None else float("inf")


def _least(times: Iterable[float | None]) -> float | None:
    return min((at_s for at_s in times if at_s is not None), default=None)


def _between(start_s: float | None, end_s: float | None) -> float | None:
    """`None` too where the end comes first: a late or forked ringing is not a wait."""
    return None if start_s is None or end_s is None or end_s < start_s else end_s - start_s
