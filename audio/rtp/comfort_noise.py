"""Comfort noise (RFC 3389): what the sender's room sounds like while nobody speaks, as a level."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Pcm = npt.NDArray[np.int16]

_LOUDEST_DBOV = -35.0
"""Noise louder than a quiet voice is no comfort: it is capped, for a packet can claim anything."""
_SILENT_DBOV = -80.0


def level_dbov(payload: bytes) -> float | None:
    """The noise level that a payload asks for, 0 to -127 dBov (its first byte); `None` for an empty one."""
    return -float(payload[0] & 0x7F) if payload else None


def noise(samples: int, dbov: float, seed: int) -> Pcm:
    """White noise of that level, the same for the same seed; the spectrum that a payload may add is left out.

    0 dBov is a square wave at full scale. Under -80 dBov it is silence.
    """
    if dbov < _SILENT_DBOV:
        return np.zeros(samples, np.int16)
    rms = 32768.0 * 10.0 ** (min(dbov, _LOUDEST_DBOV) / 20.0)
    drawn = np.random.default_rng(seed & 0xFFFF_FFFF).uniform(-1.0, 1.0, samples)
    made: Pcm = np.rint(drawn * rms * np.sqrt(3.0)).astype(np.int16)
    return made
