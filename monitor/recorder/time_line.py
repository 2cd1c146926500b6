"""One call's sound in frames of its recording: pure, no disk."""

from __future__ import annotations

from dataclasses import dataclass, field

from audio.events import Sound
from monitor.recorder.placing import Mono, Piece, Track, recording_rate_hz
from monitor.recorder.runs import Runs

Legs = dict[str, int]


@dataclass(slots=True)
class TimeLine:
    """Time zero is the earliest of the first sounds; the rate is that of the widest of them, where it was not told."""

    rate_hz: int | None = None
    zero_s: float | None = None
    coverage: tuple[Runs, Runs] = field(default_factory=lambda: (Runs(), Runs()))
    """Where each channel has had sound, whether the disk took it or not."""
    _pieces: list[Piece] = field(default_factory=list)
    _waiting: list[tuple[int, Sound, bool]] = field(default_factory=list)
    _tracks: dict[tuple[int, str], Track] = field(default_factory=dict)
    _ends: tuple[Legs, Legs] = field(default_factory=lambda: ({}, {}))
    """Of each channel, the frame after each leg's last sound."""

    @property
    def waits(self) -> bool:
        return bool(self._pieces or self._waiting)

    @property
    def heard(self) -> tuple[int, int]:
        return self.coverage[0].end, self.coverage[1].end

    def clock_s(self, frame: int) -> float:
        assert self.zero_s is not None
        assert self.rate_hz is not None
        return self.zero_s + frame / self.rate_hz

    def add(self, channel: int, sound: Sound, *, only_gaps: bool = False) -> None:
        """Put a sound in place, or as much of it as falls where nothing was heard."""
        if self.zero_s is None or self.rate_hz is None:
            self._waiting.append((channel, sound, only_gaps))
            return
        key = (channel, sound.leg)
        track = self._tracks.get(key)
        if track is None:
            track = self._tracks[key] = Track(self.rate_hz)
        for frame, samples in track.placed(sound, self.zero_s):
            whole = (frame, frame + len(samples))
            free = list(self.coverage[channel].uncovered(*whole)) if only_gaps else [whole]
            for first, last in free:
                self._lay(channel, sound.leg, first, samples[first - frame : last - frame], heard=not only_gaps)

    def taken(self) -> list[Piece]:
        """The pieces that came since the last time, by frame; one of a frame under 0 is earlier than time zero."""
        self._begin()
        pieces, self._pieces = self._pieces, []
        if len(pieces) > 1:
            pieces.sort(key=lambda piece: piece.frame)
        return pieces

    def back(self, pieces: list[Piece]) -> None:
        """Pieces that were taken and shall be taken again."""
        self._pieces += pieces

    def ended(self) -> None:
        """Nothing more comes: what resamplers hold is added to the pieces."""
        self._begin()
        for (channel, leg), track in self._tracks.items():
            for frame, samples in track.ended():
                self._lay(channel, leg, frame, samples)

    def moved(self, frames: int) -> None:
        """Time zero goes back by so many frames."""
        self.zero_s = self.clock_s(-frames)
        self._pieces = [piece.moved(frames) for piece in self._pieces]
        for track in self._tracks.values():
            track.moved(frames)
        for ends in self._ends:
            ends.update({leg: end + frames for leg, end in ends.items()})
        for runs in self.coverage:
            runs.move(frames)

    def _begin(self) -> None:
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        self.rate_hz = self.rate_hz or max(recording_rate_hz(sound.sample_rate_hz) for _, sound, _ in waiting)
        self.zero_s = min(sound.start_s for _, sound, _ in waiting)
        for channel, sound, only_gaps in waiting:
            self.add(channel, sound, only_gaps=only_gaps)

    def _lay(self, channel: int, leg: str, frame: int, samples: Mono, *, heard: bool = True) -> None:
        """What only fills gaps is not `heard`: another leg's sound there takes its place."""
        ends, end = self._ends[channel], frame + len(samples)
        alone = not ends or (len(ends) == 1 and leg in ends)
        self._pieces.append(Piece(channel, frame, samples, None if alone else _shared(ends, leg, frame, end)))
        if heard:
            ends[leg] = max(end, ends.get(leg, end))
        self.coverage[channel].add(frame, end)


def _shared(ends: Legs, leg: str, frame: int, end: int) -> tuple[int, int] | None:
    """Frames in which another leg was heard already."""
    until = max(there for name, there in ends.items() if name != leg)
    return (frame, min(end, until)) if until > frame else None
