"""Sound at the 16 kHz that speech models read."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import soxr

from audio.clip import Clip, Samples
from models.span import Span

MODEL_RATE_HZ = 16000


def at_model_rate(clip: Clip, channel: int, span: Span) -> Samples:
    """One channel's samples within `span` at 16 kHz."""
    samples = clip.read(channel, span)
    if clip.sample_rate_hz == MODEL_RATE_HZ:
        return samples
    return np.asarray(soxr.resample(samples, clip.sample_rate_hz, MODEL_RATE_HZ), dtype=np.float32)


def blocks_at_model_rate(clip: Clip, channel: int, block_s: float, from_s: float = 0.0) -> Iterator[Samples]:
    """One channel from `from_s` to its end at 16 kHz, piece by piece; the pieces join without a seam."""
    if clip.sample_rate_hz == MODEL_RATE_HZ:
        yield from (samples for _, samples in clip.blocks(channel, block_s, from_s))
        return
    stream = soxr.ResampleStream(clip.sample_rate_hz, MODEL_RATE_HZ, 1, dtype="float32")
    step = max(1, round(block_s * clip.sample_rate_hz))
    for start in range(round(from_s * clip.sample_rate_hz), clip.frames, step):
        span = Span(start / clip.sample_rate_hz, min(start + step, clip.frames) / clip.sample_rate_hz)
        yield stream.resample_chunk(clip.read(channel, span), last=start + step >= clip.frames)
