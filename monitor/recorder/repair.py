"""After a crash: what was left in `live/` is finished into `done/`."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from models.call import CallRecord
from models.errors import RecordingError
from monitor.recorder.disk import Disk, SystemDisk
from monitor.recorder.documents import read_document
from monitor.recorder.finish import Finishing, Moves, finish
from monitor.recorder.journal import entries
from monitor.recorder.names import DAMAGED, DOCUMENT, DONE, JOURNAL, LIVE, file_name, part_name
from monitor.recorder.recorded import Finished, Recorded
from monitor.recorder.records import bare_record, record_by
from monitor.recorder.remains import Remains, remains

log = logging.getLogger(__name__)
_FOLDER = re.compile(r"\d{4}/\d\d/\d\d")
_SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,255}")
MakeRecord = Callable[[Recorded, Sequence[dict[str, Any]]], CallRecord]


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was done."""

    finished: tuple[Finished, ...] = ()
    left: tuple[str, ...] = ()
    """File names of calls that the disk did not let finish; the next start tries again."""
    damaged: tuple[str, ...] = ()
    """Files that could not be made sense of, moved to `damaged/` and never removed."""


def repair(root: Path, make_record: MakeRecord | None = None, disk: Disk | None = None) -> Repaired:
    """Finish every call that a crash left behind; to be called before a recorder of the same folder is made.

    Each gets the note `repaired`. `make_record` is given what is recorded and the signals of the journal, and is
    as `Recorder.close` wants it. Running it twice, or after a crash of its own, gives the same.
    """
    return _Repair(root, make_record, disk or SystemDisk()).run()


class _Repair:
    def __init__(self, root: Path, make_record: MakeRecord | None, disk: Disk) -> None:
        self._root, self._live, self._disk, self._make = root, root / LIVE, disk, make_record
        self._left: list[str] = []
        self._damaged: list[str] = []

    def run(self) -> Repaired:
        names = self._disk.names(self._live)
        calls = sorted({call for name in names if (call := _call_of(name)) is not None})
        self._sweep([name for name in names if _call_of(name) is None])
        decided: list[Finishing] = []
        fresh: list[Finishing] = []
        for call in calls:
            finishing = self._prepared(call, names)
            if finishing is not None:
                (decided if finishing.decided else fresh).append(finishing)
        finished = [done for _, done in finish(self._disk, self._root, [*decided, *fresh])]
        self._left += [call.recorded.call_id for call in (*decided, *fresh) if call.error is not None]
        return Repaired(tuple(finished), tuple(self._left), tuple(self._damaged))

    def _sweep(self, names: Sequence[str]) -> None:
        """Files written anew when the crash came: the old ones are still there."""
        for name in names:
            if name.endswith(".tmp"):
                with suppress(OSError):
                    self._disk.unlink(self._live / name)

    def _prepared(self, call: str, names: Sequence[str]) -> Finishing | None:
        try:
            lines = entries(self._disk.read(self._live / f"{call}{JOURNAL}")) if f"{call}{JOURNAL}" in names else []
            moves = _moves(lines)
            if moves is not None:
                with suppress(RecordingError):  # its document is gone: made again of what is there
                    return self._resumed(moves)
            return self._mended(call, [self._live / name for name in names if part_name(name) == call], lines)
        except OSError:
            log.warning("a call is left for the next start, the disk does not let it finish: %s", call)
            self._left.append(call)
            return None

    def _resumed(self, moves: Moves) -> Finishing:
        """It had been decided where everything goes: the rest goes there too."""
        live, done = moves.files[-1]
        found = live in self._disk.names(self._live)
        record, recorded = read_document(self._live / live if found else self._root / DONE / moves.folder / done)
        return Finishing(recorded, record, moves=moves, decided=True)

    def _mended(self, call: str, paths: Sequence[Path], lines: Sequence[dict[str, Any]]) -> Finishing | None:
        found = remains(self._disk, call, paths, lines)
        for path in found.damaged:
            self._put_aside(path)
        for path in found.empty:
            self._disk.unlink(path)
        if found.recorded is None:
            for suffix in (JOURNAL, DOCUMENT):
                self._disk.unlink(self._live / f"{call}{suffix}")
            return None
        return Finishing(found.recorded, self._record(found, found.recorded))

    def _record(self, found: Remains, recorded: Recorded) -> CallRecord:
        make = self._make or (lambda recorded, _: bare_record(recorded, found.source))
        record = record_by(lambda: make(recorded, found.signals), recorded, found.source)
        return replace(record, notes=tuple(dict.fromkeys([*record.notes, "repaired"])))

    def _put_aside(self, path: Path) -> None:
        """Nothing says what it is: kept for a person to look at."""
        folder = self._root / DAMAGED
        self._disk.mkdir(folder)
        taken = set(self._disk.names(folder))
        name = next(
            name for name in (path.name, *(f"{path.stem}-{n}.wav" for n in range(2, 10_000))) if name not in taken
        )
        self._disk.rename(path, folder / name)
        self._disk.sync_folder(folder)
        self._damaged.append(name)


def _call_of(name: str) -> str | None:
    """The call whose file in `live/` this is, by its name without endings."""
    if (call := part_name(name)) is not None:
        return call
    for suffix in (JOURNAL, DOCUMENT):
        if name.endswith(suffix) and file_name(call := name.removesuffix(suffix)) == call:
            return call
    return None


def _moves(lines: Sequence[dict[str, Any]]) -> Moves | None:
    """What the journal decided, if it did; `None` too where it is not as we write it."""
    closed = next((line["closed"] for line in lines if isinstance(line.get("closed"), dict)), None)
    if closed is None:
        return None
    folder, files = str(closed.get("folder")), closed.get("files")
    if not _FOLDER.fullmatch(folder) or not isinstance(files, list) or not files:
        return None
    pairs = [tuple(pair) for pair in files if isinstance(pair, list) and len(pair) == 2]
    safe = all(isinstance(name, str) and _SAFE.fullmatch(name) for pair in pairs for name in pair)
    return Moves(folder, tuple((str(live), str(done)) for live, done in pairs)) if safe and pairs else None
