"""One call being recorded: its time line, its files, its marks and its journal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from audio.events import Sound
from models.span import Span
from monitor.recorder.disk import Disk
from monitor.recorder.files import Files, Lost, disk_reason
from monitor.recorder.journal import Entry, Journal
from monitor.recorder.marks import Marks, usable
from monitor.recorder.names import journal_path
from monitor.recorder.part_file import PartFile
from monitor.recorder.placing import Mono, Piece
from monitor.recorder.recorded import CHANNELS, Gap, Part, Recorded, RecorderCounts, RecorderSettings
from monitor.recorder.time_line import TimeLine

_EARLY_FRAMES = 1 << 19
"""Sound from before time zero that waits for the disk: a minute at 8 kHz."""


@dataclass(slots=True)
class LiveCall:
    """Only the writer touches it until it is closed; then only who finishes it does."""

    disk: Disk
    folder: Path
    call_id: str
    opened_s: float
    settings: RecorderSettings
    counts: RecorderCounts
    line: TimeLine = field(default_factory=TimeLine)
    marks: Marks = field(default_factory=Marks)
    failed: OSError | None = None
    """Of the last attempt to write; `None` where it went well."""
    files: Files = field(init=False)
    journal: Journal = field(init=False)
    _fresh: tuple[list[Span], list[Span]] = field(default_factory=lambda: ([], []))
    """Concealed spans that the journal does not have yet."""
    _journalled: float | None = None
    """The time zero that the journal has."""

    def __post_init__(self) -> None:
        self.files = Files(self.disk, self.folder, self.call_id, self.settings, self.counts)
        self.journal = Journal(self.disk, journal_path(self.folder, self.call_id))
        self.journal.add({"opened": self.opened_s, "call": self.call_id})

    @property
    def parts(self) -> list[PartFile]:
        return self.files.parts

    @property
    def waits(self) -> bool:
        """Whether there is anything to write."""
        held = self.line.waits or self.journal.waits or any(self._fresh)
        return held or any(part.sync_failed for part in self.parts)

    def add(self, channel: int, sound: Sound, *, only_gaps: bool = False) -> None:
        """Put a sound in place, or as much of it as falls where nothing was heard; `write` brings it to the disk."""
        end_s = sound.start_s + len(sound.samples) / sound.sample_rate_hz
        if not len(sound.samples) or not usable(sound.start_s, end_s):
            return
        if not -self.settings.gap_max_s <= end_s - self.opened_s <= self.settings.call_max_s:
            self.miss(channel, Gap(Span(sound.start_s, end_s), "wrong_clock"))
            return
        self._fresh[channel].extend(span.shifted(sound.start_s) for span in sound.concealed)
        self.line.add(channel, sound, only_gaps=only_gaps)

    def miss(self, channel: int, gap: Gap) -> None:
        if usable(gap.span.start_s, gap.span.end_s):
            self.marks.miss(channel, gap)
            self.journal.add({"missing": [channel, gap.span.start_s, gap.span.end_s, gap.reason]})

    def note(self, signal: Entry) -> None:
        self.journal.add({"signal": signal})

    def samples(self, channel: int, first: int, last: int) -> Mono:
        return self.files.samples(channel, first, last)

    def write(self, *, may_begin: bool) -> None:
        """Bring all that waits to the disk; what it does not take is a gap. `may_begin`: whether a file may be made."""
        self.failed = None
        self._write_sound(may_begin=may_begin)
        try:
            for first, last in self.files.write_again():
                for channel in CHANNELS:
                    self._miss_frames(channel, first, last, "disk_error")
        except OSError as error:
            self._failed(error)
        self._write_journal()

    def _write_sound(self, *, may_begin: bool) -> None:
        pieces = self.line.taken()
        if not pieces:
            return
        if pieces[0].frame < 0:
            pieces = self._from_zero(pieces)
        if not self.parts and not may_begin:
            self._lose(pieces, "disk_reserve")
            return
        assert self.line.rate_hz is not None
        assert self.line.zero_s is not None
        for lost in self.files.write(pieces, self.line.rate_hz, self.line.zero_s, self.line.heard):
            self._lost(lost)

    def _from_zero(self, pieces: list[Piece]) -> list[Piece]:
        """Time zero goes back to the earliest piece; where it cannot, what lies before it is a gap.

        A disk that does not let it is asked again, with as much as may be kept in memory.
        """
        earlier = -pieces[0].frame
        try:
            if self.files.shift(earlier, self.line.clock_s(-earlier)):
                self.line.moved(earlier)
                return [piece.moved(earlier) for piece in pieces]
        except OSError as error:
            self._failed(error)
            early = [piece.cut(piece.frame, min(0, piece.end)) for piece in pieces if piece.frame < 0]
            if sum(len(piece.samples) for piece in early) <= _EARLY_FRAMES:
                self.line.back(early)
            else:
                self._lose(early, disk_reason(error))
        else:
            self._lose([piece.cut(piece.frame, min(0, piece.end)) for piece in pieces if piece.frame < 0], "came_late")
        return [piece.cut(max(0, piece.frame), piece.end) for piece in pieces if piece.end > 0]

    def _write_journal(self) -> None:
        if self.line.zero_s != self._journalled:
            self.journal.add({"zero": self.line.zero_s, "rate_hz": self.line.rate_hz})
            self._journalled = self.line.zero_s
        for channel, spans in zip(CHANNELS, self._fresh, strict=True):
            if spans:
                self.marks.conceal(channel, spans)
                self.journal.add({"concealed": [channel, [[span.start_s, span.end_s] for span in spans]]})
                spans.clear()
        try:
            self.journal.write()
        except OSError as error:
            self._failed(error)

    def _lost(self, lost: Lost) -> None:
        self._failed(lost.error)
        self._lose(lost.pieces, disk_reason(lost.error))

    def _failed(self, error: OSError) -> None:
        self.failed = error
        self.counts.write_errors += 1

    def _lose(self, pieces: Iterable[Piece], reason: str) -> None:
        for piece in pieces:
            self.counts.lost_s += len(piece.samples) / (self.line.rate_hz or 1)
            self._miss_frames(piece.channel, piece.frame, piece.end, reason)

    def _miss_frames(self, channel: int, first: int, last: int, reason: str) -> None:
        self.miss(channel, Gap(Span(self.line.clock_s(first), self.line.clock_s(last)), reason))

    def end(self, *, may_begin: bool) -> Recorded:
        """Nothing more comes: all is written, as far as the disk takes it, and the files have their last length."""
        self.line.ended()
        self.write(may_begin=may_begin)
        self._lose([piece for piece in self.line.taken() if piece.frame < 0], "came_late")
        return self._recorded(self.files.end(self._last_frame()))

    def _last_frame(self) -> int:
        """Of the last gap, so that the time line is whole."""
        if self.line.zero_s is None or self.line.rate_hz is None:
            return 0
        ends = [gap.span.end_s for gaps in self.marks.missing for gap in gaps if gap.reason != "wrong_clock"]
        return round((max(ends, default=0.0) - self.line.zero_s) * self.line.rate_hz)

    def settle(self) -> None:
        """After `end`, before the files are synced for the last time; may be done again.

        Raises:
            OSError: where it is still to be done.
        """
        self.files.write_again()
        self.files.settle()

    def release(self) -> None:
        """Let go of the files."""
        self.files.release()

    def _recorded(self, lengths: Iterable[tuple[PartFile, int]]) -> Recorded:
        zero_s = self.opened_s if self.line.zero_s is None else self.line.zero_s
        rate_hz = self.line.rate_hz or 1
        parts = tuple(Part(part.path, part.first_frame / rate_hz, frames / rate_hz) for part, frames in lengths)
        missing = self.marks.missing_from(zero_s)
        return Recorded(
            call_id=self.call_id,
            started_s=zero_s,
            duration_s=max((part.start_s + part.duration_s for part in parts), default=0.0),
            sample_rate_hz=self.line.rate_hz,
            parts=parts,
            concealed=self.marks.concealed_from(zero_s),
            missing=missing,
            notes=tuple(sorted(self.marks.reasons)),
        )
