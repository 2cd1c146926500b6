"""Where a sound belongs in a recording, to the sample, and at the recording's rate."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import soxr

from audio.events import Sound
from audio.pcm import FULL_SCALE, pcm16
from monitor.recorder.header import SAMPLE_RATES_HZ

Mono = npt.NDArray[np.int16]
_SLACK_FRAMES = 1.5
"""A start is a rounded float: within this much of the sound before it, it follows it."""


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Sound of one channel at a frame of the recording."""

    channel: int
    frame: int
    samples: Mono
    added: tuple[int, int] | None = None
    """Frames in which another leg is heard on the same channel: there both are, as in a conference."""

    @property
    def end(self) -> int:
        return self.frame + len(self.samples)

    def moved(self, frames: int) -> Piece:
        added = self.added and (self.added[0] + frames, self.added[1] + frames)
        return Piece(self.channel, self.frame + frames, self.samples, added)

    def cut(self, first: int, last: int) -> Piece:
        """What lies from frame `first` up to `last`, both within it."""
        if (first, last) == (self.frame, self.end):
            return self
        added = self.added and (max(first, self.added[0]), min(last, self.added[1]))
        samples = self.samples[first - self.frame : last - self.frame]
        return Piece(self.channel, first, samples, added if added and added[0] < added[1] else None)


def recording_rate_hz(sound_rate_hz: int) -> int:
    """8 kHz for what comes at 8 kHz or less, so that G.711 stays bit-exact; 16 kHz for all that is wider."""
    narrow, wide = SAMPLE_RATES_HZ
    return narrow if sound_rate_hz <= narrow else wide


@dataclass(slots=True)
class Track:
    """One leg's sound on its way to one channel.

    Sounds that follow each other are laid end to end; after a gap the next is placed anew by its own start, so
    rounding never adds up.
    """

    rate_hz: int
    _frame: int = 0
    """Of the recording, at which the stretch of unbroken sound began."""
    _start_s: float = -math.inf
    _source_hz: int = 0
    _taken: int = 0
    _given: int = 0
    _stream: soxr.ResampleStream | None = field(default=None)

    def placed(self, sound: Sound, zero_s: float) -> list[tuple[int, Mono]]:
        """Frames and samples that `sound` brings; what a resampler still holds comes with the next."""
        found = []
        if not self._follows(sound):
            found = self.ended()
            self._begin(sound, zero_s)
        self._taken += len(sound.samples)
        samples = sound.samples if self._stream is None else self._resampled(sound.samples, last=False)
        return [*found, *self._at_cursor(samples)]

    def ended(self) -> list[tuple[int, Mono]]:
        """The rest that a resampler holds."""
        if self._stream is None:
            return []
        rest = self._at_cursor(self._resampled(np.zeros(0, dtype=np.int16), last=True))
        self._stream, self._source_hz = None, 0
        return rest

    def moved(self, frames: int) -> None:
        """The recording's time zero went back by this many frames."""
        self._frame += frames

    def _follows(self, sound: Sound) -> bool:
        if sound.sample_rate_hz != self._source_hz:
            return False
        expected_s = self._start_s + self._taken / self._source_hz
        return abs(sound.start_s - expected_s) * self.rate_hz <= _SLACK_FRAMES

    def _begin(self, sound: Sound, zero_s: float) -> None:
        self._frame, self._start_s = round((sound.start_s - zero_s) * self.rate_hz), sound.start_s
        self._source_hz, self._taken, self._given = sound.sample_rate_hz, 0, 0
        same = sound.sample_rate_hz == self.rate_hz
        self._stream = None if same else soxr.ResampleStream(sound.sample_rate_hz, self.rate_hz, 1, dtype="float32")

    def _resampled(self, samples: Mono, *, last: bool) -> Mono:
        """In floats: the library's own 16-bit output dithers with a seed of the clock."""
        assert self._stream is not None
        scaled = samples.astype(np.float32) / FULL_SCALE
        return pcm16(self._stream.resample_chunk(scaled, last=last))

    def _at_cursor(self, samples: Mono) -> list[tuple[int, Mono]]:
        frame = self._frame + self._given
        self._given += len(samples)
        return [(frame, samples)] if len(samples) else []
