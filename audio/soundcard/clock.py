"""A device's clock against the machine's.

A sound card's "48000 Hz" is off by some ten to hundreds of millionths: two of them are a syllable apart after an hour.
Its true rate is that at which its frames arrive. Arrivals are late by anything, but never early, so of each second only
the promptest block counts, and a line through these is the clock. The library's own time stamps are not used: through
PulseAudio they jumped by 120 ms within the first second (measured), the arrivals by 15 ms.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from audio.soundcard.settings import DriftSettings

_WINDOW_S = 1.0
_LATENESS_S = 0.001
"""How much the promptest block of a second still is late, give or take."""
_KNOWN_AFTER_S = 30.0
_OUTLIER_S = 0.003


class DeviceClock:
    """When each frame of a device was heard, learnt from the arrivals of its blocks."""

    def __init__(self, rate_hz: float, settings: DriftSettings, slowness: float = 0.0) -> None:
        """`slowness` is what is believed at first: seconds lost a second, e.g. from an earlier stretch."""
        self.slowness = slowness
        """Seconds that the device's clock loses a second; negative where it runs fast."""
        self._rate_hz = rate_hz
        self._believed = slowness
        self._weight_s2 = (_LATENESS_S / (settings.usual_ppm * 1e-6)) ** 2
        self._prompt: deque[tuple[float, float]] = deque(maxlen=max(2, round(settings.memory_s / _WINDOW_S)))
        self._second_s = 0.0
        self._heard_s = 0.0
        self._offset_s = 0.0

    @property
    def ppm(self) -> float | None:
        """How much faster than its name the device runs, in millionths; `None` before 30 s were heard."""
        if not self._prompt or self._prompt[-1][0] - self._prompt[0][0] < _KNOWN_AFTER_S:
            return None
        return -self.slowness * 1e6

    def saw(self, frames: int, arrived_s: float) -> bool:
        """So many frames had come in all by `arrived_s`. Gives whether a second was full and the clock learnt anew."""
        nominal_s = frames / self._rate_hz
        late_s = arrived_s - nominal_s
        full = bool(self._prompt) and nominal_s - self._second_s >= _WINDOW_S
        if full:
            self._learn()
        if full or not self._prompt:
            self._second_s = nominal_s
            self._prompt.append((nominal_s, late_s))
        elif late_s < self._prompt[-1][1]:
            self._prompt[-1] = (nominal_s, late_s)
        self._heard_s = nominal_s - self._second_s
        if len(self._prompt) == 1:  # nothing else is known yet
            self._learn()
        return full

    def lateness_s(self) -> float | None:
        """How late even the promptest block of this second is, by what was learnt before it.

        `None` in the first half of a second: one block may be late by chance.
        """
        if self._heard_s < _WINDOW_S / 2:
            return None
        nominal_s, late_s = self._prompt[-1]
        return late_s - (self._offset_s + self.slowness * nominal_s)

    def time_of(self, frame: float) -> float:
        """When that frame was heard, on the capture clock."""
        nominal_s = frame / self._rate_hz
        return nominal_s + self._offset_s + self.slowness * nominal_s

    def frame_at(self, at_s: float) -> float:
        """Which frame was heard at that time."""
        return (at_s - self._offset_s) / (1.0 + self.slowness) * self._rate_hz

    def _learn(self) -> None:
        """A line by least squares, its slope drawn to what was believed while little was heard."""
        at_s, late_s = np.array(self._prompt).T
        self._offset_s, self.slowness = self._line(at_s, late_s)
        above_s = late_s - (self._offset_s + self.slowness * at_s)
        near = np.abs(above_s - np.median(above_s)) <= max(_OUTLIER_S, 3.0 * float(np.median(np.abs(above_s))))
        if not near.all():  # a second in which the machine was busy throughout
            self._offset_s, self.slowness = self._line(at_s[near], late_s[near])

    def _line(self, at_s: np.ndarray, late_s: np.ndarray) -> tuple[float, float]:
        middle_s = float(at_s.mean())
        from_middle_s = at_s - middle_s
        turned = float(from_middle_s @ late_s) + self._weight_s2 * self._believed
        slowness = turned / (float(from_middle_s @ from_middle_s) + self._weight_s2)
        return float(late_s.mean()) - slowness * middle_s, slowness
