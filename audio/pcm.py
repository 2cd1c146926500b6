"""Whatever a decoder or a plain file gives, as 16-bit frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from audio.g711 import alaw_samples, mulaw_samples

Frames = npt.NDArray[np.int16]
"""Shape (frames, channels)."""

FULL_SCALE = 32768
_BLOCK_BYTES = 1 << 18


def pcm16(samples: npt.NDArray[Any]) -> npt.NDArray[np.int16]:
    """Samples of any width as 16-bit ones, same shape: rounded, clipped, never dithered.

    Unsigned bytes are offset binary; 32-bit integers are left-justified; floats have full scale at ±1, and what is
    not a number is silence.

    Raises:
        TypeError: for a width that sound does not come in.
    """
    kind = samples.dtype
    if kind == np.int16:
        return samples
    if kind == np.uint8:
        return np.left_shift(samples.astype(np.int16) - 128, 8)
    if kind == np.int32:
        wide: npt.NDArray[np.int64] = (samples.astype(np.int64) + 0x8000) >> 16
        return np.minimum(wide, FULL_SCALE - 1).astype(np.int16)
    if kind in (np.float32, np.float64):
        return _rounded(samples)
    raise TypeError(f"sound does not come as {kind}")


def _rounded(samples: npt.NDArray[np.floating]) -> npt.NDArray[np.int16]:
    with np.errstate(over="ignore", invalid="ignore"):  # a hostile file's floats are any floats
        scaled = samples * samples.dtype.type(FULL_SCALE)
        if not np.isfinite(scaled.sum()):  # one pass; mending what is not a number takes four
            scaled = np.nan_to_num(scaled, nan=0.0)
        whole: npt.NDArray[np.int16] = np.clip(np.rint(scaled), -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)
    return whole


def _three_bytes(raw: bytes) -> npt.NDArray[np.int16]:
    wide = np.zeros((len(raw) // 3, 4), dtype=np.uint8)
    wide[:, 1:] = np.frombuffer(raw, dtype=np.uint8).reshape(-1, 3)
    return pcm16(wide.view("<i4")[:, 0])


def _codes(raw: bytes) -> npt.NDArray[np.uint8]:
    return np.frombuffer(raw, dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class Encoding:
    """How plain samples lie in a file: `width` bytes each, and how they are read."""

    width: int
    samples: Callable[[bytes], npt.NDArray[np.int16]]


ENCODINGS = MappingProxyType(
    {
        "u8": Encoding(1, lambda raw: pcm16(_codes(raw))),
        "s16": Encoding(2, lambda raw: pcm16(np.frombuffer(raw, dtype="<i2"))),
        "s24": Encoding(3, _three_bytes),
        "s32": Encoding(4, lambda raw: pcm16(np.frombuffer(raw, dtype="<i4"))),
        "f32": Encoding(4, lambda raw: pcm16(np.frombuffer(raw, dtype="<f4"))),
        "f64": Encoding(8, lambda raw: pcm16(np.frombuffer(raw, dtype="<f8"))),
        "alaw": Encoding(1, lambda raw: alaw_samples(_codes(raw))),
        "mulaw": Encoding(1, lambda raw: mulaw_samples(_codes(raw))),
    }
)
"""Little-endian plain encodings by name."""


def plain_blocks(file: BinaryIO, start: int, size: int, encoding: Encoding, channels: int) -> Iterator[Frames]:
    """Frames of the `size` bytes from `start`, a block at a time; a last partial frame is left out."""
    frame = encoding.width * channels
    step = max(1, _BLOCK_BYTES // frame) * frame
    file.seek(start)
    left = size - size % frame
    while left > 0:
        raw = file.read(min(step, left))
        left -= len(raw)
        whole = len(raw) - len(raw) % frame
        if not whole:
            return
        yield encoding.samples(raw[:whole]).reshape(-1, channels)


def silences(frames: int, channels: int) -> Iterator[Frames]:
    """So many frames of silence, a block at a time."""
    step = _BLOCK_BYTES // 2 // channels
    for start in range(0, frames, step):
        yield np.zeros((min(step, frames - start), channels), dtype=np.int16)
