"""A story of calls told to a recorder whose disk may fail at any moment, and what must hold whatever happened."""

from __future__ import annotations

import wave
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from audio.events import Sound
from models.call import Side
from monitor.recorder.disk import Disk, UnsyncedDisk
from monitor.recorder.documents import read_document
from monitor.recorder.names import LIVE
from monitor.recorder.recorded import Gap, Recorded, RecorderSettings
from monitor.recorder.records import bare_record
from monitor.recorder.repair import repair
from monitor.recorder.runs import Runs
from monitor.recorder.writer import Writer, make_folders

T0 = 1_760_000_000.0
RATE_HZ = 8000
PIECE = 400
FIRST = 4000
SETTINGS = RecorderSettings(reserve_bytes=0, reserve_ratio=0.0, retry_s=0.0, part_max_s=0.75)
CALLS = ("plain", "earlier", "survivor", "absorbed", "unfinished")
OWNERS = {"absorbed": ("absorbed", "survivor")}
"""In whose recording a call's sound may be."""


def voice(call: str, channel: int, frames: npt.NDArray[np.int64]) -> npt.NDArray[np.int16]:
    """What one side says at frames after T0: every sample tells its call, channel and place; none is 0."""
    seed = 2 * CALLS.index(call) + channel
    return ((frames * 31 + seed * 2999) % 29_989 + 1).astype(np.int16)


@dataclass(slots=True)
class Ledger:
    """What was told, and what was confirmed: (call, channel) to frames after T0."""

    told: dict[tuple[str, int], list[tuple[int, int]]] = field(default_factory=dict)
    confirmed: dict[tuple[str, int], list[tuple[int, int]]] = field(default_factory=dict)

    def confirm(self, call: str, channel: int, gaps: Iterable[Gap]) -> None:
        """All of one side that was told so far and that the recorder does not call a gap."""
        edges = [(round((g.span.start_s - T0) * RATE_HZ), round((g.span.end_s - T0) * RATE_HZ)) for g in gaps]
        missing = Runs()
        for first, last in sorted(edges):
            missing.add(first, last)
        told = self.told.get((call, channel), [])
        self.confirmed[call, channel] = [kept for span in told for kept in missing.uncovered(*span)]


@dataclass(slots=True)
class Teller:
    """Plays the capture loop."""

    writer: Writer
    ledger: Ledger

    def say(self, call: str, channel: int, first: int, count: int = PIECE, owner: str | None = None) -> None:
        samples = voice(call, channel, np.arange(first, first + count))
        sound = Sound(f"leg of {call}", Side.CALLER, T0 + first / RATE_HZ, RATE_HZ, samples)
        self.ledger.told.setdefault((call, channel), []).append((first, first + count))
        self.writer.sound(owner or call, channel, sound)

    def step(self, *, sync: bool) -> None:
        self.writer.write()
        if sync:
            if self.writer.sync():
                self._confirm()
            self.writer.finish()

    def _confirm(self) -> None:
        for name, call in self.writer._live.items():  # nothing else says what the recorder thinks it has
            for channel in (0, 1):
                self.ledger.confirm(name, channel, call.marks.missing[channel])


def tell(disk: Disk, root: Path, ledger: Ledger) -> None:
    """Five calls: a plain one, one whose other side turns up late and from earlier, two that are joined, of which one
    began earlier, and one whose end never comes. Some need a second file."""
    make_folders(disk, root)
    teller = Teller(Writer(disk, root, SETTINGS), ledger)
    for call in CALLS:
        teller.writer.open(call, T0, "story", None)
        teller.writer.note(call, {"kind": "begun", "at_s": T0})
    over: set[str] = set()
    for k in range(16):
        for call in CALLS:
            at = (FIRST - 2500 if call == "absorbed" else FIRST) + k * PIECE
            late = {"earlier": 3, "absorbed": 1}.get(call, 0)
            if call in over:
                continue
            teller.say(call, 0, at)
            if k >= late:
                teller.say(call, 1, at - 2500 if call == "earlier" else at)
        if k == 7:
            teller.writer.join("survivor", "absorbed")
            over.add("absorbed")
        if k == 11:
            teller.writer.close("plain", bare_record)
            over.add("plain")
        teller.step(sync=k % 4 == 3)
    for call in ("earlier", "survivor"):
        teller.writer.close(call, bare_record)
    for _ in range(40):  # until the disk is well again
        teller.step(sync=True)
    teller.writer.release()


def tree(root: Path) -> dict[str, bytes]:
    """All files and what is in them."""
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@dataclass(slots=True)
class Verdict:
    """What is wrong with a folder after the story; nothing is what is hoped for."""

    wrong: list[str] = field(default_factory=list)
    confirmed: int = 0
    """Samples confirmed."""
    found: int = 0
    """Of them, found."""
    marked: int = 0
    """Samples of which the document says that they are missing."""


