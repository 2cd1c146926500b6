"""A call's record where nobody is there to make a better one."""

from __future__ import annotations

from models.call import CallRecord, Outcome
from models.recording import Party
from monitor.recorder.recorded import CHANNELS, Recorded

_PARTIES = (Party.AGENT, Party.CUSTOMER)


def bare_record(recorded: Recorded, source: str = "unknown") -> CallRecord:
    """What the sound alone says. Channel 0 is the agent's, as everywhere."""
    return CallRecord(
        id=recorded.call_id,
        source=source,
        outcome=Outcome.ANSWERED if recorded.parts else Outcome.FAILED,
        concealed={_PARTIES[channel]: recorded.concealed[channel] for channel in CHANNELS},
        missing={_PARTIES[channel]: tuple(gap.span for gap in recorded.missing[channel]) for channel in CHANNELS},
        notes=recorded.notes,
    )
