"""One fault at every operation of a story, n = 1..N, and what came of it."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.monitor.recorder.faulty import Crash, Fault, FaultyDisk
from tests.monitor.recorder.story import Ledger, judged, tell
from tests.monitor.recorder.volatile import VolatileDisk

FOREVER = 1 << 60
_SETTING_UP = 4
"""Operations that make the folders: whoever starts a recorder on a disk that refuses them is told so."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A fault to inject at each operation."""

    name: str
    error: str = "crash"
    lasts: int = 1
    torn: bool = False

    @property
    def ends_in_crash(self) -> bool:
        return self.error == "crash" or self.lasts == FOREVER


KINDS = (
    Kind("disk full once, write torn", "ENOSPC", 1, torn=True),
    Kind("disk full for 30 operations, writes torn", "ENOSPC", 30, torn=True),
    Kind("I/O error once", "EIO"),
    Kind("I/O errors for 30 operations", "EIO", 30),
    Kind("I/O errors from then on, then killed", "EIO", FOREVER),
    Kind("read-only for 30 operations", "EROFS", 30),
    Kind("killed", "crash"),
    Kind("killed within a write", "crash", torn=True),
)


@dataclass(slots=True)
class Outcome:
    """Of one kind of fault at every place."""

    name: str
    runs: int = 0
    confirmed: int = 0
    """Samples that were confirmed before the fault or after it."""
    found: int = 0
    marked: int = 0
    """Samples told as missing."""
    wrong: list[str] = field(default_factory=list)


def operations(folder: Path) -> int:
    """How many there are where nothing fails."""
    disk = FaultyDisk()
    tell(disk, folder / "whole", Ledger())
    shutil.rmtree(folder / "whole")
    return len(disk.operations)


def faults(folder: Path, kind: Kind, places: range) -> Outcome:
    """Tell the story once for each place, on a disk that fails there."""
    outcome = Outcome(kind.name)
    for at in places:
        root, ledger, crashed = folder / str(at), Ledger(), kind.ends_in_crash
        try:
            tell(FaultyDisk(Fault(at, kind.error, kind.lasts, kind.torn)), root, ledger)
        except Crash:
            pass
        except OSError:
            if at > _SETTING_UP:
                raise
        _judge(outcome, root, ledger, f"at operation {at}", crashed=crashed)
    return outcome


def power_cuts(folder: Path, places: range, fates: int) -> Outcome:
    """The power goes at each place; of what was not synced, each of `fates` times something else survives."""
    outcome = Outcome("power cut, unsynced writes lost, torn or out of order")
    for at, fate in ((at, fate) for at in places for fate in range(fates)):
        root, ledger = folder / f"{at}-{fate}", Ledger()
        disk = VolatileDisk(root, at)
        with suppress(Crash):
            tell(disk, root, ledger)
        disk.after_power_cut(root, random.Random(f"{at} {fate}"))  # noqa: S311 # the same each time
        _judge(outcome, root, ledger, f"at operation {at}, fate {fate}", crashed=True)
    return outcome


def _judge(outcome: Outcome, root: Path, ledger: Ledger, where: str, *, crashed: bool) -> None:
    verdict = judged(root, ledger, crashed=crashed)
    outcome.runs += 1
    outcome.confirmed += verdict.confirmed
    outcome.found += verdict.found
    outcome.marked += verdict.marked
    outcome.wrong += [f"{where}: {wrong}" for wrong in verdict.wrong]
    shutil.rmtree(root, ignore_errors=True)


def everywhere(folder: Path, step: int, fates: int) -> Iterator[Outcome]:
    """All kinds, at every `step`-th operation."""
    places = range(1, operations(folder) + 1, step)
    for kind in KINDS:
        yield faults(folder, kind, places)
    yield power_cuts(folder, places, fates)
