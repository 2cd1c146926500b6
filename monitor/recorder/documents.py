"""The file beside a recording: what happened in the call, and what its sound is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from models.call import CallRecord
from models.errors import RecordingError
from models.plain import plain
from models.span import Span
from monitor.recorder.recorded import Gap, Part, Recorded

SCHEMA = "timbre.call/1"
_MOST_BYTES = 64 << 20
_RECORD = TypeAdapter(CallRecord)


def document(record: CallRecord, recorded: Recorded) -> bytes:
    """Both as JSON; the parts by their names, which lie beside the document."""
    content = {"schema": SCHEMA, "call": plain(record), "recording": _recording(recorded)}
    # On one line: with an indent it is not the encoder in C, 2.1 against 0.4 ms for a call with 300 spans concealed.
    return json.dumps(content, ensure_ascii=False).encode() + b"\n"


def read_document(path: Path) -> tuple[CallRecord, Recorded]:
    """What `document` wrote, with the parts' paths beside `path`.

    Raises:
        RecordingError: `unreadable` where it is no such document.
    """
    try:
        with path.open("rb") as file:
            content = json.loads(file.read(_MOST_BYTES))
        if content["schema"] != SCHEMA:
            raise RecordingError(f"not a document of schema {SCHEMA}", "unreadable")
        record = _RECORD.validate_python(content["call"])
        return record, _recorded(record.id, content["recording"], path.parent)
    except (OSError, ValueError, KeyError, TypeError, IndexError, ValidationError) as error:
        raise RecordingError(f"the call's document cannot be read: {type(error).__name__}", "unreadable") from error


def _recording(recorded: Recorded) -> dict[str, Any]:
    return {
        "call_id": recorded.call_id,
        "started_at": datetime.fromtimestamp(recorded.started_s, UTC).isoformat(),
        "started_s": recorded.started_s,
        "duration_s": recorded.duration_s,
        "sample_rate_hz": recorded.sample_rate_hz,
        "parts": [
            {"file": part.path.name, "start_s": part.start_s, "duration_s": part.duration_s} for part in recorded.parts
        ],
        "concealed": [[[_ms(span.start_s), _ms(span.end_s)] for span in spans] for spans in recorded.concealed],
        "missing": [
            [[_ms(gap.span.start_s), _ms(gap.span.end_s), gap.reason] for gap in gaps] for gaps in recorded.missing
        ],
        "notes": list(recorded.notes),
    }


def _ms(time_s: float) -> float:
    return round(time_s, 4)


def _recorded(call_id: str, values: Mapping[str, Any], folder: Path) -> Recorded:
    concealed = tuple(tuple(Span(*span) for span in spans) for spans in values["concealed"])
    missing = tuple(tuple(Gap(Span(start, end), reason) for start, end, reason in gaps) for gaps in values["missing"])
    parts = (Part(folder / Path(part["file"]).name, part["start_s"], part["duration_s"]) for part in values["parts"])
    return Recorded(
        call_id=values.get("call_id", call_id),
        started_s=values["started_s"],
        duration_s=values["duration_s"],
        sample_rate_hz=values["sample_rate_hz"],
        parts=tuple(parts),
        concealed=(concealed[0], concealed[1]),
        missing=(missing[0], missing[1]),
        notes=tuple(values["notes"]),
    )
