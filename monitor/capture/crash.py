"""The record of a call that a crash cut off, from the last that its journal says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from models.call import CallRecord
from monitor.calls.record import record_of
from monitor.calls.state import CallState, LegState
from monitor.recorder.recorded import Recorded
from monitor.recorder.records import bare_record

_CALL = TypeAdapter(CallState)
_CUT_OFF = "source_ended"


def record_after_crash(recorded: Recorded, signals: Sequence[dict[str, Any]]) -> CallRecord:
    """As far as it is known: who called whom, when it was answered; it ended with the last sound that was kept."""
    call = next((state for signal in reversed(signals) if (state := _state(signal)) is not None), None)
    if call is None:
        return bare_record(recorded)
    ended_s = recorded.started_s + recorded.duration_s
    ended = replace(call, legs=tuple(_ended(leg, ended_s) for leg in call.legs))
    return record_of(ended, (), recorded)


def _state(signal: dict[str, Any]) -> CallState | None:
    try:
        return _CALL.validate_python(signal)
    except ValidationError:
        return None


def _ended(leg: LegState, at_s: float) -> LegState:
    if leg.ended_s is not None:
        return leg
    return replace(leg, closed_s=max(at_s, leg.begun_s), closed_reason=_CUT_OFF)
