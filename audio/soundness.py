"""What is odd about a recording's sound as a whole, found while it passes by."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from audio.pcm import FULL_SCALE, Frames

SILENT_PEAK = 33
"""-60 dBov: above the idle codes of G.711 (±8), below any speech."""
OFFSET = FULL_SCALE // 100
"""1 % of full scale, -40 dBov: what no healthy line shows."""
CLIPPED = 32124
"""The loudest mu-law sample; louder A-law and linear ones count as well."""
CLIPPED_RUN = 3
"""Samples in a row that are a flat top and not one loud moment."""
ACTIVE = FULL_SCALE // 100
HEAVY = 0.01
"""Share of the samples that carry sound."""


class Soundness:
    """Running figures of each channel; bounded memory whatever the length."""

    def __init__(self, channels: int) -> None:
        self._frames = 0
        self._low = np.full(channels, np.iinfo(np.int16).max, dtype=np.int64)
        self._high = np.full(channels, np.iinfo(np.int16).min, dtype=np.int64)
        self._sum = np.zeros(channels, dtype=np.int64)
        self._active = np.zeros(channels, dtype=np.int64)
        self._clipped = np.zeros(channels, dtype=np.int64)

    def add(self, block: Frames) -> None:
        """Take in the next frames, shape (frames, channels), at least one."""
        self._frames += len(block)
        for channel in range(block.shape[1]):
            self._add(channel, np.ascontiguousarray(block[:, channel]))  # 15 times faster than along an axis

    def _add(self, channel: int, samples: npt.NDArray[np.int16]) -> None:
        low, high = int(samples.min()), int(samples.max())
        self._low[channel] = min(self._low[channel], low)
        self._high[channel] = max(self._high[channel], high)
        self._sum[channel] += samples.sum(dtype=np.int64)
        self._active[channel] += np.count_nonzero((samples > ACTIVE) | (samples < -ACTIVE))
        if high >= CLIPPED or low <= -CLIPPED:
            self._clipped[channel] += _flat_samples(samples)

    def notes(self) -> tuple[str, ...]:
        """Reason codes: `all_silent`, `channel_silent`, `dc_offset`, `clipped_heavily`."""
        silent = self._high - self._low <= 2 * SILENT_PEAK
        offset = np.abs(self._sum) > OFFSET * max(1, self._frames)
        heavy = self._clipped > HEAVY * np.maximum(self._active, 1)
        found = {
            "all_silent": bool(silent.all()),
            "channel_silent": bool(silent.any() and not silent.all()),
            "dc_offset": bool(offset.any()),
            "clipped_heavily": bool(heavy.any()),
        }
        return tuple(code for code, true in found.items() if true)


def _flat_samples(samples: npt.NDArray[np.int16]) -> int:
    """Samples in runs of `CLIPPED_RUN` and more at full scale, both signs apart."""
    total = 0
    for loud in (samples >= CLIPPED, samples <= -CLIPPED):
        edges = np.flatnonzero(np.diff(loud.astype(np.int8), prepend=0, append=0))
        runs = edges[1::2] - edges[::2]
        total += int(runs[runs >= CLIPPED_RUN].sum())
    return total
