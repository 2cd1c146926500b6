"""A batch: recordings found, asked for in the store, worked through, judged by the rules of today."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from audio.packets.capture_files import FoundCapture, find_captures
from audio.sources.folder import FolderRules, Found, FoundRecording, find_recordings
from models.errors import CaptureError, RecordingError
from models.rules import Rules
from models.store import Store
from models.work import BatchRow, Intake, Selection, State
from monitor.capture.files import CapturedFile
from monitor.intake import intake_of
from monitor.judging import judge_again
from monitor.presence import now, release_dead

_LONGEST_LABEL = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """A batch in the store, and how many bytes each recording of it has that is still to be analysed."""

    batch_id: int
    waiting: dict[str, int]


def ask(
    store: Store,
    paths: Sequence[Path],
    folder_rules: FolderRules,
    analysis_key: str,
    *,
    retry_failed: bool = False,
    captured: Callable[[FoundCapture], CapturedFile] | None = None,
) -> Asked:
    """Put all recordings in `paths` into a new batch; what gives none gets a row that says why.

    `captured` records the calls of a capture file.

    Raises:
        StoreError: where the database fails.
    """
    release_dead(store)
    captures = find_captures(paths).captures if captured else ()
    taken = {path for capture in captures for path in (*capture.files, capture.metadata)}
    found = find_recordings([path for path in paths if path not in taken], folder_rules)
    found = replace(found, skipped=tuple(one for one in found.skipped if one.path not in taken))
    batch_id = store.start_batch(", ".join(path.name for path in paths)[:_LONGEST_LABEL], now())
    _add_skipped(store, batch_id, found)
    calls = [call for one in captures if captured for call in _calls(store, batch_id, one, captured)]
    sizes: dict[str, int] = {}
    intakes = _intakes(store, batch_id, (*found.recordings, *calls), sizes)
    store.enqueue(batch_id, intakes, analysis_key, now(), retry_failed=retry_failed)
    open_states = (State.WAITING, State.RUNNING)
    waiting = {row.recording_id for row in store.batch_rows(batch_id) if row.state in open_states}
    return Asked(batch_id, {name: size for name, size in sizes.items() if name in waiting})


def judge_unchanged(store: Store, asked: Asked, rules: Rules) -> int:
    """Judge what was analysed before this batch by the rules and the program of today; how many calls.

    Raises:
        StoreError: where the database fails.
    """
    selection = Selection(batch_id=asked.batch_id)
    return sum(1 for _ in judge_again(store, rules, selection, now, but=frozenset(asked.waiting)))


def _add_skipped(store: Store, batch_id: int, found: Found) -> None:
    for item in found.skipped:
        state = State.SKIPPED if item.reason == "not_audio" else State.FAILED
        store.add_unusable(batch_id, item.path.name, item.reason, paths=(str(item.path),), state=state)


def _calls(
    store: Store, batch_id: int, capture: FoundCapture, captured: Callable[[FoundCapture], CapturedFile]
) -> tuple[FoundRecording, ...]:
    """The calls of a capture file; a file or a call that gives no recording becomes a row."""
    path = capture.files[0]
    try:
        file = captured(capture)
    except (CaptureError, RecordingError, OSError) as error:
        code = getattr(error, "code", "disk_full")
        store.add_unusable(batch_id, path.name, code, paths=(str(path),))
        return ()
    for _ in range(file.silent):
        store.add_unusable(batch_id, path.name, "no_sound", paths=(str(path),), state=State.SKIPPED)
    if not file.recordings and not file.silent:
        store.add_unusable(batch_id, path.name, "no_calls", paths=(str(path),))
    return file.recordings


def _intakes(
    store: Store, batch_id: int, recordings: Sequence[FoundRecording], sizes: dict[str, int]
) -> Iterator[Intake]:
    """Each recording's intake as it is hashed, its size noted; one that cannot be read becomes a row of its own."""
    for found in recordings:
        try:
            intake = intake_of(found)
            size = sum(path.stat().st_size for path in found.files)
        except (RecordingError, OSError) as error:
            reason = error.code if isinstance(error, RecordingError) else "vanished"
            store.add_unusable(batch_id, found.name, reason, paths=tuple(map(str, found.files)))
            continue
        sizes[intake.recording_id] = size
        yield intake


def failed(rows: Sequence[BatchRow]) -> bool:
    """True where a row says that something went wrong."""
    return any(row.state is not State.DONE and row.state is not State.SKIPPED for row in rows)
