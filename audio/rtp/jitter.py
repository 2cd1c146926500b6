"""Interarrival jitter of RFC 3550 (6.4.1 and appendix A.8)."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

from audio.packets.batch import Times

_GAIN = 1 / 16


class JitterMeter:
    """The running estimate J += (|D| - J) / 16, its mean and its highest value, in seconds; batches of any size.

    D is the change of transit time (arrival minus media time) from one packet to the next in order of arrival.
    """

    def __init__(self) -> None:
        self._state = np.zeros(1)
        self.sum_s = 0.0
        """J summed over the packets measured, so that streams can be added up."""
        self.measured = 0
        """Packets of which D is defined."""
        self.highest_s = 0.0

    def feed(self, differences_s: Times) -> None:
        """D of packets in order of arrival, for those of which it is defined."""
        if not len(differences_s):
            return
        jitter, self._state = lfilter([_GAIN], [1.0, _GAIN - 1], np.abs(differences_s), zi=self._state)
        self.sum_s += float(jitter.sum())
        self.measured += len(jitter)
        self.highest_s = max(self.highest_s, float(jitter.max()))
