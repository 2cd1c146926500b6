"""The sound of one recording: 16-bit frames on disk or in memory, read piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from models.span import Span

Samples = npt.NDArray[np.float32]
"""One channel, full scale at ±1."""

FULL_SCALE = 32768.0
_BYTES_PER_SAMPLE = 2


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """Decoded sound at its own rate, never resampled and never normalised.

    `pcm` is either an array of shape (frames, channels), int16, or the path of a file that holds
    the same, interleaved and little-endian, so that twelve hours cost disk and not memory.
    """

    sample_rate_hz: int
    channels: int
    frames: int
    pcm: npt.NDArray[np.int16] | Path

    @classmethod
    def of(cls, samples: npt.NDArray[np.floating | np.int16], sample_rate_hz: int) -> Clip:
        """A clip in memory of an array of shape (frames,) or (frames, channels)."""
        table = samples[:, None] if samples.ndim == 1 else samples
        if np.issubdtype(table.dtype, np.floating):
            table = np.clip(np.rint(table * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1)
        return cls(sample_rate_hz, table.shape[1], table.shape[0], table.astype(np.int16))

    @classmethod
    def on_disk(cls, path: Path, sample_rate_hz: int, channels: int) -> Clip:
        """A clip over a file of interleaved 16-bit frames."""
        frames = path.stat().st_size // (_BYTES_PER_SAMPLE * channels)
        return cls(sample_rate_hz, channels, frames, path)

    @property
    def duration_s(self) -> float:
        return self.frames / self.sample_rate_hz

    @property
    def span(self) -> Span:
        return Span(0.0, self.duration_s)

    def pcm_frames(self, start: int, stop: int) -> npt.NDArray[np.int16]:
        """Frames `start` up to `stop`, shape (frames, channels), clamped to what there is."""
        start, stop = max(0, start), min(stop, self.frames)
        count = max(0, stop - start)
        if isinstance(self.pcm, np.ndarray):
            return self.pcm[start : start + count]
        offset = start * self.channels * _BYTES_PER_SAMPLE
        flat = np.fromfile(self.pcm, dtype="<i2", count=count * self.channels, offset=offset)
        return flat.reshape(-1, self.channels)

    def read(self, channel: int, span: Span | None = None) -> Samples:
        """One channel's samples within `span` (the whole clip where `None`)."""
        start, stop = 0, self.frames
        if span is not None:
            start, stop = round(span.start_s * self.sample_rate_hz), round(span.end_s * self.sample_rate_hz)
        return self.pcm_frames(start, stop)[:, channel].astype(np.float32) / FULL_SCALE

    def blocks(self, channel: int, block_s: float, from_s: float = 0.0) -> Iterator[tuple[float, Samples]]:
        """Start time and samples of consecutive blocks of `block_s` after `from_s`; the last may be shorter."""
        step = max(1, round(block_s * self.sample_rate_hz))
        for start in range(round(from_s * self.sample_rate_hz), self.frames, step):
            block = self.pcm_frames(start, start + step)[:, channel].astype(np.float32) / FULL_SCALE
            yield start / self.sample_rate_hz, block
