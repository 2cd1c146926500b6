"""One leg's state and what a signal makes of it.

Times are folded by their minimum, so that events told twice or out of order give the same leg.
"""

from __future__ import annotations

from dataclasses import replace

from audio.events import (
    Digit,
    LegAnswered,
    LegBegun,
    LegCancelled,
    LegEnded,
    LegFailed,
    LegHeld,
    LegLearned,
    LegResumed,
    LegRinging,
    LegTransferred,
    Signal,
)
from monitor.calls.state import Happened, Hold, LegState

_MOST_KEYS = 16
_MOST_HAPPENINGS = 1000
"""Holds and digits of one leg: more is nobody's call but somebody's attack."""
_RINGING = 180


def begun(signal: Signal) -> LegState:
    """A leg of which this is the first that is known."""
    fresh = LegState(leg=signal.leg, begun_s=signal.at_s, asked_s=signal.at_s, invited=False, started_late=True)
    return folded(fresh, signal)


def folded(leg: LegState, signal: Signal) -> LegState:  # noqa: C901, PLR0911 # one line for each kind of signal
    """The leg after a signal; the same leg where the signal says nothing new."""
    match signal:
        case LegBegun():
            return _asked(leg, signal)
        case LegRinging():
            return _rung(leg, signal)
        case LegAnswered():
            return _answered(leg, signal)
        case LegFailed():
            return _failed(leg, signal)
        case LegCancelled():
            return replace(leg, cancelled_s=first(leg.cancelled_s, signal.at_s))
        case LegHeld() | LegResumed():
            return _held(leg, signal)
        case LegTransferred():
            return _transferred(leg, signal)
        case LegEnded():
            return _ended(leg, signal)
        case LegLearned():
            return _learned(leg, signal)
        case Digit():
            return _with(leg, Happened("digit", signal.at_s, signal.side))


def first(known_s: float | None, at_s: float) -> float:
    return at_s if known_s is None else min(known_s, at_s)


def _asked(leg: LegState, signal: LegBegun) -> LegState:
    """An INVITE, perhaps a second one after a refusal; who is who is told by the first."""
    asked = replace(leg, begun_s=min(leg.begun_s, signal.at_s), asked_s=max(leg.asked_s, signal.at_s))
    if leg.invited:
        return asked
    return replace(
        asked,
        invited=True,
        started_late=signal.started_late,
        signalling_id=signal.signalling_id,
        caller=leg.caller or signal.caller,
        callee=leg.callee or signal.callee,
        agent_id=leg.agent_id or signal.agent_id,
        agent_side=leg.agent_side or signal.agent_side,
        mixed=signal.mixed,
        join_keys=_keys(leg.join_keys, signal.join_keys),
        addresses=signal.addresses,
    )


def _rung(leg: LegState, signal: LegRinging) -> LegState:
    begun_s = min(leg.begun_s, signal.at_s)
    if signal.by_sound:
        return replace(leg, begun_s=begun_s, ring_heard_s=first(leg.ring_heard_s, signal.at_s))
    rung = replace(
        leg,
        begun_s=begun_s,
        asked_s=max(leg.asked_s, signal.at_s),
        progress_s=first(leg.progress_s, signal.at_s),
    )
    if signal.early_media:
        rung = replace(rung, early_media_s=first(leg.early_media_s, signal.at_s))
    if not signal.early_media and signal.status not in (None, _RINGING):
        return rung
    first_s = first(leg.ring_signalled_s, signal.at_s)
    earliest = first_s != leg.ring_signalled_s
    return replace(rung, ring_signalled_s=first_s, ring_status=signal.status if earliest else leg.ring_status)


def _answered(leg: LegState, signal: LegAnswered) -> LegState:
    begun_s = min(leg.begun_s, signal.at_s)
    if signal.by_sound or not signal.exact:
        return replace(leg, begun_s=begun_s, answer_inferred_s=first(leg.answer_inferred_s, signal.at_s))
    answer_s = first(leg.answer_signalled_s, signal.at_s)
    return replace(leg, begun_s=begun_s, asked_s=max(leg.asked_s, signal.at_s), answer_signalled_s=answer_s)


def _failed(leg: LegState, signal: LegFailed) -> LegState:
    """The last failure counts: what was refused and asked again is not over."""
    if leg.failed_s is not None and signal.at_s <= leg.failed_s:
        return leg
    return replace(leg, failed_s=signal.at_s, failed_status=signal.status)


def _held(leg: LegState, signal: LegHeld | LegResumed) -> LegState:
    on = isinstance(signal, LegHeld)
    before = next((hold for hold in leg.holds if hold.by is signal.by), None)
    if before and (before.at_s > signal.at_s or before.on is on):
        return leg
    hold = Hold(signal.by, signal.at_s, on)
    # A resumption that does not say whose hold it ends is everybody's.
    holds = tuple(other for other in leg.holds if other.by is not signal.by and (on or signal.by is not None))
    if not on and not leg.held:
        return replace(leg, holds=(*holds, hold))
    return _with(replace(leg, holds=(*holds, hold)), Happened("held" if on else "resumed", signal.at_s, signal.by))


def _transferred(leg: LegState, signal: LegTransferred) -> LegState:
    at_s = first(leg.transferred_s, signal.at_s)
    by = signal.by if at_s != leg.transferred_s else leg.transferred_by
    moved = replace(leg, transferred_s=at_s, transferred_by=by)
    return _with(moved, Happened("transferred", signal.at_s, signal.by))


def _ended(leg: LegState, signal: LegEnded) -> LegState:
    """The first end counts; one before the last request belongs to a dialog before this one."""
    if signal.at_s < leg.asked_s or (leg.closed_s is not None and leg.closed_s <= signal.at_s):
        return leg
    return replace(leg, closed_s=signal.at_s, closed_by=signal.by, closed_reason=signal.reason)


def _learned(leg: LegState, signal: LegLearned) -> LegState:
    return replace(
        leg,
        caller=signal.caller or leg.caller,
        callee=signal.callee or leg.callee,
        agent_id=signal.agent_id or leg.agent_id,
        agent_side=signal.agent_side or leg.agent_side,
        join_keys=_keys(leg.join_keys, signal.join_keys),
    )


def _keys(known: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*known, *more)))[:_MOST_KEYS]


def _with(leg: LegState, happening: Happened) -> LegState:
    if happening in leg.happened or len(leg.happened) >= _MOST_HAPPENINGS:
        return leg
    return replace(leg, happened=(*leg.happened, happening))


def keys_of(leg: LegState) -> tuple[str, ...]:
    """Keys of a leg with its Call-ID: legs of a forked INVITE share that."""
    own = (f"signalling_id:{leg.signalling_id}",) if leg.signalling_id else ()
    return (*own, *leg.join_keys)
