"""When a call is over though nobody said so, and when one that is over may be closed."""

from __future__ import annotations

from dataclasses import dataclass

from audio.events import LegEnded, LegFailed, Signal
from monitor.calls.limits import CallLimits
from monitor.calls.state import CallState, LegState, Stage

NOT_SIGNALLED = frozenset({"silence", "source_ended", "limit"})
"""Reasons of an end that is ours and not the parties'."""
_ASKED_AGAIN = frozenset({401, 407, 422, *range(300, 400)})
"""Refusals that a second INVITE usually follows."""
_TERMINATED = 487


@dataclass(frozen=True, slots=True)
class Activity:
    """The last that was seen and heard of a call; `heard_s` is `None` where no packet of sound ever came."""

    signal_s: float
    heard_s: float | None

    @property
    def last_s(self) -> float:
        return self.signal_s if self.heard_s is None else max(self.signal_s, self.heard_s)


def lost_ends(call: CallState, activity: Activity, now_s: float, limits: CallLimits) -> tuple[Signal, ...]:
    """The ends that must have been lost, as signals to be fed."""
    live = [leg for leg in call.legs if leg.ended_s is None]
    if live and now_s - call.begun_s > limits.max_length_s:
        return tuple(LegEnded(max(now_s, leg.asked_s), leg.leg, reason="limit") for leg in live)
    silence_s = _silence_s(call, activity, limits)
    if live and now_s - activity.last_s > silence_s:
        return tuple(LegEnded(max(activity.last_s, leg.asked_s), leg.leg, reason="silence") for leg in live)
    return tuple(LegFailed(_given_up_s(leg), leg.leg, _TERMINATED) for leg in live if _given_up(leg, now_s, limits))


def _silence_s(call: CallState, activity: Activity, limits: CallLimits) -> float:
    if call.stage is Stage.HELD:
        return limits.held_silence_s
    if all(leg.orphan for leg in call.legs):
        return limits.orphan_silence_s
    if activity.heard_s is None and call.stage is Stage.ANSWERED:
        return limits.max_length_s  # only its signalling is seen, and that has nothing to say for hours
    return limits.silence_s


def _given_up(leg: LegState, now_s: float, limits: CallLimits) -> bool:
    waiting = leg.cancelled_s is not None and leg.answered_s is None
    return waiting and now_s - _given_up_s(leg) > limits.cancel_wait_s


def _given_up_s(leg: LegState) -> float:
    return max(leg.cancelled_s or leg.asked_s, leg.asked_s)


def closes_s(call: CallState, limits: CallLimits) -> float | None:
    """From when on nothing more is waited for; `None` while a leg lives."""
    ended_s = call.ended_s
    return None if ended_s is None else ended_s + _wait_s(call, limits)


def _wait_s(call: CallState, limits: CallLimits) -> float:
    last = max(call.legs, key=lambda leg: leg.ended_s or leg.begun_s)
    if last.failed and last.failed_status in _ASKED_AGAIN:
        return max(limits.grace_s, limits.retry_wait_s)
    if last.transferred_s is not None:  # and no leg outlived it: the next one may still come
        return max(limits.grace_s, limits.transfer_wait_s)
    return limits.grace_s
