"""One call being recorded: its pieces of sound put in place, its files, its marks and its journal."""

from __future__ import annotations

import errno
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from audio.events import Sound
from models.span import Span
from monitor.recorder.disk import Disk
from monitor.recorder.header import Header
from monitor.recorder.journal import Entry, Journal
from monitor.recorder.marks import Marks, usable
from monitor.recorder.names import journal_path, part_path, shift_path
from monitor.recorder.part_file import PartFile
from monitor.recorder.placing import Mono, Piece, Track, recording_rate_hz
from monitor.recorder.recorded import CHANNELS, Gap, Part, Recorded, RecorderCounts, RecorderSettings
from monitor.recorder.runs import Runs

_SHIFT_BYTES = 64 << 20
"""A file up to so large is written anew where an earlier sound turns up: half an hour at 8 kHz."""
_CLUSTER_S = 1.0
"""Pieces nearer than this are written at once."""
_TABLE_FRAMES = 1 << 20
DISK_REASONS = {
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EROFS: "disk_read_only",
    errno.EMFILE: "too_many_files",
    errno.ENFILE: "too_many_files",
}


def disk_reason(error: OSError) -> str:
    return DISK_REASONS.get(error.errno or 0, "disk_error")


@dataclass(slots=True)
class LiveCall:
    """Only the writer touches it until it is closed; then only who finishes it does."""

    disk: Disk
    folder: Path
    call_id: str
    opened_s: float
    settings: RecorderSettings
    counts: RecorderCounts
    rate_hz: int | None = None
    zero_s: float | None = None
    parts: list[PartFile] = field(default_factory=list)
    """By their first frame."""
    marks: Marks = field(default_factory=Marks)
    coverage: tuple[Runs, Runs] = field(default_factory=lambda: (Runs(), Runs()))
    """Where each channel has had sound, whether the disk took it or not."""
    failed: OSError | None = None
    """Of the last attempt to write; `None` where it went well."""
    journal: Journal = field(init=False)
    _waiting: list[tuple[int, Sound, bool]] = field(default_factory=list)
    """The first sounds, until time zero is known."""
    _tracks: dict[tuple[int, str], Track] = field(default_factory=dict)
    _ends: tuple[dict[str, int], dict[str, int]] = field(default_factory=lambda: ({}, {}))
    """Of each channel, the frame after each leg's last sound."""
    _pending: list[Piece] = field(default_factory=list)
    _fresh: list[tuple[int, Span]] = field(default_factory=list)
    """Concealed spans that the journal does not have yet."""

    def __post_init__(self) -> None:
        self.journal = Journal(self.disk, journal_path(self.folder, self.call_id))
        self.journal.add({"opened": self.opened_s, "call": self.call_id})

    @property
    def waits(self) -> bool:
        """Whether there is anything to write."""
        held = self._waiting or self._pending or self._fresh or self.journal.waits
        return bool(held) or any(part.sync_failed for part in self.parts)

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

    # What comes in

    def add(self, channel: int, sound: Sound, *, only_gaps: bool = False) -> None:
        """Put a sound in place, or as much of it as falls where nothing was heard; `write` brings it to the disk."""
        end_s = sound.start_s + len(sound.samples) / sound.sample_rate_hz
        if not len(sound.samples) or not usable(sound.start_s, end_s):
            return
        if self.zero_s is None:
            self._waiting.append((channel, sound, only_gaps))
        elif end_s - self.zero_s > self.settings.call_max_s:
            self.miss(channel, Gap(Span(sound.start_s, end_s), "too_long"))
        else:
            self.conceal(channel, [span.shifted(sound.start_s) for span in sound.concealed])
            self._place(channel, sound, only_gaps=only_gaps)

    def miss(self, channel: int, gap: Gap) -> None:
        if usable(gap.span.start_s, gap.span.end_s):
            self.marks.miss(channel, gap)
            self.journal.add({"missing": [channel, gap.span.start_s, gap.span.end_s, gap.reason]})

    def conceal(self, channel: int, spans: Iterable[Span]) -> None:
        self._fresh.extend((channel, span) for span in spans)

    def note(self, signal: Entry) -> None:
        self.journal.add({"signal": signal})

    def _begin(self) -> None:
        """The first sounds of both sides decide on time zero, the earliest, and on the rate, the widest."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        self.rate_hz = self.rate_hz or max(recording_rate_hz(sound.sample_rate_hz) for _, sound, _ in waiting)
        self.zero_s = min(sound.start_s for _, sound, _ in waiting)
        self.journal.add({"zero": self.zero_s, "rate_hz": self.rate_hz})
        for channel, sound, only_gaps in waiting:
            self.add(channel, sound, only_gaps=only_gaps)

    def _place(self, channel: int, sound: Sound, *, only_gaps: bool) -> None:
        assert self.rate_hz is not None
        assert self.zero_s is not None
        key = (channel, sound.leg)
        track = self._tracks.get(key)
        if track is None:
            track = self._tracks[key] = Track(self.rate_hz)
        for frame, samples in track.placed(sound, self.zero_s):
            whole = [(frame, frame + len(samples))]
            free = self.coverage[channel].uncovered(*whole[0]) if only_gaps else whole
            for first, last in list(free):
                self._queue(channel, sound.leg, first, samples[first - frame : last - frame])

    def _queue(self, channel: int, leg: str, frame: int, samples: Mono) -> None:
        if frame < 0:
            moved = self._zero_back(-frame)
            frame += moved
            if frame < 0:
                self._miss_frames(channel, frame, min(0, frame + len(samples)), "late")
                samples, frame = samples[-frame:], 0
        if len(samples):
            end = frame + len(samples)
            self._pending.append(Piece(channel, frame, samples, self._shared(channel, leg, frame, end)))
            self._ends[channel][leg] = max(end, self._ends[channel].get(leg, 0))
            self.coverage[channel].add(frame, end)

    def _shared(self, channel: int, leg: str, frame: int, end: int) -> tuple[int, int] | None:
        """Frames in which another leg was heard already."""
        if len(self._ends[channel]) < 2 and leg in self._ends[channel]:
            return None
        until = max((there for name, there in self._ends[channel].items() if name != leg), default=0)
        return (frame, min(end, until)) if until > frame else None

    # Time zero

    def _zero_back(self, frames: int) -> int:
        """Make room for an earlier sound; gives the frames that there are now before the old zero."""
        assert self.rate_hz is not None
        assert self.zero_s is not None
        if self.parts and not self._shifted(frames):
            return 0
        self.zero_s -= frames / self.rate_hz
        self._pending = [
            replace(
                piece,
                frame=piece.frame + frames,
                added=piece.added and (piece.added[0] + frames, piece.added[1] + frames),
            )
            for piece in self._pending
        ]
        for track in self._tracks.values():
            track.moved(frames)
        for ends in self._ends:
            ends.update({leg: end + frames for leg, end in ends.items()})
        for runs in self.coverage:
            runs.move(frames)
        self.journal.add({"zero": self.zero_s, "rate_hz": self.rate_hz})
        return frames

    def _shifted(self, frames: int) -> bool:
        """The only file written anew, under its old name; a crash finds either the old one or the new one."""
        assert self.rate_hz is not None
        assert self.zero_s is not None
        old = self.parts[0]
        seconds = (old.frames + frames) / self.rate_hz
        if len(self.parts) > 1 or seconds > self.settings.part_max_s or frames + old.frames > _SHIFT_BYTES // 4:
            return False
        aside = shift_path(old.path)
        try:
            self.disk.unlink(aside)
            new = old.copied_to(aside, frames)
            new.started_s = self.zero_s - frames / self.rate_hz
            new.write_header()
            self.disk.sync_files([aside])
            self.disk.rename(aside, old.path)
        except OSError as error:
            self._failed(error)
            return False
        new.path = old.path
        old.close()
        self.parts[0] = new
        return True

    # What goes out

    def write(self, *, may_begin: bool) -> None:
        """Bring all that waits to the disk; what it does not take is a gap. `may_begin`: whether a file may be made."""
        self.failed = None
        self._begin()
        pieces, self._pending = sorted(self._pending, key=lambda piece: piece.frame), []
        for part_first, cluster in self._clusters(pieces):
            if not self.parts and not may_begin:
                self._lose(cluster, "disk_reserve")
                continue
            try:
                part = self._part(part_first)
                self.counts.bytes_written += part.write(cluster, (self.coverage[0].end, self.coverage[1].end))
            except OSError as error:
                self._failed(error)
                self._lose(cluster, disk_reason(error))
        self._rewrite()
        self._write_journal()

    def _clusters(self, pieces: list[Piece]) -> Iterator[tuple[int, list[Piece]]]:
        """Pieces of one part that lie together, with the part's first frame."""
        assert self.rate_hz is not None or not pieces
        reach = int(_CLUSTER_S * (self.rate_hz or 0))
        cluster: list[Piece] = []
        part_first, first, end = -1, 0, 0
        for piece_first, piece in self._by_part(pieces):
            near = piece.frame <= end + reach and max(end, piece.end) - first <= _TABLE_FRAMES
            if cluster and (piece_first != part_first or not near):
                yield part_first, cluster
                cluster = []
            if not cluster:
                part_first, first, end = piece_first, piece.frame, piece.end
            cluster.append(piece)
            end = max(end, piece.end)
        if cluster:
            yield part_first, cluster

    def _by_part(self, pieces: list[Piece]) -> Iterator[tuple[int, Piece]]:
        """Pieces cut where a part ends, each with the first frame of its part, whether that is there yet or not."""
        bounds = [(part.first_frame, part.end) for part in self.parts]
        for piece in pieces:
            frame = piece.frame
            while frame < piece.end:
                first, limit = self._home(bounds, frame)
                stop = min(piece.end, limit, frame + _TABLE_FRAMES)
                yield first, _cut(piece, frame, stop)
                frame = stop

    def _home(self, bounds: list[tuple[int, int]], frame: int) -> tuple[int, int]:
        """First frame and limit of the part that `frame` belongs to; a new one is added to `bounds`."""
        assert self.rate_hz is not None
        longest, gap = int(self.settings.part_max_s * self.rate_hz), int(self.settings.gap_max_s * self.rate_hz)
        at = max((i for i, (first, _) in enumerate(bounds) if first <= frame), default=None)
        if at is not None:
            first, end = bounds[at]
            if frame < first + longest and frame - end <= gap:
                bounds[at] = (first, max(end, frame))
                return first, min(first + longest, *(next_first for next_first, _ in bounds[at + 1 : at + 2]), 1 << 62)
        bounds.append((frame, frame))
        bounds.sort()
        after = (first for first, _ in bounds if first > frame)
        return frame, min(frame + longest, next(after, 1 << 62))

    def _part(self, first_frame: int) -> PartFile:
        """The part that begins there, made where there is none.

        Raises:
            OSError: where it cannot be made.
        """
        found = next((part for part in self.parts if part.first_frame == first_frame), None)
        if found is None:
            assert self.rate_hz is not None
            assert self.zero_s is not None
            path = part_path(self.folder, self.call_id, len(self.parts) + 1)
            header = Header(self.rate_hz, self.zero_s, first_frame, 0, (0, 0))
            found = PartFile.begun(self.disk, path, header, keep=self.settings.durable)
            self.parts = sorted([*self.parts, found], key=lambda part: part.first_frame)
        return found

    def _rewrite(self) -> None:
        for part in self.parts:
            if not part.sync_failed:
                continue
            for first, last in part.unkept:
                for channel in CHANNELS:
                    self._miss_frames(channel, first, last, "disk_error")
            part.unkept.clear()
            try:
                part.write_again()
            except OSError as error:
                self._failed(error)

    def _write_journal(self) -> None:
        for channel in CHANNELS:
            spans = [span for at, span in self._fresh if at == channel]
            if spans:
                self.marks.conceal(channel, spans)
                self.journal.add({"concealed": [channel, [[span.start_s, span.end_s] for span in spans]]})
        self._fresh = []
        try:
            self.journal.write()
        except OSError as error:
            self._failed(error)

    def _failed(self, error: OSError) -> None:
        self.failed = error
        self.counts.write_errors += 1

    def _lose(self, pieces: Iterable[Piece], reason: str) -> None:
        for piece in pieces:
            self.counts.lost_s += len(piece.samples) / (self.rate_hz or 1)
            self._miss_frames(piece.channel, piece.frame, piece.end, reason)

    def _miss_frames(self, channel: int, first: int, last: int, reason: str) -> None:
        assert self.rate_hz is not None
        assert self.zero_s is not None
        span = Span(self.zero_s + first / self.rate_hz, self.zero_s + last / self.rate_hz)
        self.miss(channel, Gap(span, reason))

    # The end

    def end(self, *, may_begin: bool) -> Recorded:
        """Nothing more comes: all is written, as far as the disk takes it, and the files have their last length."""
        self._begin()
        for (channel, leg), track in self._tracks.items():
            for frame, samples in track.ended():
                self._queue(channel, leg, frame, samples)
        self.write(may_begin=may_begin)
        for part in tuple(self.parts):
            try:
                self._settle_length(part)
            except OSError as error:
                self._failed(error)
        return self.recorded()

    def _settle_length(self, part: PartFile) -> None:
        if part.frames:
            part.set_frames(self._last_frames(part))
        else:  # nothing of it could be written
            self.parts.remove(part)
            part.close()
            self.disk.unlink(part.path)

    def settle(self) -> None:
        """Before the files are synced for the last time.

        Raises:
            OSError: where something that a failed sync may have lost cannot be written again.
        """
        for part in self.parts:
            if part.sync_failed:
                part.write_again()

    def release(self) -> None:
        """Let go of the files."""
        for part in self.parts:
            part.close()
        self.parts = []

    def _last_frames(self, part: PartFile) -> int:
        """The last part goes on in silence to the end of the last gap, so that the time line is whole."""
        if part is not self.parts[-1] or self.zero_s is None or self.rate_hz is None:
            return part.frames
        ends = [gap.span.end_s for gaps in self.marks.missing for gap in gaps if gap.reason != "too_long"]
        last = round((max(ends, default=0.0) - self.zero_s) * self.rate_hz) - part.first_frame
        longest = min(self.settings.part_max_s, part.frames / self.rate_hz + self.settings.gap_max_s)
        return max(part.frames, min(last, int(longest * self.rate_hz)))

    def recorded(self) -> Recorded:
        zero_s = self.opened_s if self.zero_s is None else self.zero_s
        rate_hz = self.rate_hz or 1
        parts = tuple(Part(part.path, part.first_frame / rate_hz, part.frames / rate_hz) for part in self.parts)
        missing = self.marks.missing_from(zero_s)
        return Recorded(
            call_id=self.call_id,
            started_s=zero_s,
            duration_s=max((part.start_s + part.duration_s for part in parts), default=0.0),
            sample_rate_hz=self.rate_hz,
            parts=parts,
            concealed=self.marks.concealed_from(zero_s),
            missing=missing,
            notes=tuple(sorted({gap.reason for gaps in missing for gap in gaps})),
        )


def _cut(piece: Piece, first: int, last: int) -> Piece:
    if (first, last) == (piece.frame, piece.end):
        return piece
    added = piece.added and (max(first, piece.added[0]), min(last, piece.added[1]))
    samples = piece.samples[first - piece.frame : last - piece.frame]
    return Piece(piece.channel, first, samples, added if added and added[0] < added[1] else None)
