"""What happened in a call, in order, on the recording's time line."""

from __future__ import annotations

from collections.abc import Iterator

from models.call import Moment, Side
from models.recording import Party
from monitor.calls.state import CallState, Happened, LegState

_REQUEST_TERMINATED = 487
_ORDER = ("begun", "ringing", "early_media", "answered")
"""Of what happened at the same time."""


def moments(call: CallState, time_zero_s: float) -> tuple[Moment, ...]:
    """What happened in all legs; the detail of a further leg's moments begins with `leg_2`, `leg_3` and so on."""
    found = [
        Moment(one.kind, one.at_s - time_zero_s, _party(call, leg, one.side), _detail(one.detail, index))
        for index, leg in enumerate(call.legs)
        for one in (*_once(leg), *leg.happened)
    ]
    found += [Moment(one.kind, one.at_s - time_zero_s, None, one.detail) for one in call.happened]
    return tuple(sorted(found, key=lambda moment: (moment.at_s, _rank(moment))))


def party_of(call: CallState, leg: LegState, side: Side) -> Party:
    """Who a side of a leg is; `BOTH` where one channel carries both and nobody said which side the agent is."""
    channel = call.agent_channel
    if channel is None:
        return Party.AGENT if leg.agent.side is side else Party.CUSTOMER
    return Party.AGENT if leg.channel(side) == channel else Party.CUSTOMER


def _party(call: CallState, leg: LegState, side: Side | None) -> Party | None:
    return None if side is None else party_of(call, leg, side)


def _once(leg: LegState) -> Iterator[Happened]:
    """The moments that a leg has at most one of."""
    if not leg.started_late:
        yield Happened("begun", leg.begun_s)
    if leg.ringing_s is not None:
        status = None if leg.ring_status is None else str(leg.ring_status)
        yield Happened("ringing", leg.ringing_s, Side.CALLEE, status)
    if leg.early_media_s is not None:
        yield Happened("early_media", leg.early_media_s, Side.CALLEE)
    if leg.answered_s is not None:
        yield Happened("answered", leg.answered_s, Side.CALLEE)
    yield from _ends(leg)


def _ends(leg: LegState) -> Iterator[Happened]:
    if leg.closed_s is not None:
        yield Happened("ended", leg.closed_s, leg.closed_by, leg.closed_reason)
    elif leg.failed and leg.failed_s is not None:
        given_up = leg.cancelled_s is not None or leg.failed_status == _REQUEST_TERMINATED
        status = None if leg.failed_status is None else str(leg.failed_status)
        side = Side.CALLER if given_up else Side.CALLEE
        yield Happened("abandoned" if given_up else "failed", leg.failed_s, side, status)


def _detail(detail: str | None, leg_index: int) -> str | None:
    if leg_index == 0:
        return detail
    return " ".join(part for part in (f"leg_{leg_index + 1}", detail) if part)


def _rank(moment: Moment) -> int:
    return _ORDER.index(moment.kind) if moment.kind in _ORDER else len(_ORDER)
