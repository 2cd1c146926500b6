"""Packets that come too late for a receiver, which the point of capture cannot see: three receivers are simulated."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.ndimage import minimum_filter1d
from scipy.signal import lfilter

from audio.packets.batch import Times

Mask = npt.NDArray[np.bool_]

FIXED_S = {"fixed_60_ms": 0.06, "fixed_200_ms": 0.2}
ADAPTIVE = "adaptive"
NAMES = (*FIXED_S, ADAPTIVE)
ADAPTIVE_BOUNDS_S = (0.04, 0.5)
ADAPTIVE_START_S = 0.06

_WINDOW = 100
"""Packets over which the least transit time is taken: 2 s of them, in which clocks drift by less than 0.2 ms."""
_ALPHA = 0.998002
_TOLERANCE_S = 1e-6
"""Captures count in microseconds: what comes exactly in time is in time."""
_GROUP_S = 1e6


class JitterBuffers:
    """Which packets each buffer would discard; batches of any size.

    A packet's delay is its transit time above the least of the last 100 packets since the last fresh one (the start, a
    talk spurt, a leap of the sender's clock). A fixed buffer discards what is delayed by more than its depth. The
    adaptive one is that of Ramjee, Kurose, Towsley and Schulzrinne (INFOCOM 1994, algorithm 1): its depth is
    d + 4 v, with d the mean delay and v its mean deviation, both smoothed by 0.998002, as they were before the packet;
    it starts at 60 ms and stays between 40 and 500 ms.
    """

    def __init__(self) -> None:
        self.discarded = dict.fromkeys(NAMES, 0)
        self.packets = 0
        self.adaptive_depth_sum_s = 0.0
        self._recent = np.full(_WINDOW - 1, np.inf)
        self._delay = np.zeros(1)
        self._deviation = np.array([ADAPTIVE_START_S / 4])

    def feed(self, transit_s: Times, fresh: Mask) -> dict[str, Mask]:
        """By buffer, which of these packets (in order of arrival) come too late for it."""
        if not len(transit_s):
            return {name: np.zeros(0, np.bool_) for name in NAMES}
        delay_s = self._delays(transit_s, fresh)
        depth_s = self._adaptive_depths(delay_s)
        late: dict[str, Mask] = {name: delay_s > fixed + _TOLERANCE_S for name, fixed in FIXED_S.items()}
        late[ADAPTIVE] = delay_s > depth_s + _TOLERANCE_S
        for name, mask in late.items():
            self.discarded[name] += int(np.count_nonzero(mask))
        self.packets += len(transit_s)
        self.adaptive_depth_sum_s += float(depth_s.sum())
        return late

    def _delays(self, transit_s: Times, fresh: Mask) -> Times:
        group = np.cumsum(fresh)
        # Each group lies far below the one before, so that no window sees beyond the last fresh packet.
        lowered = np.concatenate((self._recent, transit_s - group * _GROUP_S))
        least = minimum_filter1d(lowered, _WINDOW, mode="nearest")[_WINDOW // 2 :][: len(transit_s)]
        self._recent = lowered[-(_WINDOW - 1) :] + group[-1] * _GROUP_S
        self._recent[self._recent > _GROUP_S / 2] = np.inf
        delays: Times = lowered[_WINDOW - 1 :] - least
        return delays

    def _adaptive_depths(self, delay_s: Times) -> Times:
        before = self._delay[0], self._deviation[0]
        mean, self._delay = _smoothed(delay_s, self._delay)
        deviation, self._deviation = _smoothed(np.abs(mean - delay_s), self._deviation)
        depth = np.concatenate(([before[0] + 4 * before[1]], (mean + 4 * deviation)[:-1]))
        depths: Times = np.clip(depth, *ADAPTIVE_BOUNDS_S)
        return depths


def _smoothed(values: Times, last: Times) -> tuple[Times, Times]:
    """The filter y = alpha y' + (1 - alpha) x along the values, and the last y."""
    smooth, _ = lfilter([1 - _ALPHA], [1.0, -_ALPHA], values, zi=_ALPHA * last)
    return smooth, smooth[-1:]
