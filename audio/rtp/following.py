"""Which of the senders at one port is heard, and where each one's numbering begins anew."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from audio.packets.batch import Indices
from audio.rtp.joining import SoundJoiner
from audio.rtp.packets import RtpPackets
from audio.rtp.payload_types import PayloadTypes
from audio.rtp.placement import unwrapped
from audio.rtp.received import Received, joined
from audio.rtp.settings import SoundSettings
from audio.rtp.track import Track

_SHORTEST_TRACK_S = 0.1
"""A sender that begins anew more often than this is not followed each time."""
_QUIET_S = 0.5
"""A sender that another took over from is heard again when that one has been quiet for so long."""
_MOST_REMEMBERED = 16
_PORTION = 512
"""Packets looked at together where some are odd, so that none is looked at over and over."""
_USUAL_CLOCK_HZ = 8000


class Following:
    """Hands packets to the track they belong to. The sender that began last is heard, the one before it is not."""

    def __init__(self, types: PayloadTypes, settings: SoundSettings, out: SoundJoiner) -> None:
        self._types, self._settings, self._out = types, settings, out
        self._track: Track | None = None
        self._ssrc: int | None = None
        self._sequence = 0
        self._retired: dict[int, None] = {}
        self._kept: dict[int, tuple[Received]] = {}
        """By sender, packets that will be heard if who took over is quiet now."""
        self._doubtful: tuple[int, Received] | None = None
        self._drift_ppm: float | None = None
        self.beginnings = 0
        """Tracks so far: the numbers of two are not to be compared."""

    @property
    def drift_ppm(self) -> float | None:
        """Of the sender heard now, or of the one before while it is too soon to tell."""
        now = self._track.clock.drift_ppm if self._track is not None else None
        return now if now is not None else self._drift_ppm

    def is_heard(self, at_s: float) -> bool:
        """Whether somebody spoke within the half second before."""
        return self._track is not None and at_s < self._track.last_arrival_s + _QUIET_S

    def forget(self, payload_types: tuple[int, ...]) -> None:
        """They stand for other codecs from now on."""
        if self._track is not None:
            self._track.forget(payload_types)

    def take(self, now_s: float) -> None:
        """Lays down what is settled at `now_s`."""
        if self._track is not None:
            self._track.take(now_s, self._out)

    def take_steady(self, ssrc: int, packets: RtpPackets) -> bool:
        """Lays packets that go on just as the ones before; `False` if they do not."""
        doubtful = self._doubtful is not None and self._doubtful[0] == ssrc
        if self._track is None or ssrc != self._ssrc or doubtful or not self._track.take_steady(packets, self._out):
            return False
        self._sequence = self._track.last_sequence
        return True

    def numbered(self, ssrc: int, received: Received) -> Received:
        """The packets to be heard of this sender, after one that was put off, sequence numbers unwrapped."""
        if self._doubtful is not None and self._doubtful[0] == ssrc:
            received, self._doubtful = joined((self._doubtful[1], received)), None
        if ssrc != self._ssrc and ssrc in self._retired and self._track is not None:
            received = self._again(ssrc, received, self._track.last_arrival_s)
        if not len(received):
            return received
        reference = self._sequence if ssrc == self._ssrc else int(received.sequence[0])
        return received.numbered(unwrapped(received.sequence, 16, reference), received.timestamps)

    def _again(self, ssrc: int, received: Received, other_s: float) -> Received:
        """What is heard of a sender after another one took over: all since that one's last packet, if it is quiet."""
        received = joined((*self._kept.pop(ssrc, ()), received))
        received = received.part(int(np.searchsorted(received.times_s, other_s, "right")), len(received))
        if len(received) and received.times_s[-1] < other_s + _QUIET_S:
            self._kept[ssrc] = (received,)
            return received.part(0, 0)
        return received

    def follow(self, ssrc: int, received: Received, others: Indices, last: int) -> None:
        """Packets of sound and noise; numbers of others, which are no loss; and the last number of all."""
        start = 0
        for end, clock_rate_hz in self._clock_changes(received.payload_types) if len(received) else ():
            self._follow_clock(ssrc, received.part(start, end), clock_rate_hz)
            start = end
        if ssrc == self._ssrc and self._track is not None:
            self._sequence = last
            self._track.add_others(others)

    def _follow_clock(self, ssrc: int, received: Received, clock_rate_hz: int) -> None:
        if self._track is None:
            self._begin(ssrc, received, clock_rate_hz)
        rest = self._fitting(ssrc, received, clock_rate_hz)
        for first in range(0, len(rest), _PORTION):
            portion = self._fitting(ssrc, rest.part(first, min(first + _PORTION, len(rest))), clock_rate_hz)
            while len(portion):
                portion = self._fitting(ssrc, self._begun(ssrc, portion, clock_rate_hz), clock_rate_hz)

    def _clock_changes(self, payload_types: npt.NDArray[np.uint8]) -> list[tuple[int, int]]:
        """Ends of packets whose timestamps count at one rate, and that rate; comfort noise goes with any."""
        current = self._track.clock_rate_hz if self._track is not None else _USUAL_CLOCK_HZ
        rates = self._types.clocks_hz[payload_types]
        if (rates == rates[0]).all():
            return [(len(rates), int(rates[0]) or current)]
        known = np.maximum.accumulate(np.where(rates > 0, np.arange(len(rates)), -1))
        rates = np.where(known >= 0, rates[known], current)
        ends = [*(np.flatnonzero(np.diff(rates)) + 1).tolist(), len(rates)]
        return [(end, int(rates[end - 1])) for end in ends]

    def _fitting(self, ssrc: int, received: Received, clock_rate_hz: int) -> Received:
        """Gives the track what goes on with its numbering; the rest, from the first that does not, comes back."""
        track = self._track
        if track is None or ssrc != self._ssrc or clock_rate_hz != track.clock_rate_hz or not len(received):
            return received
        timestamps, fitting = track.fitting(received)
        if fitting:
            track.add(received.part(0, fitting), timestamps[:fitting])
        return received.part(fitting, len(received))

    def _begun(self, ssrc: int, received: Received, clock_rate_hz: int) -> Received:
        """Begins a new track with the first packet if the second bears it out (RFC 3550, A.1); else goes without it."""
        if len(received) == 1:
            self._doubtful = (ssrc, received)
            return received.part(1, 1)
        steps = unwrapped(received.timestamps[:2], 32, int(received.timestamps[0]))
        late_s = received.times_s[1] - received.times_s[0] - (steps[1] - steps[0]) / clock_rate_hz
        if self._is_too_soon(float(received.times_s[0])) or abs(late_s) > self._settings.early_s:
            return received.part(1, len(received))
        self._begin(ssrc, received, clock_rate_hz)
        return received

    def _is_too_soon(self, at_s: float) -> bool:
        return self._track is not None and at_s < self._track.began_s + _SHORTEST_TRACK_S

    def _begin(self, ssrc: int, received: Received, clock_rate_hz: int) -> None:
        if self._track is not None:
            self._track.take(math.inf, self._out)
            self._drift_ppm = self._track.clock.drift_ppm
        if self._ssrc is not None:
            self._retired.pop(self._ssrc, None)
            self._retired[self._ssrc] = None
            if len(self._retired) > _MOST_REMEMBERED:
                self._kept.pop(oldest := next(iter(self._retired)), None)
                del self._retired[oldest]
        self._track = Track(received, clock_rate_hz, self._types.decoder, self._settings)
        self._ssrc = ssrc
        self.beginnings += 1
