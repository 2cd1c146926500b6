"""How loud it is now."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audio.pcm import FULL_SCALE

_WINDOW_S = 0.3
_CLIPPED = 32124
"""As in `audio.clipping`: what G.711 at its loudest decodes to, and all above."""


@dataclass(frozen=True, slots=True)
class Level:
    """Of the last 0.3 s, relative to full scale; `None` for digital silence."""

    level_dbov: float | None
    """Of the mean power."""
    peak_dbov: float | None
    clipped_ratio: float
    """Share of the samples at full scale."""


class Meter:
    """Measures one channel as it comes. One thread feeds it, any may read `level`."""

    def __init__(self, sample_rate_hz: int) -> None:
        self.level: Level | None = None
        """`None` before the first sound."""
        self._window = round(_WINDOW_S * sample_rate_hz)
        self._recent = np.zeros(0, np.int16)

    def hear(self, samples: npt.NDArray[np.int16]) -> None:
        """The next samples, shape (frames,)."""
        self._recent = np.concatenate((self._recent, samples))[-self._window :]
        if self._recent.size:
            self.level = level_of(self._recent)


def level_of(samples: npt.NDArray[np.int16]) -> Level:
    """Level and peak of at least one sample, in dBov: a full-scale sine has a level of -3.01 and a peak of 0."""
    scaled = np.abs(samples.astype(np.float64)) / FULL_SCALE
    clipped = int(np.count_nonzero(scaled * FULL_SCALE >= _CLIPPED)) / samples.size
    return Level(_db(float(np.sqrt(np.mean(scaled**2)))), _db(float(scaled.max())), clipped)


def _db(amplitude: float) -> float | None:
    return 20 * float(np.log10(amplitude)) if amplitude > 0 else None
