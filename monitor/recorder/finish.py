"""From `live/` to `done/`, in steps of which each may be the last before a crash and each may be done again.

1. The sound is synced. 2. The document is written in `live/` and synced. 3. The journal says `closed` and what goes
where. 4. The sound is renamed. 5. The document is renamed: what it names is complete. 6. The journal is removed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count
from pathlib import Path

from models.call import CallRecord
from monitor.recorder.disk import Disk
from monitor.recorder.documents import document
from monitor.recorder.names import DOCUMENT, DONE, LIVE, day_folder, done_names, file_name, journal_path, stem
from monitor.recorder.recorded import Finished, Recorded


@dataclass(frozen=True, slots=True)
class Moves:
    """Names in `live/` and in a folder of `done/`, the document last."""

    folder: str
    """Below `done/`."""
    files: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Finishing:
    """A call on its way to `done/`."""

    recorded: Recorded
    """With the paths in `live/`."""
    record: CallRecord
    before_sync: Callable[[], None] = lambda: None
    """Called before each attempt to sync the sound."""
    moves: Moves | None = None
    decided: bool = False
    """Whether the journal has them."""
    error: OSError | None = field(default=None)


def finish(disk: Disk, root: Path, calls: Sequence[Finishing]) -> list[tuple[Finishing, Finished]]:
    """Bring calls to `done/` together, so that each step is synced once; those with an `error` are still in `live/`."""
    for call in calls:
        call.error = None
    _each(calls, lambda call: call.before_sync())
    _synced(calls, lambda going: disk.sync_files([path for call in going for path in call.recorded.paths]))
    _each(calls, lambda call: _choose(disk, root, call))
    _each(calls, lambda call: _write_document(disk, root, call))
    _synced(calls, lambda going: disk.sync_files([_document_path(root, call) for call in going]))
    _each(calls, lambda call: _decide(disk, root, call))
    _synced(calls, lambda going: disk.sync_files([_journal(root, call) for call in going]))
    _synced(calls, lambda _: disk.sync_folder(root / LIVE))
    move(disk, root, calls)
    return [(call, _finished(root, call)) for call in calls if call.error is None]


def move(disk: Disk, root: Path, calls: Sequence[Finishing]) -> None:
    """Steps 4 to 6, for calls whose `moves` are decided."""
    _each(calls, lambda call: _make_folder(disk, root, call))
    _each(calls, lambda call: _rename(disk, root, call, _chosen(call).files[:-1]))
    _synced(calls, lambda going: _sync_done(disk, root, going))
    _each(calls, lambda call: _rename(disk, root, call, _chosen(call).files[-1:]))
    _synced(calls, lambda going: _sync_done(disk, root, going))
    _each(calls, lambda call: disk.unlink(_journal(root, call)))
    _synced(calls, lambda _: disk.sync_folder(root / LIVE))


def _each(calls: Sequence[Finishing], step: Callable[[Finishing], object]) -> None:
    for call in calls:
        if call.error is None:
            try:
                step(call)
            except OSError as error:
                call.error = error


def _synced(calls: Sequence[Finishing], step: Callable[[Sequence[Finishing]], object]) -> None:
    """A step for all at once; where it fails, for all that it might have failed for."""
    going = [call for call in calls if call.error is None]
    if not going:
        return
    try:
        step(going)
    except OSError as error:
        for call in going:
            call.error = error


def _choose(disk: Disk, root: Path, call: Finishing) -> None:
    """A name that is taken, by an import or a clock that went back, gets a number."""
    if call.moves is not None:
        return
    recorded = call.recorded
    folder, plain = day_folder(recorded.started_s), stem(recorded.started_s, recorded.call_id)
    taken = {name.split(".")[0] for name in disk.names(root / DONE / folder)}
    name = next(name for name in chain([plain], (f"{plain}-{number}" for number in count(2))) if name not in taken)
    files = zip((path.name for path in recorded.paths), done_names(name, len(recorded.parts)), strict=True)
    call.moves = Moves(folder, (*files, (_document_path(root, call).name, name + DOCUMENT)))


def _write_document(disk: Disk, root: Path, call: Finishing) -> None:
    if not call.decided:
        path = _document_path(root, call)
        disk.unlink(path)
        disk.append(path, document(call.record, _in_done(call, Path())))


def _decide(disk: Disk, root: Path, call: Finishing) -> None:
    if not call.decided:
        moves = _chosen(call)
        line = json.dumps({"n": -1, "closed": {"folder": moves.folder, "files": moves.files}})
        disk.append(_journal(root, call), b"\n" + line.encode() + b"\n")
        call.decided = True


def _make_folder(disk: Disk, root: Path, call: Finishing) -> None:
    path = root
    for name in (DONE, *_chosen(call).folder.split("/")):
        path = path / name
        disk.mkdir(path)
        disk.sync_folder(path.parent)


def _sync_done(disk: Disk, root: Path, calls: Sequence[Finishing]) -> None:
    for folder in sorted({_chosen(call).folder for call in calls}):
        disk.sync_folder(root / DONE / folder)


def _rename(disk: Disk, root: Path, call: Finishing, files: Sequence[tuple[str, str]]) -> None:
    there = set(disk.names(root / LIVE))
    for live, done in files:
        if live in there:  # else it was moved before a crash
            disk.rename(root / LIVE / live, root / DONE / _chosen(call).folder / done)


def _finished(root: Path, call: Finishing) -> Finished:
    moves = _chosen(call)
    folder = root / DONE / moves.folder
    recorded = _in_done(call, folder)
    return Finished(recorded.call_id, recorded, call.record, folder / moves.files[-1][1])


def _in_done(call: Finishing, folder: Path) -> Recorded:
    files = _chosen(call).files[:-1]
    parts = (replace(part, path=folder / done) for part, (_, done) in zip(call.recorded.parts, files, strict=True))
    return replace(call.recorded, parts=tuple(parts))


def _chosen(call: Finishing) -> Moves:
    assert call.moves is not None
    return call.moves


def _journal(root: Path, call: Finishing) -> Path:
    return journal_path(root / LIVE, call.recorded.call_id)


def _document_path(root: Path, call: Finishing) -> Path:
    return root / LIVE / f"{file_name(call.recorded.call_id)}{DOCUMENT}"
