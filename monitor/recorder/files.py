"""The files of one recording: one, but for calls of many hours."""

from __future__ import annotations

import errno
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from monitor.recorder.disk import Disk
from monitor.recorder.header import Header
from monitor.recorder.layout import Cluster, Layout, laid_out
from monitor.recorder.names import part_path, shift_path
from monitor.recorder.part_file import PartFile
from monitor.recorder.placing import Mono, Piece
from monitor.recorder.recorded import RecorderCounts, RecorderSettings

_SHIFT_FRAMES = 1 << 24
"""A file up to so long (35 min at 8 kHz) is written anew where an earlier sound turns up."""
_TRIES = 100
_CLUSTER_S = 1.0
_REASONS = {
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EROFS: "disk_read_only",
    errno.EMFILE: "too_many_files",
    errno.ENFILE: "too_many_files",
}


def disk_reason(error: OSError) -> str:
    """The reason code of a gap that the disk made."""
    return _REASONS.get(error.errno or 0, "disk_error")


@dataclass(frozen=True, slots=True, eq=False)
class Lost:
    """Pieces that the disk did not take."""

    pieces: tuple[Piece, ...]
    error: OSError


@dataclass(slots=True)
class Files:
    """Made at the first sound that may be written."""

    disk: Disk
    folder: Path
    call_id: str
    settings: RecorderSettings
    counts: RecorderCounts
    parts: list[PartFile] = field(default_factory=list)
    """By their first frame."""
    _number: int = 0
    _failed: list[Path] = field(default_factory=list)
    """Files that could not be begun, and may be there or not."""
    _lengths: list[tuple[PartFile, int]] = field(default_factory=list)

    def write(self, pieces: list[Piece], rate_hz: int, zero_s: float, heard: tuple[int, int]) -> list[Lost]:
        """Bring pieces, sorted by frame and none before time zero, to the disk; gives what it did not take."""
        bounds = [(part.first_frame, part.end) for part in self.parts]
        found = (self._put(one, rate_hz, zero_s, heard) for one in laid_out(pieces, bounds, self._layout(rate_hz)))
        return [lost for lost in found if lost is not None]

    def shift(self, frames: int, zero_s: float) -> bool:
        """Begin with `frames` of silence, at an earlier `zero_s`; false where that is too much.

        The only file is written anew and renamed over the old one: a crash finds either.

        Raises:
            OSError: then nothing has changed.
        """
        if not self.parts:
            return True
        old = self.parts[0]
        if len(self.parts) > 1 or not self._may_grow(old, frames):
            return False
        aside = shift_path(old.path)
        self.disk.unlink(aside)
        new = old.copied_to(aside, frames, zero_s)
        try:
            self.disk.sync_files([aside])
            self.disk.rename(aside, old.path)
        except OSError:
            new.close()
            raise
        new.path, self.parts[0] = old.path, new
        old.close()
        return True

    def write_again(self) -> list[tuple[int, int]]:
        """What a failed sync may have lost; gives the frames of which nothing is kept to write.

        Raises:
            OSError: then it is still to be done.
        """
        unsure = []
        for part in self.parts:
            if part.sync_failed:
                part.write_again()
                unsure += part.forgotten()
        return unsure

    def end(self, last_frame: int) -> list[tuple[PartFile, int]]:
        """The files that have sound and the lengths that `settle` is to give them.

        The last one goes on in silence to `last_frame`, as far as a gap may be written.
        """
        self._lengths = [(part, part.frames) for part in self.parts if part.frames]
        if self._lengths:
            part, frames = self._lengths[-1]
            rate_hz, settings = part.sample_rate_hz, self.settings
            longest = min(frames + int(settings.gap_max_s * rate_hz), int(settings.part_max_s * rate_hz))
            self._lengths[-1] = part, max(frames, min(last_frame - part.first_frame, longest))
        return self._lengths

    def settle(self) -> None:
        """Give each file its last length, and remove what got no sound; may be done again.

        Raises:
            OSError: where it is still to be done.
        """
        for part, frames in self._lengths:
            part.set_frames(frames)
        for path in self._failed:
            self.disk.unlink(path)
        kept = [part for part, _ in self._lengths]
        for part in [part for part in self.parts if part not in kept]:
            self.disk.unlink(part.path)
            part.close()
            self.parts.remove(part)

    def samples(self, channel: int, first: int, last: int) -> Mono:
        """One channel as it is on the disk, silence where there is nothing.

        Raises:
            OSError: where it cannot be read.
        """
        found: Mono = np.zeros(last - first, dtype=np.int16)
        for part in self.parts:
            start, stop = max(first, part.first_frame), min(last, part.end)
            if start < stop:
                found[start - first : stop - first] = part.table(start, stop)[:, channel]
        return found

    def release(self) -> None:
        for part in self.parts:
            part.close()
        self.parts = []

    def _put(self, cluster: Cluster, rate_hz: int, zero_s: float, heard: tuple[int, int]) -> Lost | None:
        first_frame, pieces = cluster
        try:
            part = self._part(Header(rate_hz, zero_s, first_frame, 0, (0, 0)))
            self.counts.bytes_written += part.write(pieces, heard)
        except OSError as error:
            return Lost(tuple(pieces), error)
        return None

    def _part(self, header: Header) -> PartFile:
        for part in self.parts:
            if part.first_frame == header.first_frame:
                return part
        made = self._made(header)
        self.parts = sorted([*self.parts, made], key=lambda part: part.first_frame)
        return made

    def _made(self, header: Header) -> PartFile:
        """Under a number that was not tried yet: what failed may be there still, and what a crash left too."""
        for _ in range(_TRIES):
            self._number += 1
            path = part_path(self.folder, self.call_id, self._number)
            try:
                return PartFile.begun(self.disk, path, header, keep=self.settings.durable)
            except FileExistsError:
                continue
            except OSError:
                self._failed.append(path)
                raise
        raise OSError(errno.EEXIST, "every name is taken")

    def _layout(self, rate_hz: int) -> Layout:
        settings = self.settings
        return Layout(int(settings.part_max_s * rate_hz), int(settings.gap_max_s * rate_hz), int(_CLUSTER_S * rate_hz))

    def _may_grow(self, part: PartFile, frames: int) -> bool:
        longest = min(_SHIFT_FRAMES, int(self.settings.part_max_s * part.sample_rate_hz))
        return part.frames + frames <= longest
