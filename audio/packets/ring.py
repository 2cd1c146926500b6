"""dumpcap's ring files, read while it writes them: only dumpcap needs the right to capture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from audio.packets.batch import Bytes, PacketBatch
from audio.packets.capture_file import MAGIC_BYTES, opened, parser_of
from audio.packets.parsing import CaptureParser
from audio.packets.ring_names import RingName, ring_name
from models.errors import CaptureError

_CHUNK_BYTES = 32 << 20


@dataclass(frozen=True, slots=True)
class RingPosition:
    """What was read: so many packets of this file, and all files before it."""

    file: str
    packets: int


@dataclass(slots=True)
class _Open:
    path: Path
    file: BinaryIO
    skip: int
    """Packets that were given in an earlier life."""
    rest: Bytes
    parser: CaptureParser | None = None
    damaged: bool = False


class RingFollower:
    """Packets of a ring in order, each once.

    `notes` counts, by code, what was odd: `truncated`, `damaged`, `not_capture`, or `ring_overrun` for files that were
    overwritten before they were read: make the ring bigger.
    """

    def __init__(self, first: Path, resume: RingPosition | None = None) -> None:
        """`first` is what dumpcap was given (`-w`). Raises CaptureError (`vanished`) where its folder is not there."""
        if not first.parent.is_dir():
            raise CaptureError("the folder of the ring is not there: create it and start dumpcap", "vanished")
        self._first = first
        self._done: set[str] = set()
        self._open: _Open | None = None
        self._last_number: int | None = None
        self._resume = resume
        self.position = resume
        self.notes: dict[str, int] = {}
        if resume is not None:
            self._pass_over(resume)

    def read(self) -> tuple[PacketBatch, ...]:
        """What is new, at most 32 MiB at a time; empty where dumpcap has written nothing more."""
        while True:
            newer = self._pending()  # before reading: once a newer file is there, this one grows no more
            if self._open is None and not self._begin(newer):
                return ()
            found = self._read_on()
            if found:
                return found
            if found is not None:
                continue
            if not [path for path in newer if self._open is None or path.name != self._open.path.name]:
                return ()
            self._finish()

    def close(self) -> None:
        if self._open is not None:
            self._open.file.close()
            self._open = None

    def _pending(self) -> list[Path]:
        """Files not done yet, oldest first: by their last change, for names tell local time."""
        found: list[tuple[int, tuple[str, int], Path]] = []
        there: set[str] = set()
        for path in self._first.parent.iterdir():
            ring = self._ours(path)
            if ring is None:
                continue
            there.add(path.name)
            try:
                found.append((path.stat().st_mtime_ns, ring.order, path))
            except FileNotFoundError:
                continue  # overwritten this moment
        self._done &= there
        return [path for *_, path in sorted(found) if path.name not in self._done]

    def _ours(self, path: Path) -> RingName | None:
        ring = ring_name(path.name)
        return ring if ring and ring.stem == self._first.stem and ring.suffix == self._first.suffix else None

    def _pass_over(self, resume: RingPosition) -> None:
        pending = self._pending()
        names = [path.name for path in pending]
        if resume.file in names:
            self._done.update(names[: names.index(resume.file)])
        elif names:
            self._note("ring_overrun")

    def _begin(self, pending: list[Path]) -> bool:
        for path in pending:
            try:
                file = opened(path)
            except CaptureError as error:
                self._note("ring_overrun" if error.code == "vanished" else error.code)
                self._done.add(path.name)
                continue
            known = self._resume is not None and self._resume.file == path.name
            skip = self._resume.packets if self._resume is not None and known else 0
            self._open = _Open(path, file, skip, np.empty(0, np.uint8))
            self._count_missing(path)
            self.position = RingPosition(path.name, skip)
            return True
        return False

    def _count_missing(self, path: Path) -> None:
        ring = ring_name(path.name)
        if ring is None:
            return
        if self._last_number is not None and ring.number > self._last_number + 1:
            self._note("ring_overrun", ring.number - self._last_number - 1)
        self._last_number = ring.number

    def _read_on(self) -> tuple[PacketBatch, ...] | None:
        """`None` where the file has nothing more now."""
        now = self._open
        if now is None or now.damaged:
            return None
        got = now.file.read(_CHUNK_BYTES)
        if not got:
            return None
        data = np.concatenate((now.rest, np.frombuffer(got, np.uint8)))
        try:
            now.parser = now.parser or (parser_of(data[:MAGIC_BYTES].tobytes()) if len(data) >= MAGIC_BYTES else None)
        except CaptureError as error:
            self._note(error.code)
            now.damaged = True
            return ()
        if now.parser is None:
            now.rest = data
            return ()
        parsed = now.parser.parse(data)
        now.rest = data[parsed.consumed :].copy()
        if parsed.damage:
            self._note(parsed.damage)
            now.damaged, now.rest = True, now.rest[:0]
        return self._new_ones(now, parsed.batches)

    def _new_ones(self, now: _Open, batches: tuple[PacketBatch, ...]) -> tuple[PacketBatch, ...]:
        found: list[PacketBatch] = []
        for batch in batches:
            old = min(now.skip, len(batch.starts))
            now.skip -= old
            new = slice(old, None)
            if old < len(batch.starts):
                starts, lengths, times_s = batch.starts[new], batch.lengths[new], batch.times_s[new]
                found.append(PacketBatch(batch.link_type, batch.data, starts, lengths, times_s))
                self.position = RingPosition(
                    now.path.name, (self.position.packets if self.position else 0) + len(starts)
                )
        return tuple(found)

    def _finish(self) -> None:
        if self._open is None:
            return
        if len(self._open.rest):
            self._note("truncated")
        self._done.add(self._open.path.name)
        self.close()

    def _note(self, code: str, times: int = 1) -> None:
        self.notes[code] = self.notes.get(code, 0) + times
