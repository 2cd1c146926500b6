"""The sender's clock against the capture's: no sound card runs at exactly its rate, and two drift apart.

A packet arrives when it was sent plus a delay that is never below the path's shortest. Arrival minus timestamp
therefore has a lower envelope, a straight line whose slope is the drift (Moon, Skelly and Towsley, "Estimation and
removal of clock skew from network delay measurements", INFOCOM 1999). It is followed here by Theil and Sen's line
through the least lags of seconds, which three in ten odd ones do not move.

Senders also wander without drifting: sipp sends up to 18 ms early for a second, and stays 3 ms late from then on. So
only what is a line counts as drift: far longer than it is thick, and rising in both its halves alike.
"""

from __future__ import annotations

import math
from collections import deque
from functools import lru_cache
from statistics import median_low

import numpy as np

from audio.packets.batch import Indices, Times

DECIDED_EVERY_S = 5
_MOST_POINTS = 64
_ENOUGH_POINTS = 16
_TIMES_THICKNESS = 5.0
_HALF_OF_SLOPE = 0.5
_FLAT_S = 0.001
"""An envelope no thicker than this has no drift that matters; nearly all are so, and need no line drawn."""
_LEVEL_SECONDS = 8
_STEP_S = 0.02
"""What stays off by more was no wandering: the path changed, or the sender stopped its timestamps for a while."""
_MEASURABLE_S = 30.0

Points = list[tuple[float, float]]
"""Moments of the sender's clock in seconds, and the least lag about then."""


def line(points: Points) -> tuple[float, float]:
    """Slope and intercept by Theil and Sen: medians, of the slopes of all pairs and of what they leave."""
    at, low = np.array(points).T
    first, second = _pairs(len(at))
    slope = _median((low[second] - low[first]) / (at[second] - at[first]))
    return slope, _median(low - slope * at)


def drift_of(points: Points) -> float | None:
    """Seconds per second by which the lag grows; `None` where the points are no line that tells."""
    slope, intercept = line(points)
    at, low = np.array(points).T
    thickness = _median(np.abs(low - slope * at - intercept))
    if abs(slope) * (at[-1] - at[0]) < _TIMES_THICKNESS * thickness:
        return None
    middle = len(points) // 2
    halves = line(points[:middle])[0], line(points[middle:])[0]
    return slope if all(half * slope > _HALF_OF_SLOPE * slope**2 for half in halves) else None


@lru_cache(maxsize=_MOST_POINTS + 1)
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
        self.first_timestamp = first_timestamp
        self._origin_s = arrived_s
        self._second, self._low_s = 0.0, math.inf
        self._recent: deque[tuple[float, float]] = deque(maxlen=_LEVEL_SECONDS)
        self._points: Points = []
        self._each = 1
        self._gathered: Points = []
        self._slope, self._base_s, self._base_shift_s = 0.0, 0.0, 0.0
        self.decision_second = DECIDED_EVERY_S

    def lags_s(self, timestamps: Indices, times_s: Times) -> Times:
        """How much later than at the start's rate each packet arrived."""
        lags: Times = times_s - (timestamps - self.first_timestamp) / self.rate_hz - self._origin_s
        return lags

    def time_s(self, timestamp: int) -> float:
        """When the sample of this timestamp sounded, on the capture clock."""
        return self._origin_s + (timestamp - self.first_timestamp) / self.rate_hz + self.shift_s

    def start_at(self, lag_s: float) -> None:
        """The start is where the least delayed of the first packets puts it."""
        self._origin_s += lag_s

    @property
    def decision(self) -> int:
        """The timestamp below which all packets are to be noted before `owed_s` is asked."""
        return self.first_timestamp + self.decision_second * self.rate_hz

    def lows(self, timestamps: Indices, lags_s: Times) -> Points:
        """The least lag of each second, of packets in order of timestamp."""
        first = (int(timestamps[0]) - self.first_timestamp) // self.rate_hz
        if (int(timestamps[-1]) - self.first_timestamp) // self.rate_hz == first:  # the usual case of a live batch
            return [(first, float(lags_s.min()))]
        seconds = (timestamps - self.first_timestamp) // self.rate_hz
        starts = np.concatenate(([0], np.flatnonzero(seconds[1:] - seconds[:-1]) + 1))
        return list(zip(seconds[starts].tolist(), np.minimum.reduceat(lags_s, starts).tolist(), strict=True))

    def note(self, second: float, low_s: float) -> None:
        """The least lag of a second, or of some of it."""
        if second != self._second:
            self._end_second()
            self._second, self._low_s = second, low_s
        elif low_s < self._low_s:
            self._low_s = low_s

    def _end_second(self) -> None:
        if self._low_s == math.inf:
            return
        point = (self._second + 0.5, self._low_s)
        self._low_s = math.inf
        self._recent.append(point)
        self._gathered.append(point)
        if len(self._gathered) < self._each:
            return
        self._points.append(_lowest(self._gathered))
        self._gathered = []
        if len(self._points) == _MOST_POINTS:
            self._points = [_lowest(self._points[at : at + 2]) for at in range(0, _MOST_POINTS, 2)]
            self._each *= 2

    def owed_s(self, timestamp: int) -> float:
        """By how much `shift_s` should grow from this timestamp on, the first that is not before the `decision`.

        The decision moves on; those that fell into a silence are left out.
        """
        self._end_second()
        at_s = (timestamp - self.first_timestamp) / self.rate_hz
        self.decision_second = int(at_s // DECIDED_EVERY_S + 1) * DECIDED_EVERY_S
        self._judge()
        return self._expected_s(at_s + DECIDED_EVERY_S / 2) - self.shift_s

    def _expected_s(self, at_s: float) -> float:
        return self._base_shift_s + self._slope * (at_s - self._base_s)

    def _judge(self) -> None:
        """Looks for a step, then for a drift."""
        if len(self._recent) == _LEVEL_SECONDS:
            level_s = median_low(low_s for _, low_s in self._recent)
            if abs(level_s - self._expected_s(self._recent[-1][0])) > _STEP_S:
                self._begin_anew(level_s)
        lows = [low_s for _, low_s in self._points]
        if len(lows) >= _ENOUGH_POINTS and max(lows) - min(lows) > _FLAT_S:
            drift = drift_of(self._points)
            self._slope = drift if drift is not None else self._slope

    def _begin_anew(self, level_s: float) -> None:
        self._points = [point for point in self._recent if abs(point[1] - level_s) < _STEP_S / 2]
        self._gathered, self._each = [], 1
        self._base_s, self._base_shift_s = self._recent[-1][0], level_s

    @property
    def drift_ppm(self) -> float | None:
        """Parts per million by which the sender's clock runs fast; `None` until half a minute was heard."""
        if len(self._points) < _ENOUGH_POINTS or self._points[-1][0] - self._points[0][0] < _MEASURABLE_S:
            return None
        return -line(self._points)[0] * 1e6


def _lowest(points: Points) -> tuple[float, float]:
    return min(points, key=lambda point: point[1])
