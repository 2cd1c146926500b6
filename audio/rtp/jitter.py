"""Interarrival jitter of RFC 3550 (6.4.1 and appendix A.8)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter

from audio.packets.batch import Times

_GAIN = 1 / 16


class JitterMeter:
    """The running estimate J += (|D| - J) / 16, its mean and its highest value, in seconds; batches of any size.

    D is the change of transit time (arrival minus media time) from one packet to the next in order of arrival.
    """

    def __init__(self) -> None:
        self._transit: float | None = None
        self._state = np.zeros(1)
        self._sum_s = 0.0
        self.measured = 0
        """Packets of which D is defined."""
        self.highest_s = 0.0
        self.now_s = 0.0

    @property
    def sum_s(self) -> float:
        """J summed over the packets measured, so that streams can be added up."""
        return self._sum_s

    def feed(self, transit_s: Times, fresh: npt.NDArray[np.bool_]) -> None:
        """Packets in order of arrival; of a fresh one no D is defined, and the next is measured from it."""
        if not len(transit_s):
            return
        steps = np.abs(np.diff(transit_s, prepend=transit_s[0] if self._transit is None else self._transit))
        defined = ~fresh
        defined[0] &= self._transit is not None
        self._transit = float(transit_s[-1])
        jitter, self._state = lfilter([_GAIN], [1.0, _GAIN - 1], steps[defined], zi=self._state)
        if len(jitter):
            self._sum_s += float(jitter.sum())
            self.measured += len(jitter)
            self.highest_s = max(self.highest_s, float(jitter.max()))
            self.now_s = float(jitter[-1])
