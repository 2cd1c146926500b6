"""Cutting sound into overlapping frames, and their spectra."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from audio.clip import Samples


def frames(samples: Samples, size: int, hop: int) -> npt.NDArray[np.float32]:
    """A view of shape (count, size), a frame every `hop` samples; only whole frames, perhaps none."""
    if samples.size < size:
        return np.empty((0, size), np.float32)
    return np.lib.stride_tricks.sliding_window_view(samples, size)[::hop]


def power_spectra(table: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Power by frequency of each frame under a Hann window, shape (count, size // 2 + 1).

    Scaled so that the bins of a frame sum to its mean square (one-sided, Parseval).
    """
    size = table.shape[1]
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    spectra = np.fft.rfft(table * window, axis=1)
    scale = np.float32(2.0 / (size * np.sum(window**2)))
    return np.asarray((spectra.real**2 + spectra.imag**2) * scale, np.float32)


def decibels(power: npt.NDArray[np.float32], floor: float = 1e-12) -> npt.NDArray[np.float32]:
    """Powers in dB, nothing under `floor`."""
    levels: npt.NDArray[np.float32] = 10 * np.log10(np.maximum(power, floor))
    return levels
