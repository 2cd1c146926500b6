from __future__ import annotations

import numpy as np
import pytest

from audio.voices import NeuralEncoder, Weights, unit_rows
from tests.voice_model import voice_encoder


def random_weights(seed: int = 1, size: float = 0.1) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    shapes: dict[str, tuple[int, ...]] = {"linear.weight": (256, 256), "linear.bias": (256,)}
    for layer in range(3):
        shapes |= {
            f"lstm.weight_ih_l{layer}": (1024, 256 if layer else 40),
            f"lstm.weight_hh_l{layer}": (1024, 256),
            f"lstm.bias_ih_l{layer}": (1024,),
            f"lstm.bias_hh_l{layer}": (1024,),
        }
    return {name: (size * rng.standard_normal(shape)).astype(np.float32) for name, shape in shapes.items()}


def logistic(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


def by_the_book(window: np.ndarray, weights: Weights) -> np.ndarray:
    """The LSTM equations as textbooks have them, one window, one step at a time, in double precision."""
    inputs = list(window.astype(np.float64))
    for layer in range(3):
        w, u = weights[f"lstm.weight_ih_l{layer}"], weights[f"lstm.weight_hh_l{layer}"]
        b = weights[f"lstm.bias_ih_l{layer}"].astype(np.float64) + weights[f"lstm.bias_hh_l{layer}"]
        h, c, outputs = np.zeros(256), np.zeros(256), []
        for x in inputs:
            i, f, g, o = np.split(w @ x + u @ h + b, 4)
            c = logistic(f) * c + logistic(i) * np.tanh(g)
            h = logistic(o) * np.tanh(c)
            outputs.append(h)
        inputs = outputs
    raw = np.maximum(weights["linear.weight"] @ inputs[-1] + weights["linear.bias"], 0)
    return np.asarray(raw / np.linalg.norm(raw))


def test_the_network_computes_the_equations_of_the_lstm() -> None:
    weights = random_weights()
    windows = np.random.default_rng(2).random((2, 12, 40)).astype(np.float32)
    expected = [by_the_book(window, weights) for window in windows]
    assert NeuralEncoder(weights).encode(windows) == pytest.approx(np.array(expected), abs=1e-5)


def test_a_window_has_the_same_row_alone_and_among_others() -> None:
    encoder = NeuralEncoder(random_weights())
    windows = np.random.default_rng(3).random((200, 10, 40)).astype(np.float32)
    assert encoder.encode(windows)[150] == pytest.approx(encoder.encode(windows[150:151])[0], abs=1e-6)


def test_no_windows_have_no_rows() -> None:
    assert NeuralEncoder(random_weights()).encode(np.zeros((0, 80, 40), np.float32)).shape == (0, 256)


def test_rows_get_length_one_and_zeros_stay() -> None:
    assert unit_rows(np.array([[3.0, 4.0], [0.0, 0.0]], np.float32)) == pytest.approx(np.array([[0.6, 0.8], [0, 0]]))


def test_with_the_pinned_weights_it_agrees_with_the_framework_that_trained_them() -> None:
    """Golden: the window below through `torch.nn.LSTM` of PyTorch 2.13 and the linear layer of Resemblyzer."""
    encoder = voice_encoder()
    if encoder is None:
        pytest.skip("the voice encoder's weights are not in the cache")
    frame, band = np.arange(80)[:, None], np.arange(40)[None]
    window = (0.0159 * (1 + np.sin(0.1 * frame) * np.cos(0.2 * band))).astype(np.float32)
    (row,) = encoder.encode(window[None])
    assert row[[15, 253, 136, 137, 120]] == pytest.approx([0.2402, 0.1701, 0.1668, 0.1664, 0.1625], abs=2e-4)
    assert (int((row > 0).sum()), float(row.sum())) == (125, pytest.approx(9.6061, abs=2e-3))
