"""The finished call as it is written beside its recording."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from audio.events import StreamMeasured
from models.call import CallRecord, Outcome, Side
from models.recording import CallFacts, Party
from models.span import Span
from monitor.calls.answer import delays, left_waiting, queue_of
from monitor.calls.ending import NOT_SIGNALLED
from monitor.calls.figures import transport
from monitor.calls.moments import moments, party_of
from monitor.calls.state import CallState, LegState
from monitor.recorder.recorded import Recorded

_REQUEST_TERMINATED = 487
_LINE_ENDED = (486, 600, 603)
"""Busy and decline are the called side's doing; other failures are the network's."""


def record_of(call: CallState, measured: Sequence[StreamMeasured], recorded: Recorded) -> CallRecord:
    """The record of a closed call, its times on the recording's time line.

    `measured` is what was told of all its legs, `recorded` what the recorder gave back when it closed the call.
    """
    waits, parties, first = delays(call), parties_of(call), call.legs[0]
    return CallRecord(
        id=call.id,
        source=call.source,
        outcome=outcome_of(call),
        signalling_ids=tuple(dict.fromkeys(leg.signalling_id for leg in call.legs if leg.signalling_id)),
        channels=parties if call.agent_channel is not None else (Party.BOTH,),
        caller=first.caller,
        callee=first.callee,
        agent_id=call.agent_id,
        queue=queue_of(call),
        ended_by=_ended_by(call),
        moments=moments(call, recorded.started_s),
        ring_to_answer_s=waits.ring_to_answer_s,
        post_dial_delay_s=waits.post_dial_delay_s,
        answer_delay_s=waits.answer_delay_s,
        ring_to_abandon_s=waits.ring_to_abandon_s,
        concealed=_by_party(parties, recorded.concealed),
        missing=_by_party(parties, [[gap.span for gap in gaps] for gaps in recorded.missing]),
        transport=transport(call, measured, parties),
        notes=tuple(dict.fromkeys((*_notes(call, measured), *recorded.notes))),
    )


def _by_party(parties: tuple[Party, Party], channels: Sequence[Sequence[Span]]) -> dict[Party, tuple[Span, ...]]:
    """Spans by party instead of by channel; parties without any are left out."""
    named: dict[Party, list[Span]] = {}
    for party, spans in zip(parties, channels, strict=True):
        named.setdefault(party, []).extend(spans)
    return {party: tuple(sorted(spans)) for party, spans in named.items() if spans}


def facts_of(call: CallState, recording_started_s: float | None = None) -> CallFacts:
    """What the signalling says for the recording's row; `started_at` is the recording's, or the call's begin."""
    first, waits = call.legs[0], delays(call)
    started_s = call.begun_s if recording_started_s is None else recording_started_s
    return CallFacts(
        started_at=datetime.fromtimestamp(started_s, UTC),
        agent_id=call.agent_id,
        queue=queue_of(call),
        caller=first.caller,
        callee=first.callee,
        ring_to_answer_s=waits.ring_to_answer_s,
        post_dial_delay_s=waits.post_dial_delay_s,
    )


def parties_of(call: CallState) -> tuple[Party, Party]:
    """Who is on channels 0 and 1; `BOTH` on one channel that carries both."""
    if call.agent_channel is None:
        return (Party.BOTH, Party.BOTH)
    return (Party.AGENT, Party.CUSTOMER) if call.agent_channel == 0 else (Party.CUSTOMER, Party.AGENT)


def outcome_of(call: CallState) -> Outcome:
    """How the call ended for who called."""
    if left_waiting(call):
        return Outcome.ABANDONED
    if any(leg.answered_s is not None for leg in call.legs) or _talked(call):
        return Outcome.ANSWERED
    given_up = (leg.cancelled_s is not None or leg.failed_status == _REQUEST_TERMINATED for leg in call.legs)
    failed = any(leg.failed for leg in call.legs)
    return Outcome.ABANDONED if any(given_up) or not failed else Outcome.FAILED


def _talked(call: CallState) -> bool:
    """Whether there was a conversation though its answer was not seen: an end by BYE, or sound without signalling."""
    heard = {stream.side for stream in call.streams}
    if all(leg.orphan for leg in call.legs):
        return bool(heard)
    hung_up = any(leg.closed_s is not None and leg.closed_reason not in NOT_SIGNALLED for leg in call.legs)
    return hung_up and bool(heard)


def _ended_by(call: CallState) -> Party | None:
    """Whoever ended the leg that ended last; who gave up waiting is who called."""
    last = max(call.legs, key=lambda leg: (leg.answered_s is not None, leg.ended_s or leg.begun_s))
    if last.closed_s is not None:
        return party_of(call, last, last.closed_by) if last.closed_by else None
    return _refused_by(call, last)


def _refused_by(call: CallState, leg: LegState) -> Party | None:
    from_caller = leg.cancelled_s is not None or leg.failed_status == _REQUEST_TERMINATED
    if not from_caller and leg.failed_status not in _LINE_ENDED:
        return None
    return party_of(call, leg, Side.CALLER if from_caller else Side.CALLEE)


def _notes(call: CallState, measured: Sequence[StreamMeasured]) -> tuple[str, ...]:
    """Reason codes of what is odd about the call."""
    reasons = {leg.closed_reason for leg in call.legs if leg.ended_s == call.ended_s}
    said = {
        "encrypted": any(one.encrypted for one in measured if _recorded(call, one)),
        "end_not_signalled": bool(reasons & NOT_SIGNALLED),
        "limit": "limit" in reasons,
        "no_signalling": call.source != "soundcard" and all(leg.orphan for leg in call.legs),
        "beginning_not_seen": call.legs[0].started_late and not call.legs[0].orphan,
        "no_media": not call.streams and any(leg.answered_s is not None for leg in call.legs),
    }
    return tuple(dict.fromkeys((*call.notes, *(note for note, holds in said.items() if holds))))


def _recorded(call: CallState, one: StreamMeasured) -> bool:
    """Whether it is a stream of the call, and no other leg brought that voice in the clear."""
    leg = call.leg(one.leg)
    if leg is None:
        return False
    fed = {stream.channel for stream in call.streams if (stream.leg, stream.side) != (one.leg, one.side)}
    return leg.channel(one.side) not in fed
