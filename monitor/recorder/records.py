"""A call's record where nobody is there to make a better one."""

from __future__ import annotations

import logging
from collections.abc import Callable

from models.call import CallRecord, Outcome
from models.recording import Party
from monitor.recorder.documents import document
from monitor.recorder.recorded import CHANNELS, Recorded

log = logging.getLogger(__name__)
_PARTIES = (Party.AGENT, Party.CUSTOMER)


def record_by(make: Callable[[], CallRecord], recorded: Recorded, source: str = "unknown") -> CallRecord:
    """What `make` gives, or a bare record: the caller's own code must not cost the recording."""
    try:
        record = make()
        document(record, recorded)  # what cannot be written is found out here, where there is another way
    except Exception:
        log.exception("a bare record is kept, the call's own could not be made: %s", recorded.call_id)
        return bare_record(recorded, source)
    return record


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
