"""Decoded packets laid on the capture clock: gaps bridged, the sender's clock corrected."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audio.packets.batch import Indices, Times
from audio.rtp.comfort_noise import noise
from audio.rtp.concealment import HISTORY_MS, concealed
from audio.rtp.drift import SenderClock
from audio.rtp.joining import SoundJoiner
from audio.rtp.placement import runs
from audio.rtp.settings import SoundSettings

Pcm = npt.NDArray[np.int16]

_QUIET = 600
"""Peak of a packet in which a correction is not heard: -35 dBov."""
_PATIENCE_S = 2.0
"""How long a correction waits for such a packet."""
_STRETCH = 16
"""A packet is made shorter or longer by at most a sixteenth: a semitone for 20 ms."""
_LONGEST_NOISE_S = 10.0


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Packets of one codec in order of timestamp, decoded."""

    timestamps: Indices
    lags_s: Times
    lost: Indices
    """Packets lost just before each."""
    ticks: Indices
    """How long each sounds, in units of the timestamps."""
    ends: Indices
    """Where in `samples` each one's sound ends."""
    samples: Pcm
    sample_rate_hz: int
    noise_dbov: float | None = None
    """These packets only say how loud the silence after them is."""
    seamless: bool = False
    """Known to join, each packet to the next and the first to what was before."""


