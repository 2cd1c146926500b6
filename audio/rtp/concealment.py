"""What stands in for lost packets: the last sound again, fading (after ITU-T G.711, appendix I, simplified).

The last pitch period is found by correlation and repeated, at full level for 10 ms, then 20 % less every 10 ms.
Unlike the appendix, nothing that arrived is blended: packets stay bit-exact.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

Pcm = npt.NDArray[np.int16]

HISTORY_MS = 40
"""How much of the sound before the gap is looked at."""
_TEMPLATE_MS = 20
_SHORTEST_PITCH_MS, _LONGEST_PITCH_MS = 5, 15
_FULL_MS, _GONE_MS = 10, 60


def pitch_period(history: Pcm, sample_rate_hz: int) -> int:
    """Samples after which the end of `history` repeats itself best: 5 to 15 ms, 66 to 200 Hz as in the appendix."""
    shortest, longest = (sample_rate_hz * ms // 1000 for ms in (_SHORTEST_PITCH_MS, _LONGEST_PITCH_MS))
    size = min(sample_rate_hz * _TEMPLATE_MS // 1000, len(history) - longest)
    if size <= 0:
        return max(1, min(longest, len(history)))
    heard = history[-size - longest :].astype(np.float64)
    before = heard[: size + longest - shortest]
    products = np.correlate(before, heard[longest:], "valid")  # lag `longest` first
    energy = np.cumsum(before * before)
    powers = energy[size - 1 :].copy()
    powers[1:] -= energy[:-size]
    return longest - int((products / np.sqrt(powers + 1.0)).argmax())


@lru_cache(maxsize=64)
def _fade(samples: int, sample_rate_hz: int) -> npt.NDArray[np.float64]:
    fade: npt.NDArray[np.float64] = np.interp(
        np.arange(samples) * (1000 / sample_rate_hz), (_FULL_MS, _GONE_MS), (1.0, 0.0)
    )
    return fade


def concealed(history: Pcm, samples: int, sample_rate_hz: int) -> Pcm:
    """So many samples to follow on `history`; silent after 60 ms, and where there is no history."""
    if not len(history):
        return np.zeros(samples, np.int16)
    period = pitch_period(history, sample_rate_hz)
    repeated = np.concatenate([history[-period:]] * (samples // period + 1))[:samples]
    made: Pcm = (repeated * _fade(samples, sample_rate_hz)).astype(np.int16)
    return made
