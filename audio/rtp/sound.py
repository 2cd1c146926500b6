"""The sound of one side of a leg, from its packets."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from audio.rtp.codec import Codec
from audio.rtp.digits import Digits
from audio.rtp.following import Following
from audio.rtp.joining import SoundJoiner, Told
from audio.rtp.packets import RtpPackets
from audio.rtp.payload_types import Carries, PayloadTypes
from audio.rtp.received import Received, cut, in_order_of_arrival, ssrc_of
from audio.rtp.settings import SoundSettings
from audio.rtp.srtp import Decryptor
from audio.rtp.track import PORTION
from audio.sip.media import SrtpKey
from models.call import Side

_PACKET_S = 0.02
_FIRST_PORTION = 50


def _portions(size: int, *, is_first: bool) -> Iterator[tuple[int, int]]:
    """A second of the very first packets tells how the sender counts; then as many as fit the cache."""
    start = min(size, _FIRST_PORTION) if is_first else 0
    if start:
        yield 0, start
    for begin in range(start, size, PORTION):
        yield begin, min(size, begin + PORTION)


class StreamSound:
    """Packets of one side in, its sound on the capture clock out. It knows no sockets and no clock of its own.

    All senders (SSRC) heard at that side come here. The one that began last is heard; the others are left out while
    it speaks. No packet, however it is made up, raises; memory is bounded by what arrives within the reorder window.

    A gap between two sounds is silence: the sender had nothing to say. Where there was sound to be had, it is told as
    missing: `lost`, `encrypted` or `codec_unknown`.
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
        self._out = SoundJoiner(leg, side)
        self._types = PayloadTypes(codecs)
        self._following = Following(self._types, settings or SoundSettings(), self._out)
        self._encrypted = encrypted
        self._decryptor = Decryptor(keys) if keys else None
        self._waiting: list[RtpPackets] = []
        self._digits, self._digits_of = Digits(), 0

    def learn(
        self, codecs: Mapping[int, Codec], keys: tuple[SrtpKey, ...] = (), *, encrypted: bool | None = None
    ) -> None:
        """A later SDP: what it does not name stays as it was, for packets still under way."""
        self._following.forget(self._types.learn(codecs))
        if encrypted is not None:
            self._encrypted = encrypted
            self._decryptor = self._decryptor if encrypted else None
        if self._decryptor is not None:
            self._decryptor.learn(keys)
        elif keys:
            self._decryptor = Decryptor(keys)

    @property
    def clock_drift_ppm(self) -> float | None:
        """By how much the sender's clock runs fast against the capture's; `None` under half a minute of sound."""
        return self._following.drift_ppm

    def add(self, packets: RtpPackets) -> None:
        """Packets of one sender, in order of arrival. They are held as they are until the next `take`."""
        self._waiting.append(packets)

    def take(self, now_s: float) -> tuple[Told, ...]:
        """All that is settled at `now_s` on the capture clock, each kind in order of time, the more at once the better.

        Waits `reorder_s` at the start and for packets that are missing; nothing at all where none are.
        """
        waiting, self._waiting = self._waiting, []
        for packets in in_order_of_arrival(waiting) if len(waiting) > 1 else waiting:
            for start, end in _portions(len(packets), is_first=self._following.beginnings == 0):
                self._take_portion(cut(packets, start, end))
        self._following.take(now_s)
        return self._out.told()

    def finish(self) -> tuple[Told, ...]:
        """All that is left."""
        return self.take(math.inf)

    def _take_portion(self, packets: RtpPackets) -> None:
        ssrc = ssrc_of(packets)
        is_clear = self._decryptor is None and not self._encrypted
        if is_clear and self._following.take_steady(ssrc, packets):
            return
        received = self._clear(packets)
        if received is None:
            self._out.missing(float(packets.times_s[0]), float(packets.times_s[-1]) + _PACKET_S, "encrypted")
            return
        received = self._following.numbered(ssrc, received)
        if len(received):
            self._feed(ssrc, received)
        self._following.take(float(packets.times_s[-1]))

    def _clear(self, packets: RtpPackets) -> Received | None:
        """The payloads as they can be read; `None` where they are encrypted and no key fits."""
        if self._decryptor is not None:
            clear = self._decryptor.clear(packets)
            if clear is not None or self._encrypted or self._decryptor.proven:
                return clear
        return None if self._encrypted else Received.of(packets)

    def _feed(self, ssrc: int, received: Received) -> None:
        last = int(received.sequence[-1])
        carries = self._types.carries[received.payload_types]
        is_other = carries > Carries.NOISE
        others = received.sequence[is_other]
        if len(others):
            self._tell_others(received, carries)
            received = received.chosen(np.flatnonzero(~is_other))
        self._following.follow(ssrc, received, others, last)

    def _tell_others(self, received: Received, carries: npt.NDArray[np.uint8]) -> None:
        """Keys pressed; and packets that cannot be read, where nobody is heard beside them."""
        events = received.chosen(np.flatnonzero(carries == Carries.EVENT))
        if len(events):
            self._tell_digits(events)
        times_s = received.times_s[carries == Carries.UNKNOWN]
        if len(times_s) == len(received) and not self._following.is_heard(float(times_s[0])):
            self._out.missing(float(times_s[0]), float(times_s[-1]) + _PACKET_S, "codec_unknown")

    def _tell_digits(self, events: Received) -> None:
        if self._digits_of != self._following.beginnings:
            is_first = self._digits_of == 0
            self._digits_of = self._following.beginnings
            self._digits = self._digits if is_first else Digits()
        for index in self._digits.begun(events):
            self._out.digit(float(events.times_s[index]))
