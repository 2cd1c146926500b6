"""The text that rtpengine writes beside a recording: when the call was there, and which capture file holds it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import unquote

from audio.sources.cdr import Cdr, file_name, ids_of, seconds_of
from audio.sources.names import within_reason
from models.recording import CallFacts

_NAME = re.compile(r"rtpengine-meta-(?P<call_id>.+)-[0-9a-f]{16}", re.IGNORECASE)
_STARTED = re.compile(r"^Timestamp started ms: (\d{1,15}(?:\.\d{1,6})?)\s*$", re.MULTILINE)
_ENDED = re.compile(r"^Timestamp terminated ms\(first monologue\): (\d{1,15}(?:\.\d{1,6})?)\s*$", re.MULTILINE)


def rtpengine_row(stem: str, text: str) -> Cdr | None:
    """The record of a metadata file by its name (without `.txt`) and content; `None` where it is none."""
    named = _NAME.fullmatch(stem)
    starts = [at for found in _STARTED.findall(text) if (at := _moment(found)) is not None]
    ids = ids_of((unquote(named["call_id"]),)) if named else ()
    if not ids or not starts:
        return None
    ended = _ENDED.search(text)
    end = _moment(ended[1]) if ended else None
    start = min(starts)
    capture = file_name(text.partition("\n")[0])
    duration_s = seconds_of((end - start).total_seconds()) if end else None
    return Cdr(ids, CallFacts(started_at=start), recording=capture, duration_s=duration_s)


def _moment(milliseconds: str) -> datetime | None:
    try:
        return within_reason(datetime.fromtimestamp(float(milliseconds) / 1000, UTC), UTC)
    except (ValueError, OverflowError, OSError):
        return None
