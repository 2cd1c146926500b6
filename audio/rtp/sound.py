"""The sound of one side of a leg, from its packets."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from audio.packets.batch import Indices
from audio.rtp.codec import STATIC, Codec
from audio.rtp.codecs import Decoder, decoder_of
from audio.rtp.digits import Digits
from audio.rtp.joining import SoundJoiner, Told
from audio.rtp.packets import RtpPackets
from audio.rtp.placement import unwrapped
from audio.rtp.received import Received, cut, in_order_of_arrival, joined, ssrc_of
from audio.rtp.settings import SoundSettings
from audio.rtp.srtp import Decryptor
from audio.rtp.track import PORTION, Track
from audio.sip.media import SrtpKey
from models.call import Side

_SOUND, _NOISE, _EVENT, _UNKNOWN = range(4)
_PAYLOAD_TYPES = 256
"""A byte's range; only half of them are ever on the line."""
_SHORTEST_TRACK_S = 0.1
"""A sender that begins anew more often than this is not followed each time."""
_QUIET_S = 0.5
"""A sender that another took over from is heard again when that one has been quiet for so long."""
_MOST_REMEMBERED = 16
_PORTION = 512
_PACKET_S = 0.02
_USUAL_CLOCK_HZ = 8000


class StreamSound:
    """Packets of one side in, its sound on the capture clock out. It knows no sockets and no clock of its own.

    All senders (SSRC) heard at that side come here. The one that began last is heard; the others are left out while
    it speaks. No packet, however it is made up, raises; memory is bounded by what arrives within the reorder window.
    """

    def __init__(
        self,
        leg: str,
        side: Side,
        codecs: Mapping[int, Codec],
        keys: tuple[SrtpKey, ...] = (),
        *,
        encrypted: bool = False,
        settings: SoundSettings | None = None,
    ) -> None:
        self._settings = settings or SoundSettings()
        self._out = SoundJoiner(leg, side)
        self._codecs: dict[int, Codec] = dict(STATIC)
        self._encrypted = encrypted
        self._decryptor: Decryptor | None = None
        self._kinds: npt.NDArray[np.uint8] = np.full(_PAYLOAD_TYPES, _UNKNOWN, np.uint8)
        self._clocks: Indices = np.zeros(_PAYLOAD_TYPES, np.int64)
        self._waiting: list[RtpPackets] = []
        self._track: Track | None = None
        self._ssrc: int | None = None
        self._sequence = 0
        self._retired: dict[int, None] = {}
        self._doubtful: tuple[int, Received] | None = None
        self._digits = Digits()
        self._drift_ppm: float | None = None
        self.learn(codecs, keys)

    def learn(self, codecs: Mapping[int, Codec], keys: tuple[SrtpKey, ...] = ()) -> None:
        """A later SDP: what it does not name stays as it was, for packets still under way."""
        for number, codec in codecs.items():
            if 0 <= number < _PAYLOAD_TYPES and codec != self._codecs.get(number):
                self._codecs[number] = codec
                if self._track is not None:
                    self._track.forget(number)
        for number, codec in self._codecs.items():
            kind = _kind(codec)
            self._kinds[number] = kind
            self._clocks[number] = codec.clock_rate_hz if kind == _SOUND else 0
        if keys and self._decryptor is None:
            self._decryptor = Decryptor(keys)
        elif keys and self._decryptor is not None:
            self._decryptor.learn(keys)

    @property
    def clock_drift_ppm(self) -> float | None:
        """By how much the sender's clock runs fast against the capture's; `None` under half a minute of sound."""
        now = self._track.clock.drift_ppm if self._track is not None else None
        return now if now is not None else self._drift_ppm

    def add(self, packets: RtpPackets) -> None:
        """Packets of one sender, in order of arrival. They are held as they are until the next `take`."""
        self._waiting.append(packets)

    def take(self, now_s: float) -> tuple[Told, ...]:
        """All that is settled at `now_s` on the capture clock, each kind in order of time, the more at once the better.

        Waits `reorder_s` at the start and for packets that are missing; nothing at all where none are.
        """
        waiting, self._waiting = self._waiting, []
        for packets in in_order_of_arrival(waiting) if len(waiting) > 1 else waiting:
            for start in range(0, len(packets), PORTION):
                self._take_portion(cut(packets, start, start + PORTION))
        if self._track is not None:
            self._track.take(now_s, self._out)
        return self._out.told()

    def _take_portion(self, packets: RtpPackets) -> None:
        ssrc, track = ssrc_of(packets), self._track
        if track is not None and ssrc == self._ssrc and self._decryptor is None and self._doubtful is None:
            if not self._encrypted and track.take_steady(packets, self._out):
                self._sequence = track.last_sequence
                return
        self._feed(ssrc, packets)
        if self._track is not None:
            self._track.take(float(packets.times_s[-1]), self._out)

    def finish(self) -> tuple[Told, ...]:
        """All that is left."""
        return self.take(math.inf)

    def _feed(self, ssrc: int, packets: RtpPackets) -> None:
        received = self._clear(packets)
        if received is None:
            self._out.missing(float(packets.times_s[0]), float(packets.times_s[-1]) + _PACKET_S, "encrypted")
            return
        if self._doubtful is not None and self._doubtful[0] == ssrc:
            received, self._doubtful = joined((self._doubtful[1], received)), None
        reference = self._sequence if ssrc == self._ssrc else int(received.sequence[0])
        received = received.numbered(unwrapped(received.sequence, 16, reference), received.timestamps)
        if ssrc != self._ssrc and ssrc in self._retired and self._track is not None:
            heard_again_s = self._track.last_arrival_s + _QUIET_S
            received = received.part(int(np.searchsorted(received.times_s, heard_again_s)), len(received))
        if not len(received):
            return
        last = int(received.sequence[-1])
        kinds = self._kinds[received.payload_types]
        others = received.sequence[kinds > _NOISE]
        if len(others):
            received = self._without_events(received, kinds)
        if len(received):
            self._follow(ssrc, received)
        if ssrc == self._ssrc and self._track is not None:
            self._sequence = last
            self._track.add_others(others)

    def _clear(self, packets: RtpPackets) -> Received | None:
        """The payloads as they can be read; `None` where they are encrypted and no key fits."""
        if self._decryptor is not None:
            clear = self._decryptor.clear(packets)
            if clear is not None or self._encrypted or self._decryptor.proven:
                return clear
        return None if self._encrypted else Received.of(packets)

    def _is_speaking(self, at_s: float) -> bool:
        return self._track is not None and at_s < self._track.last_arrival_s + _QUIET_S

    def _without_events(self, received: Received, kinds: npt.NDArray[np.uint8]) -> Received:
        """Tells the keys pressed and the packets of unknown codecs; what is left is sound and comfort noise."""
        events = received.chosen(np.flatnonzero(kinds == _EVENT))
        if len(events):
            for index in self._digits.begun(events):
                self._out.digit(float(events.times_s[index]))
        times_s = received.times_s[kinds == _UNKNOWN]
        if len(times_s) == len(received) and not self._is_speaking(float(times_s[0])):
            self._out.missing(float(times_s[0]), float(times_s[-1]) + _PACKET_S, "codec_unknown")
        return received.chosen(np.flatnonzero(kinds <= _NOISE))

    def _follow(self, ssrc: int, received: Received) -> None:
        """Gives the packets to the sender's track, or to a new one from where its numbering begins anew."""
        start = 0
        for end, clock_rate_hz in self._clock_changes(received.payload_types):
            rest = received.part(start, end)
            if self._track is None:
                self._begun(ssrc, rest, clock_rate_hz)
            rest = self._fitting(ssrc, rest, clock_rate_hz)
            for first in range(0, len(rest), _PORTION):  # so that what is odd in it is not looked at over and over
                portion = self._fitting(ssrc, rest.part(first, min(first + _PORTION, len(rest))), clock_rate_hz)
                while len(portion):
                    portion = self._fitting(ssrc, self._begun(ssrc, portion, clock_rate_hz), clock_rate_hz)
            start = end

    def _clock_changes(self, payload_types: npt.NDArray[np.uint8]) -> list[tuple[int, int]]:
        """Ends of packets whose timestamps count at one rate, and that rate; comfort noise goes with any."""
        current = self._track.clock_rate_hz if self._track is not None else _USUAL_CLOCK_HZ
        rates = self._clocks[payload_types]
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
        if self._track is not None:
            if len(received) == 1:
                self._doubtful = (ssrc, received)
                return received.part(1, 1)
            steps = unwrapped(received.timestamps[:2], 32, int(received.timestamps[0]))
            late_s = received.times_s[1] - received.times_s[0] - (steps[1] - steps[0]) / clock_rate_hz
            too_soon = received.times_s[0] < self._track.began_s + _SHORTEST_TRACK_S
            if too_soon or abs(late_s) > self._settings.early_s:
                return received.part(1, len(received))
            self._retire(self._track)
        self._track = Track(received, clock_rate_hz, self._decoder, self._settings)
        self._ssrc = ssrc
        return received

    def _retire(self, track: Track) -> None:
        track.take(math.inf, self._out)
        self._drift_ppm = track.clock.drift_ppm
        self._digits = Digits()
        if self._ssrc is not None:
            self._retired.pop(self._ssrc, None)
            self._retired[self._ssrc] = None
            if len(self._retired) > _MOST_REMEMBERED:
                del self._retired[next(iter(self._retired))]

    def _decoder(self, payload_type: int) -> Decoder | None:
        """`None` for comfort noise."""
        return decoder_of(self._codecs[payload_type]) if self._kinds[payload_type] == _SOUND else None


def _kind(codec: Codec) -> int:
    name = codec.name.upper()
    if name in ("CN", "TELEPHONE-EVENT"):
        return _NOISE if name == "CN" else _EVENT
    return _SOUND if decoder_of(codec) is not None else _UNKNOWN
