"""Level in the telephone band, frame by frame of 10 ms."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, sosfilt

from audio.clip import Clip, Samples

FRAME_S = 0.01
_BAND_HZ = (200.0, 3600.0)
_BLOCK_S = 64.0
_LEAST_POWER = 1e-10

Levels = npt.NDArray[np.float32]


def frame_levels_dbov(clip: Clip, channel: int, from_s: float = 0.0) -> Levels:
    """Level of every 10 ms of a channel after `from_s` between 200 and 3600 Hz, in dBov.

    Memory does not grow but for the answer.
    """
    sections = _sections(clip.sample_rate_hz)
    state = np.zeros((sections.shape[0], 2))
    levels: list[Levels] = []
    for _, samples in clip.blocks(channel, _BLOCK_S, from_s):
        filtered, state = sosfilt(sections, samples, zi=state)
        levels.append(_levels(filtered, clip.sample_rate_hz))
    return np.concatenate(levels) if levels else np.zeros(0, dtype=np.float32)


def levels_of(samples: Samples, sample_rate_hz: int) -> Levels:
    """The same of a short stretch of sound."""
    return _levels(sosfilt(_sections(sample_rate_hz), samples), sample_rate_hz)


def _sections(sample_rate_hz: int) -> npt.NDArray[np.float64]:
    band_hz = (_BAND_HZ[0], min(_BAND_HZ[1], 0.45 * sample_rate_hz))
    return np.asarray(butter(2, band_hz, "bandpass", fs=sample_rate_hz, output="sos"))


def _levels(filtered: npt.NDArray[np.floating], sample_rate_hz: int) -> Levels:
    size = round(FRAME_S * sample_rate_hz)
    whole = filtered[: filtered.size // size * size].reshape(-1, size)
    powers = np.mean(whole**2, axis=1) + _LEAST_POWER
    return np.asarray(10 * np.log10(powers), dtype=np.float32)
