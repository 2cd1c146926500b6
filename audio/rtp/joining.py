"""Pieces of sound of one side, joined where they touch and never laid over each other."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from audio.events import Digit, Sound, SoundMissing
from models.call import Side
from models.span import Span

Pcm = npt.NDArray[np.int16]
Told = Sound | SoundMissing | Digit

_TOUCHING_SAMPLES = 0.75
_MOST_FILLED_S = 600.0
_LARGE_S = 30.0
"""Longer pieces are told as they are: joining them would copy all of a capture file's sound once more."""


class SoundJoiner:
    """Collects what is settled of one leg and side until it is asked for.

    What would start before the end of earlier sound is cut short by as much.
    """

    def __init__(self, leg: str, side: Side) -> None:
        self._leg, self._side = leg, side
        self._end_s = -math.inf
        self._rate_hz = 0
        self._start_s = 0.0
        self._parts: list[Pcm] = []
        self._samples = 0
        self._concealed: list[Span] = []
        self._missing: SoundMissing | None = None
        self._told: list[Told] = []
        self._filled_s = 0.0

    @property
    def end_s(self) -> float:
        """Where the sound so far ends, on the capture clock; minus infinity before the first."""
        return self._end_s

    def put(self, start_s: float, rate_hz: int, samples: Pcm, *, concealed: bool = False) -> None:
        """Sound from `start_s` on the capture clock, later than all that was put before."""
        early = math.ceil((self._end_s - start_s) * rate_hz - _TOUCHING_SAMPLES) if start_s < self._end_s else 0
        if early > 0:
            samples, start_s = samples[early:], start_s + early / rate_hz
        if not len(samples):
            return
        if self._samples > _LARGE_S * rate_hz:
            self._close()
        touching = rate_hz == self._rate_hz and abs(start_s - self._end_s) * rate_hz < _TOUCHING_SAMPLES
        if not (touching and self._parts):
            self._close()
            self._start_s, self._rate_hz = start_s, rate_hz
        if concealed:
            self._conceal(self._samples / rate_hz, (self._samples + len(samples)) / rate_hz)
        self._parts.append(samples)
        self._samples += len(samples)
        self._end_s = self._start_s + self._samples / rate_hz

    def fill(self, start_s: float, rate_hz: int, samples: Pcm) -> None:
        """Background for a silence; left out once ten minutes of it wait, for packets can ask for days."""
        if self._filled_s < _MOST_FILLED_S:
            self._filled_s += len(samples) / rate_hz
            self.put(start_s, rate_hz, samples)

    def _conceal(self, start_s: float, end_s: float) -> None:
        if self._concealed and self._concealed[-1].end_s == start_s:
            start_s = self._concealed.pop().start_s
        self._concealed.append(Span(start_s, end_s))

    def missing(self, start_s: float, end_s: float, reason: str) -> None:
        """Nothing can be had from `start_s` to `end_s`; spans that touch become one."""
        last = self._missing
        if last is not None and last.reason == reason and start_s <= last.end_s + 0.1:
            start_s = last.start_s
        else:
            self._close()
        self._missing = SoundMissing(self._leg, self._side, start_s, end_s, reason)

    def digit(self, at_s: float) -> None:
        self._told.append(Digit(at_s, self._leg, self._side))

    def told(self) -> tuple[Told, ...]:
        """All that was put since the last time, in order."""
        self._close()
        told, self._told = tuple(self._told), []
        self._filled_s = 0.0
        return told

    def _close(self) -> None:
        if self._missing is not None:
            self._told.append(self._missing)
            self._missing = None
        if not self._parts:
            return
        samples = self._parts[0] if len(self._parts) == 1 else np.concatenate(self._parts)
        self._told.append(Sound(self._leg, self._side, self._start_s, self._rate_hz, samples, tuple(self._concealed)))
        self._parts, self._samples, self._concealed = [], 0, []
