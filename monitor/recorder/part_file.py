"""One WAV file of a recording while it grows: its header is valid after every write."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from monitor.recorder.disk import Disk
from monitor.recorder.header import BYTES_PER_FRAME, CHANNELS, HEADER_BYTES, Header
from monitor.recorder.placing import Piece

Table = npt.NDArray[np.int16]
"""Shape (frames, 2), little-endian."""
_KEPT_BYTES = 1 << 20
"""Unsynced sound kept in memory for each file: 32 s at 8 kHz."""
_COPY_FRAMES = 1 << 18


@dataclass(slots=True, eq=False)
class PartFile:
    """Frames `first_frame` and on of a recording. Only the writer changes it; syncing may be another thread's."""

    disk: Disk
    path: Path
    descriptor: int
    sample_rate_hz: int
    started_s: float
    first_frame: int
    frames: int = 0
    keep: bool = True
    """Whether sound is kept in memory until it is synced, to be written again where syncing fails."""
    unkept: list[tuple[int, int]] = field(default_factory=list)
    """Frames written and neither synced nor kept."""
    sync_failed: bool = False
    version: int = 0
    """Counts writes."""
    synced: int = 0
    """The version that is known to survive a power cut."""
    heard: tuple[int, int] = (0, 0)
    _unsynced: deque[tuple[int, int, Table]] = field(default_factory=deque)
    """Version, first frame and content of each write that is not known to be synced."""
    _kept_bytes: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def end(self) -> int:
        return self.first_frame + self.frames

    @classmethod
    def begun(cls, disk: Disk, path: Path, header: Header, *, keep: bool) -> PartFile:
        """A new file with a valid header and no sound.

        Raises:
            OSError: then there is no file.
        """
        descriptor = disk.open(path, create=True)
        part = cls(disk, path, descriptor, header.sample_rate_hz, header.started_s, header.first_frame, keep=keep)
        try:
            part.write_header()
        except OSError:
            disk.close(descriptor)
            with suppress(OSError):
                disk.unlink(path)
            raise
        return part

    def write(self, pieces: Sequence[Piece], heard: tuple[int, int]) -> int:
        """Lay pieces over what is there, in order, and say so in the header; gives the bytes written.

        Raises:
            OSError: then some of the pieces may be in the file, and what was there before is.
        """
        first, last = min(piece.frame for piece in pieces), max(piece.end for piece in pieces)
        table = self._read(first, last)
        for piece in pieces:
            _lay(table, piece, first)
        self._retain(first, table)
        self._put(first, table)
        self.frames = max(self.frames, last - self.first_frame)
        self.heard = heard
        self.write_header()
        return table.nbytes

    def write_header(self) -> None:
        header = Header(self.sample_rate_hz, self.started_s, self.first_frame, self.frames, self.heard)
        self.disk.write_at(self.descriptor, header.packed(), 0)

    def write_again(self) -> None:
        """All that is not known to be synced: after a failed sync the system may have forgotten it.

        Raises:
            OSError: then it is still to be done.
        """
        with self._lock:
            kept = tuple(self._unsynced)
        for _, first, table in kept:
            self._put(first, table)
        self.write_header()
        self.sync_failed = False

    def set_frames(self, frames: int) -> None:
        """Exactly this long: silence is added, or what a failed write left behind is cut off."""
        self.disk.truncate(self.descriptor, HEADER_BYTES + frames * BYTES_PER_FRAME)
        self.frames = frames
        self.write_header()

    def settled(self, version: int) -> None:
        """All writes up to `version` are synced."""
        with self._lock:
            while self._unsynced and self._unsynced[0][0] <= version:
                self._kept_bytes -= self._unsynced.popleft()[2].nbytes
            self.unkept = [] if version == self.version else self.unkept
        self.synced = version

    def forgotten(self) -> list[tuple[int, int]]:
        """Frames written of which nothing is kept; they are told once."""
        with self._lock:
            found, self.unkept = self.unkept, []
        return found

    def copied_to(self, path: Path, silent_frames: int, started_s: float) -> PartFile:
        """The same sound in a new file, after `silent_frames` of silence, of a recording that began at `started_s`."""
        header = Header(self.sample_rate_hz, started_s, self.first_frame, 0, (0, 0))
        copy = PartFile.begun(self.disk, path, header, keep=False)
        copy.heard = (self.heard[0] + silent_frames, self.heard[1] + silent_frames)
        try:
            for first in range(self.first_frame, self.end, _COPY_FRAMES):
                table = self._read(first, min(first + _COPY_FRAMES, self.end))
                copy._put(first + silent_frames, table)  # noqa: SLF001 # its own kind
            copy.frames, copy.keep = self.frames + silent_frames, self.keep
            copy.write_header()
        except OSError:
            copy.close()
            raise
        return copy

    def close(self) -> None:
        self.disk.close(self.descriptor)

    def table(self, first: int, last: int) -> Table:
        """Frames of the recording as they are on the disk, silence where there are none."""
        return self._read(first, last)

    def _read(self, first: int, last: int) -> Table:
        table: Table = np.zeros((last - first, CHANNELS), dtype="<i2")
        there = min(last, self.end) - first
        if there > 0:
            data = self.disk.read_at(self.descriptor, there * BYTES_PER_FRAME, self._offset(first))
            found = np.frombuffer(data, dtype="<i2", count=len(data) // BYTES_PER_FRAME * CHANNELS)
            table[: len(found) // CHANNELS] = found.reshape(-1, CHANNELS)
        return table

    def _put(self, first: int, table: Table) -> None:
        self.disk.write_at(self.descriptor, table.reshape(-1).view(np.uint8).data, self._offset(first))

    def _offset(self, frame: int) -> int:
        return HEADER_BYTES + (frame - self.first_frame) * BYTES_PER_FRAME

    def _retain(self, first: int, table: Table) -> None:
        with self._lock:
            self.version += 1
            if not self.keep:
                return
            self._unsynced.append((self.version, first, table))
            self._kept_bytes += table.nbytes
            while self._kept_bytes > _KEPT_BYTES:
                _, old_first, old = self._unsynced.popleft()
                self._kept_bytes -= old.nbytes
                self.unkept.append((old_first, old_first + len(old)))


def _lay(table: Table, piece: Piece, first: int) -> None:
    column = table[piece.frame - first : piece.end - first, piece.channel]
    if piece.added is None:
        column[:] = piece.samples
        return
    start, stop = piece.added[0] - piece.frame, piece.added[1] - piece.frame
    both = column[start:stop].astype(np.int32) + piece.samples[start:stop]
    column[:] = piece.samples
    column[start:stop] = np.clip(both, -32768, 32767)
