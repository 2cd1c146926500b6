"""A device's clock against the machine's.

A sound card's "48000 Hz" is off by some ten to hundreds of millionths: two of them are a syllable apart after an hour.
There are two witnesses. A block's arrival is late by anything but never early, so of each second the promptest counts;
on a busy machine even that wanders by 10 ms, and of two streams one may come 15 ms later than the other throughout
(measured, PulseAudio). The library's own time stamps are steady to 0.1 ms there, but a quarter of a second wrong in the
first seconds (measured). So the rate is taken from the witness who wanders less, and the time from the stamps once they
have been steady for some seconds, from the arrivals before.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audio.soundcard.settings import DriftSettings

_WINDOW_S = 1.0
_KNOWN_AFTER_S = 30.0
_JUMP_S = 0.002
"""A time stamp that differs more from the last one's account has jumped."""
_JUMPS_MAX = 5
"""Stamps that jump more often within a second are no good."""
_STEADY_FOR = 4
_STEADY_S = 0.002
"""Stamps that agree so well for so many seconds are believed."""
_FEW = 8
_WANDER_AT_FIRST_S = 0.008
"""How much a witness wanders who has not been heard for long."""
_WANDER_LEAST_S = 0.0002

Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Line:
    """Lateness over time."""

    slowness: float
    middle_s: float
    late_s: float
    """In the middle."""
    wander_s: float

    def at(self, nominal_s: float) -> float:
        return self.late_s + self.slowness * (nominal_s - self.middle_s)


class DeviceClock:
    """When each frame of a device was heard, learnt from the arrivals and the time stamps of its blocks."""

    def __init__(self, rate_hz: float, settings: DriftSettings, slowness: float = 0.0, latency_s: float = 0.0) -> None:
        """What is believed at first, e.g. from an earlier stretch: `slowness` is what the clock loses in a second."""
        self.latency_s = latency_s
        """How much later than it was heard the promptest sound arrives, as far as that is known."""
        seconds = max(2, round(settings.memory_s / _WINDOW_S))
        self._rate_hz = rate_hz
        self._believed = slowness
        self._usual = settings.usual_ppm * 1e-6
        self._prompt: deque[tuple[float, float]] = deque(maxlen=seconds)
        self._stamped: deque[tuple[float, float]] = deque(maxlen=seconds)
        self._stamp_s: float | None = None
        self._recent: deque[tuple[float, float | None]] = deque(maxlen=_STEADY_FOR)
        self._passed_s = 0.0
        self._jumps = 0
        self._second_s = self._heard_s = 0.0
        self._arrivals = _Line(slowness, 0.0, 0.0, _WANDER_AT_FIRST_S)

    @property
    def slowness(self) -> float:
        """Seconds that the device's clock loses a second; negative where it runs fast."""
        return self._arrivals.slowness

    @property
    def ppm(self) -> float | None:
        """How much faster than its name the device runs, in millionths; `None` before 30 s were heard."""
        if not self._prompt or self._prompt[-1][0] - self._prompt[0][0] < _KNOWN_AFTER_S:
            return None
        return -self.slowness * 1e6

    def saw(self, frames: int, arrived_s: float, heard_s: float | None = None) -> bool:
        """So many frames had come in all by `arrived_s`; the library says that the last was heard at `heard_s`.

        Gives whether a second was full and the clock learnt anew.
        """
        nominal_s = frames / self._rate_hz
        late_s = arrived_s - nominal_s
        full = bool(self._prompt) and nominal_s - self._second_s >= _WINDOW_S
        if full:
            self._recent.append((nominal_s, self._stamp_s))
            self._learn()
        self._note_stamp(None if heard_s is None else heard_s - nominal_s)
        if full or not self._prompt:
            self._second_s = nominal_s
            self._prompt.append((nominal_s, late_s))
            self._stamped.append((nominal_s, self._passed_s))
        elif late_s < self._prompt[-1][1]:
            self._prompt[-1] = (nominal_s, late_s)
        self._heard_s = nominal_s - self._second_s
        if len(self._prompt) == 1:  # nothing else is known yet
            self._arrivals = _Line(self._believed, nominal_s, self._prompt[0][1], _WANDER_AT_FIRST_S)
        return full

    def lateness_s(self) -> float | None:
        """How late even the promptest block of this second is, by what was learnt before it.

        `None` in the first half of a second: one block may be late by chance.
        """
        if self._heard_s < _WINDOW_S / 2:
            return None
        nominal_s, late_s = self._prompt[-1]
        return late_s - self._arrivals.at(nominal_s)

    def time_of(self, frame: float) -> float:
        """When that frame was heard, on the capture clock."""
        nominal_s = frame / self._rate_hz
        return nominal_s + self._arrivals.at(nominal_s) - self.latency_s

    def frame_at(self, at_s: float) -> float:
        """Which frame was heard at that time."""
        return (at_s + self.latency_s - self._arrivals.at(0.0)) / (1.0 + self.slowness) * self._rate_hz

    def _note_stamp(self, stamp_s: float | None) -> None:
        """Add up by how much the stamps run late, leaving out their jumps; `stamp_s` is one's lateness."""
        last_s, self._stamp_s = self._stamp_s, stamp_s
        moved_s = 0.0 if stamp_s is None or last_s is None else stamp_s - last_s
        if stamp_s is None or abs(moved_s) > _JUMP_S:
            self._jumps += 1
        else:
            self._passed_s += moved_s

    def _learn(self) -> None:
        arrivals = self._fitted(np.array(self._prompt))
        if self._jumps > _JUMPS_MAX:
            self._stamped.clear()
        self._jumps = 0
        line = arrivals
        if len(self._stamped) == len(self._prompt):
            stamps = self._fitted(np.array(self._stamped))
            line = min(arrivals, stamps, key=lambda witness: witness.wander_s)
        self._arrivals = _Line(line.slowness, arrivals.middle_s, arrivals.late_s, line.wander_s)
        self._learn_latency()

    def _learn_latency(self) -> None:
        """By the stamps, where those of some seconds agree."""
        latencies_s = [self._arrivals.at(at_s) - late_s for at_s, late_s in self._recent if late_s is not None]
        if len(latencies_s) == _STEADY_FOR and max(latencies_s) - min(latencies_s) < _STEADY_S:
            self.latency_s = float(np.median(latencies_s))

    def _fitted(self, points: Points) -> _Line:
        """A line by least squares, without the seconds in which the machine was busy throughout."""
        line = self._line_through(points)
        off_s = np.array([late_s - line.at(at_s) for at_s, late_s in points])
        near = np.abs(off_s - np.median(off_s)) <= max(_JUMP_S, 3.0 * float(np.median(np.abs(off_s))))
        return line if near.all() else self._line_through(points[near])

    def _line_through(self, points: Points) -> _Line:
        """The slope is drawn to what was believed, the more so the shorter and the more restless the witness."""
        at_s, late_s = points.T
        middle_s, level_s = float(at_s.mean()), float(late_s.mean())
        from_middle_s = at_s - middle_s
        spread_s2 = float(from_middle_s @ from_middle_s)
        turned = float(from_middle_s @ late_s)
        wander_s = _WANDER_AT_FIRST_S
        if points.shape[0] >= _FEW:
            off_s = late_s - level_s - turned / spread_s2 * from_middle_s
            wander_s = max(_WANDER_LEAST_S, float(off_s.std()))
        weight_s2 = (wander_s / self._usual) ** 2
        slowness = (turned + weight_s2 * self._believed) / (spread_s2 + weight_s2)
        return _Line(slowness, middle_s, level_s, wander_s)
