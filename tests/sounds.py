"""Synthesised sounds: what is in them is known because it was put there."""

from __future__ import annotations

import numpy as np

from audio.clip import Clip, Samples

RATE_HZ = 8000


def amplitude(level_dbov: float) -> float:
    """The amplitude of a sine of that level: a full-scale sine is -3.01 dBov."""
    return float(np.sqrt(2) * 10 ** (level_dbov / 20))


def silence(duration_s: float, rate_hz: int = RATE_HZ) -> Samples:
    return np.zeros(round(duration_s * rate_hz), dtype=np.float32)


def sine(duration_s: float, hz: float, level_dbov: float = -26.0, rate_hz: int = RATE_HZ) -> Samples:
    times_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    return (amplitude(level_dbov) * np.sin(2 * np.pi * hz * times_s)).astype(np.float32)


def noise(duration_s: float, level_dbov: float, seed: int = 1, rate_hz: int = RATE_HZ) -> Samples:
    """White noise."""
    samples = np.random.default_rng(seed).standard_normal(round(duration_s * rate_hz))
    return (10 ** (level_dbov / 20) * samples).astype(np.float32)


def ringing(rings: int, on_s: float, off_s: float, hz: float = 425.0, level_dbov: float = -20.0) -> Samples:
    """Bursts of ring-back, each followed by its pause."""
    burst = np.concatenate((sine(on_s, hz, level_dbov), silence(off_s)))
    return np.tile(burst, rings)


def chords(duration_s: float, level_dbov: float = -24.0, seed: int = 2) -> Samples:
    """Hold music: a new chord of three notes with overtones every half second."""
    notes_hz = 220.0 * 2 ** (np.arange(0, 24) / 12)
    choice = np.random.default_rng(seed)
    parts = []
    for _ in range(round(duration_s / 0.5)):
        picked = choice.choice(notes_hz, 3, replace=False)
        parts.append(
            sum(sine(0.5, hz * overtone, level_dbov - 6 * overtone) for hz in picked for overtone in (1, 2, 3))
        )
    return np.concatenate(parts).astype(np.float32)


def joined(*parts: Samples) -> Samples:
    return np.concatenate(parts)


def mono(samples: Samples, rate_hz: int = RATE_HZ) -> Clip:
    return Clip.of(samples, rate_hz)


def stereo(left: Samples, right: Samples, rate_hz: int = RATE_HZ) -> Clip:
    """Two channels; the shorter is filled up with silence."""
    size = max(left.size, right.size)
    padded = [np.pad(samples, (0, size - samples.size)) for samples in (left, right)]
    return Clip.of(np.stack(padded, axis=1), rate_hz)
