"""The calls that lie in folders: captured here, or recorded by others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from audio.sources.cdr import ids_in
from audio.sources.folder import FolderRules, FoundRecording, find_recordings
from models.call import CallRecord
from models.errors import RecordingError
from monitor.reconcile import KeptCall
from monitor.recorder.documents import read_document
from monitor.recorder.names import DOCUMENT
from monitor.recorder.recorded import Recorded


def captured_calls(folder: Path) -> Iterator[KeptCall]:
    """The finished calls below a folder of ours; a document that cannot be read counts as no recording."""
    for document in sorted(folder.rglob(f"*{DOCUMENT}")):
        try:
            record, recorded = read_document(document)
        except RecordingError:
            continue
        yield _captured(record, recorded)


def kept_calls(paths: Sequence[Path], rules: FolderRules) -> list[KeptCall]:
    """Captured calls below the paths, and the recordings that others made there, whose length is not looked at."""
    captured = [call for path in paths if path.is_dir() for call in captured_calls(path)]
    ours = {name for call in captured for name in call.ids}
    found = find_recordings(paths, rules).recordings
    return [*captured, *(_found(one) for one in found if one.name not in ours)]


def _captured(record: CallRecord, recorded: Recorded) -> KeptCall:
    files = [path.name for path in recorded.paths]
    return KeptCall(
        id=record.id,
        ids=(record.id, *record.signalling_ids, *files),
        started_at=datetime.fromtimestamp(recorded.started_s, UTC),
        duration_s=recorded.duration_s if files else 0.0,
        caller=record.caller,
        callee=record.callee,
    )


def _found(recording: FoundRecording) -> KeptCall:
    name, facts = recording.name, recording.facts
    ids = (name, Path(name).stem, *ids_in(name))
    return KeptCall(str(recording.files[0]), ids, facts.started_at, None, facts.caller, facts.callee)
