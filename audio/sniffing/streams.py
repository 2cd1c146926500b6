"""Streams of RTP brought to the legs that they belong to; what belongs to none yet waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from audio.events import Digit, Sound, SoundMissing, StreamMeasured
from audio.packets.batch import Flow
from audio.rtp.packets import RtpPackets, StreamKey
from audio.rtp.round_trip import RoundTrips
from audio.rtp.rtcp import RtcpPacket
from audio.sip.media import MediaExpected
from audio.sniffing.direction import Direction
from audio.sniffing.media_map import Heard, MediaMap
from audio.sniffing.settings import SnifferSettings
from models.call import Side

Heardable = Sound | SoundMissing | Digit | StreamMeasured


@dataclass(slots=True)
class _Waiting:
    """Packets of a stream that no signalling explains yet."""

    first_s: float
    last_s: float
    pieces: list[RtpPackets] = field(default_factory=list)


class Streams:
    """The directions of all legs. `made` gives a new direction its decoder and its figures."""

    def __init__(self, settings: SnifferSettings, made: Callable[[MediaExpected, Side], Direction]) -> None:
        self.map = MediaMap()
        self.not_followed = 0
        """Packets left out by the limits."""
        self._settings = settings
        self._made = made
        self._directions: dict[tuple[str, Side], Direction] = {}
        self._waiting: dict[StreamKey, _Waiting] = {}
        self._waiting_bytes = 0
        self._round_trips: dict[str, RoundTrips] = {}

    def expect(self, media: MediaExpected) -> None:
        """An SDP named an address; packets that waited for it find their leg at the next `settle`."""
        self.map.expect(media)
        for side in Side:
            if known := self._directions.get((media.leg, side)):
                known.learn(media)

    def add(self, key: StreamKey, packets: RtpPackets) -> None:
        """Packets of one stream, in order of arrival."""
        heard = self.map.heard_on(key.flow)
        if not heard:
            self._wait(key, packets)
            return
        for one in heard:
            start, stop = np.searchsorted(packets.times_s, (one.from_s, one.until_s))
            if start < stop:
                self._deliver(one, key, packets.part(int(start), int(stop)))

    def report(self, at_s: float, flow: Flow, packets: tuple[RtcpPacket, ...]) -> None:
        """RTCP of one datagram, which goes to the port of the sound (RFC 5761) or to the next."""
        below = replace(flow, source_port=flow.source_port - 1, destination_port=flow.destination_port - 1)
        heard = next((one for way in (flow, below) for one in self.map.heard_on(way) if one.from_s <= at_s), None)
        if heard is not None and not heard.media.encrypted:
            self._round_trips.setdefault(heard.media.leg, RoundTrips()).feed(at_s, flow, packets)

    def settle(self) -> None:
        """Bring what waited to legs that are known by now."""
        for key in [key for key in self._waiting if self.map.heard_on(key.flow)]:
            for packets in self._released(key).pieces:
                self.add(key, packets)

    def take(self, now_s: float) -> Iterator[Heardable]:
        """All sound that is settled."""
        for direction in list(self._directions.values()):
            yield from direction.take(now_s)

    def last_heard_s(self, leg: str) -> float | None:
        """When the leg's last packet came; `None` where there was none."""
        times = [known.last_s for side in Side if (known := self._directions.get((leg, side)))]
        return max(times, default=None)

    def finish(self, leg: str) -> Iterable[Heardable]:
        """The rest of an ended leg's sound, and its figures."""
        trips = self._round_trips.pop(leg, None)
        for side in Side:
            if direction := self._directions.pop((leg, side), None):
                yield from direction.finish(trips.round_trip_s if trips else None)
        self.map.forget(leg)

    def unexplained(self, now_s: float, after_s: float) -> list[tuple[StreamKey, float]]:
        """Streams that have waited and gone on for so long, with the time of their first packet."""
        return [
            (key, waiting.first_s)
            for key, waiting in self._waiting.items()
            if waiting.last_s - waiting.first_s >= after_s and now_s - waiting.first_s >= after_s
        ]

    def drop_stale(self, before_s: float) -> None:
        """Let go of streams that stopped before anything explained them."""
        for key in [key for key, waiting in self._waiting.items() if waiting.last_s < before_s]:
            self._released(key)

    def _deliver(self, heard: Heard, key: StreamKey, packets: RtpPackets) -> None:
        where = heard.media.leg, heard.side
        if where not in self._directions:
            if len(self._directions) >= self._settings.max_streams:
                self.not_followed += len(packets)
                return
            self._directions[where] = self._made(heard.media, heard.side)
        self.map.heard(heard.media.leg, float(packets.times_s[-1]))
        self._directions[where].add(key, packets)

    def _wait(self, key: StreamKey, packets: RtpPackets) -> None:
        size = int(packets.packet_lengths.sum())
        full = self._waiting_bytes + size > self._settings.max_waiting_bytes
        if full or (key not in self._waiting and len(self._waiting) >= self._settings.max_streams):
            self.not_followed += len(packets)
            return
        first_s, last_s = float(packets.times_s[0]), float(packets.times_s[-1])
        waiting = self._waiting.setdefault(key, _Waiting(first_s, last_s))
        waiting.last_s = last_s
        waiting.pieces.append(_kept(packets))
        self._waiting_bytes += size

    def _released(self, key: StreamKey) -> _Waiting:
        waiting = self._waiting.pop(key)
        self._waiting_bytes -= sum(int(piece.packet_lengths.sum()) for piece in waiting.pieces)
        return waiting


def _kept(packets: RtpPackets) -> RtpPackets:
    """The same packets in bytes of their own, so that they do not keep a whole batch in memory."""
    rows = [
        packets.data[start : start + length]
        for start, length in zip(packets.header_starts.tolist(), packets.packet_lengths.tolist(), strict=True)
    ]
    header_starts = np.concatenate(([0], np.cumsum(packets.packet_lengths)[:-1]))
    return RtpPackets(
        packets.times_s.copy(),
        packets.sequence.copy(),
        packets.timestamps.copy(),
        packets.payload_types.copy(),
        packets.markers.copy(),
        np.concatenate(rows),
        header_starts + (packets.starts - packets.header_starts),
        packets.lengths.copy(),
        header_starts,
        packets.packet_lengths.copy(),
    )
