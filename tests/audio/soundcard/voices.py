"""Something that a speech detector takes for a voice."""

from __future__ import annotations

import numpy as np

from audio.clip import Samples
from tests.sounds import RATE_HZ


def voiced(duration_s: float, level_dbov: float = -26.0, seed: int = 3) -> Samples:
    """A gliding buzz with the harmonics of a voice, in syllables of a quarter second, and some breath."""
    times_s = np.arange(round(duration_s * RATE_HZ)) / RATE_HZ
    pitch_hz = 120 + 20 * np.sin(2 * np.pi * 0.7 * times_s) + 5 * np.sin(2 * np.pi * 2.3 * times_s)
    phase = 2 * np.pi * np.cumsum(pitch_hz) / RATE_HZ
    buzz = np.sum([np.sin(harmonic * phase) / harmonic for harmonic in range(1, 25)], axis=0)
    syllables = (0.55 + 0.45 * np.sin(2 * np.pi * 4 * times_s)) ** 2
    sound = buzz * syllables + 0.05 * np.random.default_rng(seed).standard_normal(times_s.size)
    return np.asarray(sound / np.sqrt(np.mean(sound**2)) * 10 ** (level_dbov / 20), np.float32)
