"""G.711: the logarithmic 8-bit codes of the telephone network as 16-bit samples."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint8]
Pcm = npt.NDArray[np.int16]

_MULAW_BIAS = 0x84


def _alaw_value(code: int) -> int:
    flipped = code ^ 0x55  # even bits are inverted on the line (G.711, 2.2)
    segment, step = (flipped >> 4) & 7, flipped & 15
    magnitude = (step << 4) + 8
    if segment:
        magnitude = (magnitude + 0x100) << (segment - 1)
    return magnitude if flipped & 0x80 else -magnitude


def _mulaw_value(code: int) -> int:
    flipped = code ^ 0xFF  # all bits are inverted on the line (G.711, 3.2)
    segment, step = (flipped >> 4) & 7, flipped & 15
    magnitude = (((step << 3) + _MULAW_BIAS) << segment) - _MULAW_BIAS
    return -magnitude if flipped & 0x80 else magnitude


def _table(value: Callable[[int], int]) -> Pcm:
    return np.array([value(code) for code in range(256)], dtype=np.int16)


_ALAW, _MULAW = _table(_alaw_value), _table(_mulaw_value)


def alaw_samples(codes: Codes) -> Pcm:
    """A-law codes as samples, of the same shape; the 13-bit values of ITU-T G.711 table 1, left-justified in 16."""
    return _ALAW[codes]


def mulaw_samples(codes: Codes) -> Pcm:
    """Mu-law codes as samples, of the same shape; the 14-bit values of ITU-T G.711 table 2, left-justified in 16."""
    return _MULAW[codes]
