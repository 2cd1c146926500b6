"""How one direction travelled: packets, loss, reordering, jitter, bursts and what that does to the sound."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from audio.packets.batch import Indices, Times
from audio.rtp.arrivals import Arrivals
from audio.rtp.codec import STATIC, Codec
from audio.rtp.jitter import JitterMeter
from audio.rtp.jitter_buffers import NAMES, JitterBuffers
from audio.rtp.losses import LossCounts, LossMeter
from audio.rtp.packets import RtpPackets
from audio.rtp.quality import Quality, Receiver, Travelled, quality
from audio.rtp.sequence import MAX_DROPOUT, Unwrapper
from models.call import DirectionFigures
from models.recording import Party

Mask = npt.NDArray[np.bool_]

BLOCK = 4096
"""Packets measured at a time, 82 s of 20 ms: figures do not depend on how the packets were handed in."""
SILENT = frozenset({"TELEPHONE-EVENT", "CN"})
"""No sound is due at a time of its own: an event keeps one timestamp, comfort noise comes when it likes."""
LEAP_S = 3.0
"""A packet that comes so much earlier or later than its timestamp says has a new timestamp, or a sender that paused."""
PAUSE_S = 0.12
"""Media time from one packet to the next that no packet of telephony fills: the sender was silent."""

DEFAULT_RECEIVER = Receiver()
_MOST_PIECES = 16
"""Kept apart: the arrays of a live batch of a stream are smaller than what numpy needs beside them."""


@dataclass(frozen=True, slots=True)
class StreamCounts:
    """What is counted of a stream, or of several: counts add up."""

    losses: LossCounts = field(default_factory=LossCounts)
    duplicated: int = 0
    reordered: int = 0
    jitter_sum_s: float = 0.0
    jitter_packets: int = 0
    jitter_max_s: float = 0.0
    discarded: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(NAMES, 0))
    buffered: int = 0
    """Packets that went through the simulated buffers."""
    adaptive_depth_sum_s: float = 0.0
    by_codec: Mapping[Codec, int] = field(default_factory=dict)

    def __add__(self, other: StreamCounts) -> StreamCounts:
        return StreamCounts(
            losses=self.losses + other.losses,
            duplicated=self.duplicated + other.duplicated,
            reordered=self.reordered + other.reordered,
            jitter_sum_s=self.jitter_sum_s + other.jitter_sum_s,
            jitter_packets=self.jitter_packets + other.jitter_packets,
            jitter_max_s=max(self.jitter_max_s, other.jitter_max_s),
            discarded={name: self.discarded[name] + other.discarded[name] for name in NAMES},
            buffered=self.buffered + other.buffered,
            adaptive_depth_sum_s=self.adaptive_depth_sum_s + other.adaptive_depth_sum_s,
            by_codec={
                codec: self.by_codec.get(codec, 0) + other.by_codec.get(codec, 0)
                for codec in (*self.by_codec, *(codec for codec in other.by_codec if codec not in self.by_codec))
            },
        )

    @property
    def codec(self) -> Codec | None:
        """The one that most packets have."""
        return max(self.by_codec, key=lambda codec: self.by_codec[codec], default=None)


class StreamFigures:
    """The figures of one stream (a flow and SSRC), fed in batches of any size.

    Packets are put by and measured in blocks, so that batches cut otherwise give the same figures to the last bit. A
    restart of the sender within its SSRC is a new beginning of the same stream, not loss.
    """

    def __init__(self, codecs: Mapping[int, Codec] | None = None, buffer: str = DEFAULT_RECEIVER.buffer) -> None:
        self._meter = _Meter(dict(STATIC) | dict(codecs or {}), buffer)
        self._waiting: list[_Block] = []
        self._waiting_packets = 0

    def learn(self, codecs: Mapping[int, Codec]) -> None:
        """Payload types as a later SDP has them; they hold from the block on that is not yet measured."""
        self._meter.codecs.update(codecs)

    def add(self, packets: RtpPackets) -> None:
        """The next packets in order of arrival."""
        self._waiting.append(_Block.of(packets))
        self._waiting_packets += len(packets)
        if self._waiting_packets < BLOCK:
            if len(self._waiting) > _MOST_PIECES:
                self._waiting = [_Block.joined(self._waiting)]
            return
        whole = _Block.joined(self._waiting)
        measured = self._waiting_packets - self._waiting_packets % BLOCK
        for start in range(0, measured, BLOCK):
            self._meter.measure(whole.part(start, start + BLOCK))
        # Copied, because a view would keep all that was captured in memory.
        self._waiting = [whole.part(measured, self._waiting_packets).copied()]
        self._waiting_packets -= measured

    def counts(self) -> StreamCounts:
        """All so far; more packets may follow."""
        meter = copy.deepcopy(self._meter, {id(self._meter.codecs): self._meter.codecs})
        if self._waiting_packets:
            meter.measure(_Block.joined(self._waiting))
        return meter.finish()

    def figures(
        self, party: Party, receiver: Receiver = DEFAULT_RECEIVER, round_trip_s: float | None = None
    ) -> DirectionFigures:
        """All so far as one direction; more packets may follow."""
        return direction_figures([self], party, receiver, round_trip_s)


def direction_figures(
    streams: Sequence[StreamFigures],
    party: Party,
    receiver: Receiver = DEFAULT_RECEIVER,
    round_trip_s: float | None = None,
) -> DirectionFigures:
    """The figures of one direction whose voice came in several streams, e.g. after a change of SSRC, added up.

    `receiver.buffer` must be the buffer that the streams were made with: its discards are in the bursts.
    """
    counts = sum((stream.counts() for stream in streams), StreamCounts())
    losses = counts.losses
    judged = _judged(counts, receiver, round_trip_s)
    measured = counts.jitter_packets
    return DirectionFigures(
        party=party,
        codec=counts.codec.name if counts.codec else None,
        packets=losses.received,
        lost=losses.lost,
        duplicated=counts.duplicated,
        reordered=counts.reordered,
        jitter_ms=1000 * counts.jitter_sum_s / measured if measured else None,
        jitter_max_ms=1000 * counts.jitter_max_s if measured else None,
        discarded=dict(counts.discarded),
        burst_ratio=losses.burst_ratio,
        burst_density=losses.burst_density,
        gap_density=losses.gap_density,
        r_factor=judged.r_factor,
        mos=judged.mos,
        wideband=judged.wideband,
        assumptions=judged.assumptions,
    )


def _judged(counts: StreamCounts, receiver: Receiver, round_trip_s: float | None) -> Quality:
    depth_ms = 1000 * counts.adaptive_depth_sum_s / counts.buffered if counts.buffered else None
    losses = counts.losses
    return quality(Travelled(counts.codec, losses.bad_percent, losses.burst_ratio, depth_ms, round_trip_s), receiver)


@dataclass(frozen=True, slots=True, eq=False)
class _Block:
    times_s: Times
    sequence: npt.NDArray[np.uint16]
    timestamps: npt.NDArray[np.uint32]
    payload_types: npt.NDArray[np.uint8]
    markers: Mask

    @classmethod
    def of(cls, packets: RtpPackets) -> _Block:
        whole = cls(packets.times_s, packets.sequence, packets.timestamps, packets.payload_types, packets.markers)
        return whole.copied()

    @classmethod
    def joined(cls, blocks: Sequence[_Block]) -> _Block:
        return cls(*(np.concatenate([getattr(block, name) for block in blocks]) for name in cls.__slots__))

    def part(self, start: int, stop: int) -> _Block:
        return _Block(*(getattr(self, name)[start:stop] for name in self.__slots__))

    def copied(self) -> _Block:
        return _Block(*(getattr(self, name).copy() for name in self.__slots__))


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


class _Meter:
    """Everything that is measured of a stream, block by block."""

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

    def measure(self, block: _Block) -> None:
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

    def _transit(self, block: _Block, heard: Indices, extended: Indices, clocks: Indices) -> _Transit:
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
