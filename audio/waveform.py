"""The outline of a channel's sound, for pictures."""

from __future__ import annotations

import numpy as np

from audio.clip import Clip

PEAKS_PER_S = 10
_BLOCK_S = 60.0


def peaks(clip: Clip, channel: int) -> tuple[int, ...]:
    """The highest sample of every tenth of a second, from 0 to 100 (full scale)."""
    size = clip.sample_rate_hz // PEAKS_PER_S
    found: list[int] = []
    for _, samples in clip.blocks(channel, _BLOCK_S):
        padded = np.pad(np.abs(samples), (0, -samples.size % size))
        found += np.rint(100 * padded.reshape(-1, size).max(axis=1)).astype(int).tolist()
    return tuple(found)
