"""The sender's clock against the capture's: no sound card runs at exactly its rate, and two drift apart.

A packet arrives when it was sent plus a delay that is never below the path's shortest. Arrival minus timestamp
therefore has a lower envelope, a straight line whose slope is the drift (Moon, Skelly and Towsley, "Estimation and
removal of clock skew from network delay measurements", INFOCOM 1999). It is followed here by Theil and Sen's line
through the minima of seconds, which three in ten odd ones (a second of congestion) do not move.
"""

from __future__ import annotations

from collections import deque
from functools import lru_cache
from statistics import median_low

import numpy as np

from audio.packets.batch import Indices, Times

DECIDED_EVERY_S = 5
_WINDOW_S = 30
_ENOUGH_FOR_SLOPE = 15
_LEVEL_ALONE = 5
_STEP_S = 0.1
_STEP_SECONDS = 4
_LONG_TERM = 128
_STEADY_S = 0.0005
"""A clock that was never off by more needs no line drawn: nearly all are like that, most of the time."""
_MEASURABLE_S = 30.0

Envelope = tuple[tuple[float, float], ...]
"""Moments of the sender's clock in seconds, and the least lag about then."""


def line(envelope: Envelope) -> tuple[float, float]:
    """Slope and intercept by Theil and Sen: medians, of the slopes of all pairs and of what they leave."""
    at, low = np.array(envelope).T
    first, second = _pairs(len(at))
    slope = _median((low[second] - low[first]) / (at[second] - at[first]))
    return slope, _median(low - slope * at)


@lru_cache(maxsize=_LONG_TERM)
def _pairs(size: int) -> tuple[Indices, Indices]:
    first, second = np.triu_indices(size, 1)
    return first, second


def _median(values: Times) -> float:
    """The upper one of two in the middle: ten times faster than NumPy's, which averages them."""
    middle = len(values) // 2
    return float(np.partition(values, middle)[middle])


class SenderClock:
    """Turns unwrapped timestamps into capture time. Batches may be cut anywhere: decisions fall on whole seconds."""

    def __init__(self, first_timestamp: int, clock_rate_hz: int, arrived_s: float) -> None:
        self.rate_hz = clock_rate_hz
        self.shift_s = 0.0
        """By how much sound is placed later than at the start's rate: the corrections made so far."""
        self._first = first_timestamp
        self._origin_s = arrived_s
        self._second, self._low_s = 0, np.inf
        self._recent: deque[tuple[float, float]] = deque(maxlen=_WINDOW_S)
        self._all: list[tuple[float, float]] = []
        self._each, self._since = 1, 0
        self._decision = DECIDED_EVERY_S

    def lags_s(self, timestamps: Indices, times_s: Times) -> Times:
        """How much later than at the start's rate each packet arrived."""
        lags: Times = times_s - (timestamps - self._first) / self.rate_hz - self._origin_s
        return lags

    def time_s(self, timestamp: int) -> float:
        """When the sample of this timestamp sounded, on the capture clock."""
        return self._origin_s + (timestamp - self._first) / self.rate_hz + self.shift_s

    def start_at(self, lag_s: float) -> None:
        """The start is where the least delayed of the first packets puts it."""
        self._origin_s += lag_s

    @property
    def decision(self) -> int:
        """The timestamp below which all packets are to be observed before `owed_s` is asked."""
        return self._first + self._decision * self.rate_hz

    def observe(self, timestamps: Indices, lags_s: Times) -> None:
        """Packets in order of timestamp."""
        seconds = (timestamps - self._first) // self.rate_hz
        if seconds[0] == seconds[-1]:  # the usual case of a live batch
            self._note(int(seconds[0]), float(lags_s.min()))
            return
        starts = np.flatnonzero(np.diff(seconds, prepend=seconds[0] - 1))
        lows = np.minimum.reduceat(lags_s, starts)
        for second, low_s in zip(seconds[starts].tolist(), lows.tolist(), strict=True):
            self._note(second, low_s)

    def _note(self, second: int, low_s: float) -> None:
        if second != self._second:
            self._end_second()
            self._second, self._low_s = second, low_s
        elif low_s < self._low_s:
            self._low_s = low_s

    def _end_second(self) -> None:
        if np.isinf(self._low_s):
            return
        point = (self._second + 0.5, self._low_s)
        self._low_s = np.inf
        self._recent.append(point)
        self._since += 1
        if self._since >= self._each:
            self._since = 0
            self._all.append(point)
            if len(self._all) > _LONG_TERM:  # half of them tell as much over twice the time
                self._all = self._all[::2]
                self._each *= 2

    def owed_s(self, timestamp: int) -> float:
        """By how much `shift_s` should grow from this timestamp on, the first that is not before the `decision`.

        The decision moves on; those that fell into a silence are left out.
        """
        self._end_second()
        at_s = (timestamp - self._first) / self.rate_hz
        self._decision = int(at_s // DECIDED_EVERY_S + 1) * DECIDED_EVERY_S
        if all(abs(low_s - self.shift_s) < _STEADY_S for _, low_s in self._recent):
            return 0.0
        return self._level_s(at_s + DECIDED_EVERY_S / 2) - self.shift_s

    def _level_s(self, at_s: float) -> float:
        """The envelope at a moment a little ahead."""
        self._forget_before_a_step()
        recent = tuple(point for point in self._recent if point[0] >= at_s - 2 * _WINDOW_S)
        if len(recent) < _ENOUGH_FOR_SLOPE:
            return median_low(low_s for _, low_s in (recent or tuple(self._recent))[-_LEVEL_ALONE:])
        slope, intercept = line(recent)
        return intercept + slope * at_s

    def _forget_before_a_step(self) -> None:
        """Seconds on end that all came much later: the path changed, or the sender stopped its timestamps."""
        if len(self._recent) <= _STEP_SECONDS:
            return
        lows = np.array([low_s for _, low_s in self._recent])
        before, after = lows[:-_STEP_SECONDS], lows[-_STEP_SECONDS:]
        if after.min() - before[-_LEVEL_ALONE:].max() > _STEP_S and np.ptp(after) < _STEP_S / 2:
            for _ in before:
                self._recent.popleft()
            self._all.clear()
            self._each = 1

    @property
    def drift_ppm(self) -> float | None:
        """Parts per million by which the sender's clock runs fast; `None` until half a minute was heard."""
        if len(self._all) < _ENOUGH_FOR_SLOPE or self._all[-1][0] - self._all[0][0] < _MEASURABLE_S:
            return None
        return -line(tuple(self._all))[0] * 1e6
