"""How a voice sounds in a window of speech, as a vector: the `VoiceEncoder` seam and its network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np
import numpy.typing as npt

from audio.mel import MelWindows

Vectors = npt.NDArray[np.float32]
"""A row for each window."""
Weights = Mapping[str, npt.NDArray[np.float32]]
"""The arrays of a network by name."""

_LAYERS = 3
_UNITS = 256
_BATCH = 96
"""Fewer or more windows at once are slower."""


class VoiceEncoder(Protocol):
    """Describes voices.

    Contract: a row of length 1 (or of zeros) for each window, the same for the same window whatever others come
    with it; rows of one voice lie closer together than rows of two.
    """

    name: str

    def encode(self, windows: MelWindows) -> Vectors: ...


class NeuralEncoder:
    """The network of Wan et al., "Generalized End-to-End Loss for Speaker Verification", ICASSP 2018.

    Three LSTM layers and a linear one with the weights of Resemblyzer 0.1.4 (`audio.voice_weights`), computed
    here so that no training framework is imported.
    """

    name = "resemblyzer-0.1.4"

    def __init__(self, weights: Weights) -> None:
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
    """One LSTM layer over windows side by side (Hochreiter and Schmidhuber 1997, with forget gates).

    The logistic function is (1 + tanh(x / 2)) / 2 with the half taken into the weights, so that one tanh over
    all four gates does: it is the costliest step after the products.
    """

    def __init__(self, weights: Weights, index: int) -> None:
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
            np.tanh(gates, out=gates)
            admit, keep, candidate, show = (gates[:, at : at + _UNITS] for at in range(0, 4 * _UNITS, _UNITS))
            cell = 0.5 * ((1 + keep) * cell + (1 + admit) * candidate)
            state = states[step] = 0.5 * (1 + show) * np.tanh(cell)
        return states


def unit_rows(rows: Vectors) -> Vectors:
    """The rows scaled to length 1; a row of zeros stays."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-9), np.float32)
