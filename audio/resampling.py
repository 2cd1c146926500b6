"""Another sample rate, block by block, for the few places where the native one cannot stay."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import soxr

from audio.pcm import FULL_SCALE, Frames, pcm16


def resampled(blocks: Iterable[Frames], from_hz: int, to_hz: int, channels: int) -> Iterator[Frames]:
    """The same sound at another rate, with no delay and in bounded memory.

    Computed in floats: the library's own 16-bit output dithers with a seed of the clock, and the same
    recording must give the same samples.
    """
    stream = soxr.ResampleStream(from_hz, to_hz, channels, dtype="float32")
    for block in blocks:
        yield _converted(stream, block.astype(np.float32) / FULL_SCALE, last=False)
    yield _converted(stream, np.zeros((0, channels), dtype=np.float32), last=True)


def _converted(stream: soxr.ResampleStream, table: np.ndarray, *, last: bool) -> Frames:
    return pcm16(stream.resample_chunk(table, last=last).reshape(-1, table.shape[1]))
