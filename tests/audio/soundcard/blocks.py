"""Blocks as a device with a clock of its own would bring them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from audio.soundcard.ring import Block
from audio.soundcard.stretch import Piece
from audio.soundcard.timeline import Hole

START_S = 1_795_000_000.0
DEVICE_RATE_HZ = 16000
TONE_HZ = 50.0
LATENCY_S = 0.03


def tone(times_s: npt.NDArray[np.float64]) -> npt.NDArray[np.int16]:
    """What there is to hear: its phase tells the time to within its period of 20 ms."""
    return (8000 * np.sin(2 * np.pi * TONE_HZ * times_s)).astype(np.int16)


def device_blocks(
    duration_s: float,
    *,
    ppm: float = 0.0,
    from_s: float = 0.0,
    lateness_s: float = 0.003,
    seed: int = 1,
    sound: Callable[[npt.NDArray[np.float64]], npt.NDArray[np.int16]] = tone,
    block_s: float = 0.02,
) -> list[Block]:
    """Blocks that arrive `LATENCY_S` and a random lateness after their last frame was heard."""
    true_rate_hz = DEVICE_RATE_HZ * (1 + ppm * 1e-6)
    frames = round(DEVICE_RATE_HZ * block_s)
    count = round(duration_s / block_s)
    times_s = from_s + np.arange(count * frames) / true_rate_hz
    samples = sound(times_s).reshape(count, frames, 1)
    ends_s = START_S + from_s + np.arange(1, count + 1) * frames / true_rate_hz
    late_s = np.random.default_rng(seed).exponential(lateness_s, count)
    arrivals_s = np.maximum.accumulate(ends_s + LATENCY_S + late_s)
    return [Block(float(at_s), block) for at_s, block in zip(arrivals_s, samples, strict=True)]


def pieces_of(parts: Iterable[Piece | Hole]) -> list[Piece]:
    return [part for part in parts if isinstance(part, Piece)]


def holes_of(parts: Iterable[Piece | Hole]) -> list[Hole]:
    return [part for part in parts if isinstance(part, Hole)]


def lateness_by_second_s(pieces: Sequence[Piece], rate_hz: int) -> npt.NDArray[np.float64]:
    """How much later than it was to be heard the tone is in each second of sound, from its phase; within ±10 ms."""
    samples = np.concatenate([piece.samples[:, 0] for piece in pieces]).astype(np.float64)
    times_s = pieces[0].start_s - START_S + np.arange(samples.size) / rate_hz
    whole = samples.size // rate_hz * rate_hz
    turns = samples[:whole] * np.exp(-2j * np.pi * TONE_HZ * (times_s[:whole] - LATENCY_S))
    phases = np.angle(turns.reshape(-1, rate_hz).sum(axis=1)) + np.pi / 2
    return -(np.mod(phases + np.pi, 2 * np.pi) - np.pi) / (2 * np.pi * TONE_HZ)
