"""Everything that is measured of one stream, block by block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from audio.packets.batch import Indices, Times
from audio.rtp.arrivals import Arrivals
from audio.rtp.codec import Codec
from audio.rtp.counts import StreamCounts
from audio.rtp.jitter import JitterMeter
from audio.rtp.jitter_buffers import JitterBuffers
from audio.rtp.losses import LossMeter
from audio.rtp.packets import RtpPackets
from audio.rtp.sequence import MAX_DROPOUT, Unwrapper

Mask = npt.NDArray[np.bool_]

SILENT = frozenset({"TELEPHONE-EVENT", "CN"})
"""No sound is due at a time of its own: an event keeps one timestamp, comfort noise comes when it likes."""
LEAP_S = 3.0
"""A packet that comes so much earlier or later than its timestamp says has a new timestamp, or a sender that paused."""
PAUSE_S = 0.12
"""Media time from one packet to the next that no packet of telephony fills: the sender was silent."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """What is measured of packets, in order of arrival, without their payloads."""

    times_s: Times
    sequence: npt.NDArray[np.uint16]
    timestamps: npt.NDArray[np.uint32]
    payload_types: npt.NDArray[np.uint8]
    markers: Mask

    @classmethod
    def of(cls, packets: RtpPackets) -> Block:
        return cls(
            packets.times_s.copy(),
            packets.sequence.copy(),
            packets.timestamps.copy(),
            packets.payload_types.copy(),
            packets.markers.copy(),
        )

    @classmethod
    def joined(cls, blocks: Sequence[Block]) -> Block:
        if len(blocks) == 1:
            return blocks[0]
        return cls(*(np.concatenate([getattr(block, name) for block in blocks]) for name in cls.__slots__))

    def part(self, start: int, stop: int) -> Block:
        return Block(*(getattr(self, name)[start:stop] for name in self.__slots__))

    def copied(self) -> Block:
        return Block(*(getattr(self, name).copy() for name in self.__slots__))


@dataclass(frozen=True, slots=True)
class _Last:
    """The packet before, of those with sound."""

    at_s: float
    extended: int
    timestamp: int
    clock_hz: int


@dataclass(frozen=True, slots=True, eq=False)
class _Transit:
    """Of packets with sound."""

    transit_s: Times
    """Arrival minus media time, up to a constant."""
    difference_s: Times
    """To the packet before: D of RFC 3550."""
    leaps: Mask
    """Where the difference says nothing of the network."""


class StreamMeter:
    """Takes the blocks of a stream in order."""

    def __init__(self, codecs: dict[int, Codec], buffer: str) -> None:
        self.codecs = codecs
        self._buffer = buffer
        self._arrivals = Arrivals()
        self._losses = LossMeter()
        self._jitter = JitterMeter()
        self._buffers = JitterBuffers()
        self._timestamps = Unwrapper.of_timestamps()
        self._by_type = np.zeros(128, np.int64)
        self._start_s: float | None = None
        self._last: _Last | None = None
        self._after_silence = True

    def measure(self, block: Block) -> None:
        arrived = self._arrivals.feed(block.sequence)
        new = np.flatnonzero(arrived.new)
        types = block.payload_types[new]
        self._by_type += np.bincount(types, minlength=128)
        clocks = self._clocks()[types]
        sounding = clocks > 0
        heard = new[sounding]
        discarded = np.zeros(len(new), np.bool_)
        if len(heard):
            transit = self._transit(block, heard, arrived.extended[heard], clocks[sounding])
            fresh = transit.leaps | block.markers[heard] | self._silence_before(sounding)[sounding]
            self._jitter.feed(transit.difference_s[~fresh])
            discarded[sounding] = self._buffers.feed(transit.transit_s, fresh)[self._buffer]
        if len(new):
            self._after_silence = not sounding[-1]
        slots = np.concatenate((arrived.extended[new], arrived.restart_firsts))
        discarded = np.concatenate((discarded, np.zeros(len(arrived.restart_firsts), np.bool_)))
        self._losses.feed(slots, discarded, arrived.seams)

    def finish(self) -> StreamCounts:
        by_codec: dict[Codec, int] = {}
        for kind in np.flatnonzero(self._by_type).tolist():
            codec = self.codecs.get(kind)
            if codec is not None and codec.name not in SILENT:
                by_codec[codec] = by_codec.get(codec, 0) + int(self._by_type[kind])
        return StreamCounts(
            losses=self._losses.finish(),
            duplicated=self._arrivals.duplicated,
            reordered=self._arrivals.reordered,
            jitter_sum_s=self._jitter.sum_s,
            jitter_packets=self._jitter.measured,
            jitter_max_s=self._jitter.highest_s,
            discarded=dict(self._buffers.discarded),
            buffered=self._buffers.packets,
            adaptive_depth_sum_s=self._buffers.adaptive_depth_sum_s,
            by_codec=by_codec,
        )

    def _clocks(self) -> Indices:
        """By payload type the clock of those that carry sound, 0 of the others and of unknown ones."""
        clocks = np.zeros(128, np.int64)
        for kind, codec in self.codecs.items():
            clocks[kind] = 0 if codec.name in SILENT else codec.clock_rate_hz
        return clocks

    def _silence_before(self, sounding: Mask) -> Mask:
        return np.concatenate(([self._after_silence], ~sounding[:-1]))

    def _transit(self, block: Block, heard: Indices, extended: Indices, clocks: Indices) -> _Transit:
        start_s = self._start_s = self._start_s if self._start_s is not None else float(block.times_s[heard[0]])
        times_s = block.times_s[heard] - start_s
        timestamps = self._timestamps.feed(block.timestamps[heard])
        last = self._last or _Last(float(times_s[0]), int(extended[0]) - 1, int(timestamps[0]), int(clocks[0]))
        clocks_then = np.concatenate(([last.clock_hz], clocks))
        transit_s = times_s - timestamps / clocks
        media_s = _changes(timestamps, last.timestamp) / clocks
        steps = _changes(extended, last.extended)
        difference_s = _changes(transit_s, last.at_s - last.timestamp / last.clock_hz)
        leaps: Mask = (
            (np.abs(difference_s) > LEAP_S)
            | (media_s > PAUSE_S * np.maximum(steps, 1))
            | (steps > MAX_DROPOUT)
            | (clocks_then[1:] != clocks_then[:-1])
        )
        self._last = _Last(float(times_s[-1]), int(extended[-1]), int(timestamps[-1]), int(clocks[-1]))
        return _Transit(transit_s, difference_s, leaps)


def _changes(values: npt.NDArray[Any], before: float) -> npt.NDArray[Any]:
    """As `np.diff(values, prepend=before)`, which takes four times as long."""
    known = np.concatenate((np.array([before], values.dtype), values))
    changes: npt.NDArray[Any] = known[1:] - known[:-1]
    return changes
