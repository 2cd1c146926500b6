"""Recordings found in folders as the store's work, and work as recordings to open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from audio.sources.folder import FoundRecording
from audio.sources.opening import content_sha256
from models.call_document import call_document, call_from
from models.recording import Party
from models.work import Intake, Work


def intake_of(found: FoundRecording) -> Intake:
    """What the store must know to have the recording analysed, now or by another process.

    Raises:
        RecordingError: where a file cannot be read.
    """
    options: dict[str, Any] = {
        "parties": [party.value for party in found.parties],
        "agent_channel": found.agent_channel,
        "notes": list(found.notes),
    }
    if found.call is not None:
        options["call"] = call_document(found.call)
    paths = tuple(str(path.absolute()) for path in found.files)
    return Intake(content_sha256(found.files), found.name, paths, found.facts, options, found.source)


def found_of(work: Work) -> FoundRecording:
    """The recording that `work` is about."""
    return FoundRecording(
        files=tuple(Path(path) for path in work.paths),
        parties=tuple(Party(party) for party in work.options["parties"]),
        agent_channel=int(work.options["agent_channel"]),
        facts=work.facts,
        notes=tuple(work.options["notes"]),
        source=work.source,
        shown=work.name,
        call=call_from(call) if (call := work.options.get("call")) else None,
    )