def judged(root: Path, ledger: Ledger, *, crashed: bool) -> Verdict:
    """Repair, and look whether all is as it must be."""
    verdict = Verdict()
    repair(root, disk=UnsyncedDisk())
    first = tree(root)
    repair(root, disk=UnsyncedDisk())
    if tree(root) != first:
        verdict.wrong.append("a second repair changes something")
    if any(name.startswith(f"{LIVE}/") for name in first):
        verdict.wrong.append("something is left in live/")
    heard = _recordings(root, verdict)
    for (call, channel), spans in ledger.told.items():
        check = _Check(call, channel, spans, ledger.confirmed.get((call, channel), []), crashed)
        check.against([one for owner in OWNERS.get(call, (call,)) for one in heard.get((owner, channel), [])], verdict)
    return verdict


@dataclass(slots=True)
class _Heard:
    """One channel of one call in frames after T0."""

    samples: npt.NDArray[np.int16]
    missing: npt.NDArray[np.bool_]


_FRAMES = 12_000


def _recordings(root: Path, verdict: Verdict) -> dict[tuple[str, int], list[_Heard]]:
    heard: dict[tuple[str, int], list[_Heard]] = {}
    named: set[Path] = set()
    for path in (root / "done").rglob("*.call.json"):
        _, recorded = read_document(path)
        named.update(recorded.paths)
        for channel in (0, 1):
            heard.setdefault((recorded.call_id, channel), []).append(_channel(recorded, channel, verdict))
    stray = {path for path in (root / "done").rglob("*") if path.is_file()} - named
    verdict.wrong += [
        f"{path.name} is in done/ and no document names it" for path in stray if ".call.json" not in path.name
    ]
    return heard


def _channel(recorded: Recorded, channel: int, verdict: Verdict) -> _Heard:
    samples, missing = np.zeros(_FRAMES, np.int16), np.zeros(_FRAMES, bool)
    zero = round((recorded.started_s - T0) * RATE_HZ)
    for part in recorded.parts:
        try:
            with wave.open(str(part.path)) as file:
                table = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
        except (OSError, EOFError, ValueError, wave.Error) as error:
            verdict.wrong.append(f"{part.path.name} cannot be read: {error}")
            continue
        if len(table) != round(part.duration_s * RATE_HZ):
            verdict.wrong.append(f"{part.path.name} has not the length that its document says")
        start = zero + round(part.start_s * RATE_HZ)
        samples[start : start + len(table)] = table[:, channel]
    missing[:zero] = bool({"came_late", "disk_full", "disk_error", "disk_read_only"} & set(recorded.notes))
    for gap in recorded.missing[channel]:
        first, last = (zero + round(edge * RATE_HZ) for edge in (gap.span.start_s, gap.span.end_s))
        missing[max(0, first) : last] = True
    return _Heard(samples, missing)


@dataclass(frozen=True, slots=True)
class _Check:
    """What must be true of one side of a call."""

    call: str
    channel: int
    told: list[tuple[int, int]]
    confirmed: list[tuple[int, int]]
    crashed: bool

    def against(self, places: list[_Heard], verdict: Verdict) -> None:
        frames = np.concatenate([np.arange(*span) for span in self.told])
        if self.call == "absorbed":
            frames = frames[frames < FIRST]  # then the survivor was heard too, and stays
        expected = voice(self.call, self.channel, frames)
        there, marked = np.zeros(len(frames), bool), np.zeros(len(frames), bool)
        for one in places:
            there |= one.samples[frames] == expected
            marked |= one.missing[frames]
            self._check_foreign(one.samples[frames], frames, verdict)
        sure = np.isin(frames, np.concatenate([np.arange(*span) for span in [(0, 0), *self.confirmed]]))
        verdict.confirmed += int(sure.sum())
        verdict.found += int((sure & there).sum())
        verdict.marked += int((marked & ~there).sum())
        self._say(verdict, "confirmed samples are lost", sure & ~there & (self.crashed | ~marked))
        if not self.crashed:
            self._say(verdict, "samples are lost and no gap says so", ~there & ~marked)

    def _check_foreign(self, samples: npt.NDArray[np.int16], frames: npt.NDArray[np.int64], verdict: Verdict) -> None:
        names = ("survivor", "absorbed") if self.call in ("survivor", "absorbed") else (self.call,)
        known = np.any([samples == 0, *(samples == voice(name, self.channel, frames) for name in names)], axis=0)
        self._say(verdict, "samples are what nobody said", ~known)

    def _say(self, verdict: Verdict, what: str, where: npt.NDArray[np.bool_]) -> None:
        if where.any():
            verdict.wrong.append(f"{self.call}, channel {self.channel}: {int(where.sum())} {what}")
