"""How a voice sounds in a window of speech, as a vector: the `VoiceEncoder` seam and its two encoders."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Protocol

import numpy as np
import numpy.typing as npt

from audio.mel import MelWindows

Vectors = npt.NDArray[np.float32]
"""A row for each window."""

_LAYERS = 3
_UNITS = 256
_BATCH = 64


class VoiceEncoder(Protocol):
    """Describes voices.

    Contract: a row of length 1 for each window, the same for the same window, whatever others come with it;
    rows of one voice lie closer together than rows of two.
    """

    name: str
    least_distance: float
    """How far apart two voices must lie to count as two, as `audio.separation` measures it."""

    def encode(self, windows: MelWindows) -> Vectors: ...


class NeuralEncoder:
    """The d-vector network of Wan et al., "Generalized End-to-End Loss for Speaker Verification", ICASSP 2018.

    Three LSTM layers and a linear one with the weights of Resemblyzer 0.1.4 (Apache-2.0), computed here so that
    no training framework is imported.
    """

    name = "resemblyzer-0.1.4"
    least_distance = 2.7

    def __init__(self, weights: Mapping[str, npt.NDArray[np.float32]]) -> None:
        self._layers = [_Layer(weights, index) for index in range(_LAYERS)]
        self._linear = weights["linear.weight"].T
        self._bias = weights["linear.bias"]

    def encode(self, windows: MelWindows) -> Vectors:
        """Rows of 256 values, none negative."""
        rows = [self._encoded(windows[at : at + _BATCH]) for at in range(0, len(windows), _BATCH)]
        return np.concatenate(rows) if rows else np.zeros((0, _UNITS), np.float32)

    def _encoded(self, windows: MelWindows) -> Vectors:
        states = np.ascontiguousarray(windows.transpose(1, 0, 2))
        for layer in self._layers:
            states = layer.run(states)
        return unit_rows(np.maximum(states[-1] @ self._linear + self._bias, 0))


class _Layer:
    """One LSTM layer over windows side by side (Hochreiter and Schmidhuber, 1997, with forget gates).

    The logistic function is computed as (1 + tanh(x / 2)) / 2, the half taken into the weights: one
    vectorised tanh serves all four gates.
    """

    def __init__(self, weights: Mapping[str, npt.NDArray[np.float32]], index: int) -> None:
        halved = np.full(4 * _UNITS, 0.5, np.float32)
        halved[2 * _UNITS : 3 * _UNITS] = 1.0  # the third gate is a tanh itself: the candidate
        self._from_input = np.ascontiguousarray((weights[f"lstm.weight_ih_l{index}"] * halved[:, None]).T)
        self._from_state = np.ascontiguousarray((weights[f"lstm.weight_hh_l{index}"] * halved[:, None]).T)
        self._bias = (weights[f"lstm.bias_ih_l{index}"] + weights[f"lstm.bias_hh_l{index}"]) * halved

    def run(self, inputs: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """States of shape (time, windows, units) for inputs of shape (time, windows, values)."""
        steps, count, width = inputs.shape
        driven = (inputs.reshape(steps * count, width) @ self._from_input + self._bias).reshape(steps, count, -1)
        states = np.empty((steps, count, _UNITS), np.float32)
        state = cell = np.zeros((count, _UNITS), np.float32)
        for step in range(steps):
            gates = driven[step]
            gates += state @ self._from_state
            admit, keep, candidate, show = np.split(np.tanh(gates, out=gates), 4, axis=1)
            cell = 0.5 * ((1 + keep) * cell + (1 + admit) * candidate)
            state = states[step] = 0.5 * (1 + show) * np.tanh(cell)
        return states


class CepstralEncoder:
    """Mel cepstrum of the louder half of a window, its mean and spread: no weights, and much less sure."""

    name = "cepstrum"
    least_distance = 2.7

    def encode(self, windows: MelWindows) -> Vectors:
        """Rows of 38 values."""
        rows = [_cepstrum(window) for window in windows]
        return unit_rows(np.array(rows, np.float32).reshape(len(rows), 2 * (_ORDER - 1)))


_ORDER = 20
_LINE_BANDS = slice(1, 35)
"""The mel bands from 150 to 3700 Hz: what every telephone line carries."""


def _cepstrum(window: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    power = window.sum(axis=1)
    loud = window[power >= np.median(power), _LINE_BANDS]
    cepstra = np.log(loud + 1e-5) @ _cosines(loud.shape[1])
    return np.concatenate((cepstra.mean(axis=0), cepstra.std(axis=0)))


@cache
def _cosines(bands: int) -> npt.NDArray[np.float32]:
    """Discrete cosine transform (type II) without its first term, the level; liftered by rank so that all terms count."""
    rank = np.arange(1, _ORDER)
    at = (np.arange(bands) + 0.5) * np.pi / bands
    return np.asarray(np.cos(at[:, None] * rank) * rank, np.float32)


def unit_rows(rows: Vectors) -> Vectors:
    """The rows scaled to length 1; a row of zeros stays."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-9), np.float32)