class TimeLine:
    """Lays one track's sound, in order."""

    def __init__(self, clock: SenderClock, settings: SoundSettings) -> None:
        self.expected: int | None = None
        """The timestamp that would join seamlessly; what lies before it comes too late."""
        self._clock, self._settings = clock, settings
        self._rate_hz = 0
        self._history: Pcm = np.zeros(0, np.int16)
        self._unit = 0
        self._noise_dbov: float | None = None
        self._owed_s = 0.0
        self._owed_since = 0

    @property
    def is_correcting(self) -> bool:
        return self._owed_s != 0.0

    def put(self, stretch: Stretch, out: SoundJoiner) -> None:
        """Lays the stretch, in one piece unless the sender's clock has to be corrected in the midst of it."""
        timestamps, laid = stretch.timestamps, 0
        if stretch.sample_rate_hz != self._rate_hz:
            self._rate_hz, self._history = stretch.sample_rate_hz, self._history[:0]
        lows = deque(self._clock.lows(timestamps, stretch.lags_s))
        while timestamps[-1] >= self._clock.decision:
            while lows[0][0] < self._clock.decision_second:
                self._clock.note(*lows.popleft())
            laid = self._decide(stretch, laid, out)
        for second, low_s in lows:
            self._clock.note(second, low_s)
        self._lay(stretch, laid, len(timestamps), out)

    def _decide(self, stretch: Stretch, laid: int, out: SoundJoiner) -> int:
        """Asks how far the sender's clock is off; what comes before is laid as it was placed until then."""
        start = int(np.searchsorted(stretch.timestamps, self._clock.decision))
        if self._owed_s:
            self._lay(stretch, laid, start, out)
            laid = start
        timestamp = int(stretch.timestamps[start])
        owed_s = self._clock.owed_s(timestamp)
        if self._owed_s or abs(owed_s) > self._settings.drift_s:
            self._lay(stretch, laid, start, out)
            laid = start
            self._owe(owed_s, timestamp)
        return laid

    def _lay(self, stretch: Stretch, start: int, end: int, out: SoundJoiner) -> None:
        if start == end:
            return
        if stretch.seamless:
            self._lay_run(stretch, start, end, out)
            return
        for run in runs(stretch.timestamps[start:end], stretch.ticks[start:end], self.expected):
            first, last = start + run.first, start + run.last
            timestamp = int(stretch.timestamps[first])
            if self.expected is not None and timestamp > self.expected:
                unit = self._unit or int(stretch.ticks[first])
                self._bridge(timestamp - self.expected, int(stretch.lost[first]) * unit, out)
            self._lay_run(stretch, first, last, out)
            self._unit = int(stretch.ticks[last - 1]) or self._unit
            self._noise_dbov = stretch.noise_dbov

    def _lay_run(self, stretch: Stretch, first: int, last: int, out: SoundJoiner) -> None:
        begin = int(stretch.ends[first - 1]) if first else 0
        samples = stretch.samples[begin : int(stretch.ends[last - 1])]
        timestamp = int(stretch.timestamps[first])
        end = int(stretch.timestamps[last - 1] + stretch.ticks[last - 1])
        start_s = self._clock.time_s(timestamp)
        if self.expected is not None and timestamp < self.expected:  # the sender said some of it before
            samples = samples[(self.expected - timestamp) * self._rate_hz // self._clock.rate_hz :]
            start_s = self._clock.time_s(self.expected)
            end = max(end, self.expected)
        elif self._owed_s:
            samples = self._corrected(samples, stretch.ends[first:last] - begin, timestamp)
        self.expected = end
        if len(samples):
            out.put(start_s, self._rate_hz, samples)
            self._remember(samples)

    def _remember(self, samples: Pcm) -> None:
        size = self._rate_hz * HISTORY_MS // 1000
        recent = samples[-size:]
        self._history = recent.copy() if len(recent) == size else np.concatenate((self._history, recent))[-size:]

    def _bridge(self, gap_ticks: int, lost_ticks: int, out: SoundJoiner) -> None:
        """Fills the time from `expected` on: made up where packets are lost, else noise, else silence."""
        clock, start = self._clock, self.expected or 0
        lost_ticks = min(gap_ticks, lost_ticks)
        made_ticks = min(lost_ticks, int(self._settings.conceal_s * clock.rate_hz)) if len(self._history) else 0
        if made_ticks:
            size = made_ticks * self._rate_hz // clock.rate_hz
            made = concealed(self._history, size, self._rate_hz)
            out.put(clock.time_s(start), self._rate_hz, made, concealed=True)
        if lost_ticks > made_ticks:
            out.missing(clock.time_s(start + made_ticks), clock.time_s(start + lost_ticks), "lost")
        elif self._noise_dbov is not None:
            ticks = min(gap_ticks - made_ticks, int(_LONGEST_NOISE_S * clock.rate_hz))
            samples = noise(ticks * self._rate_hz // clock.rate_hz, self._noise_dbov, start)
            out.fill(clock.time_s(start + made_ticks), self._rate_hz, samples)
        self._pay_in_silence((gap_ticks - made_ticks) / clock.rate_hz)

    def _owe(self, owed_s: float, timestamp: int) -> None:
        """From this timestamp on sound is to come later by `owed_s`, as soon as it is not heard."""
        self._owed_s, self._owed_since = owed_s, timestamp
        if owed_s > self._settings.conceal_s:  # too much to stretch: a silence in the midst of the sound
            self._pay_in_silence(owed_s)

    def _pay_in_silence(self, most_s: float) -> None:
        """Where nothing sounds, a correction costs nothing."""
        if abs(self._owed_s) <= most_s:
            self._clock.shift_s += self._whole_samples(self._owed_s) / (self._rate_hz or 1)
            self._owed_s = 0.0

    def _whole_samples(self, duration_s: float) -> int:
        return round(duration_s * self._rate_hz)

    def _corrected(self, samples: Pcm, ends: Indices, timestamp: int) -> Pcm:
        """The samples, packets in them made longer or shorter until nothing is owed."""
        owed, start, parts = self._whole_samples(self._owed_s), 0, []
        patient_until = self._owed_since + _PATIENCE_S * self._clock.rate_hz
        for end in ends.tolist():
            if not owed:
                break
            packet = samples[start:end]
            late = timestamp + start * self._clock.rate_hz / self._rate_hz > patient_until
            if len(packet) and (late or max(int(packet.max()), -int(packet.min())) < _QUIET):
                most = len(packet) // _STRETCH
                change = max(-most, min(most, owed))
                packet = stretched(packet, len(packet) + change)
                owed -= change
                self._clock.shift_s += change / self._rate_hz
            parts.append(packet)
            start = end
        self._owed_s = owed / self._rate_hz
        return np.concatenate((*parts, samples[start:]))


def stretched(samples: Pcm, size: int) -> Pcm:
    """The same sound in `size` samples, from the first to the last, by straight lines."""
    at = np.linspace(0, len(samples) - 1, size)
    return np.rint(np.interp(at, np.arange(len(samples)), samples)).astype(np.int16)
