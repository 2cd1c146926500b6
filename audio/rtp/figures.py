"""How one direction travelled: packets, loss, reordering, jitter, bursts and what that does to the sound."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence

from audio.rtp.codec import STATIC, Codec
from audio.rtp.counts import StreamCounts
from audio.rtp.meter import Block, StreamMeter
from audio.rtp.packets import RtpPackets
from audio.rtp.quality import Quality, Receiver, Travelled, quality
from models.call import DirectionFigures
from models.recording import Party

BLOCK = 4096
"""Packets measured at a time, 82 s of 20 ms: figures do not depend on how the packets were handed in."""
_MOST_PIECES = 16
"""Kept apart: the arrays of a live batch of a stream are smaller than what numpy needs beside them."""

DEFAULT_RECEIVER = Receiver()


class StreamFigures:
    """The figures of one stream (a flow and SSRC), fed in batches of any size.

    Packets are put by and measured in blocks, so that batches cut otherwise give the same figures to the last bit. A
    restart of the sender within its SSRC is a new beginning of the same stream, not loss.
    """

    def __init__(self, codecs: Mapping[int, Codec] | None = None, buffer: str = DEFAULT_RECEIVER.buffer) -> None:
        self._meter = StreamMeter(dict(STATIC) | dict(codecs or {}), buffer)
        self._waiting: list[Block] = []
        self._waiting_packets = 0

    def learn(self, codecs: Mapping[int, Codec]) -> None:
        """Payload types as a later SDP has them; they hold from the block on that is not yet measured."""
        self._meter.codecs.update(codecs)

    def add(self, packets: RtpPackets) -> None:
        """The next packets in order of arrival."""
        self._waiting.append(Block.of(packets))
        self._waiting_packets += len(packets)
        if self._waiting_packets < BLOCK:
            if len(self._waiting) > _MOST_PIECES:
                self._waiting = [Block.joined(self._waiting)]
            return
        whole = Block.joined(self._waiting)
        measured = self._waiting_packets - self._waiting_packets % BLOCK
        for start in range(0, measured, BLOCK):
            self._meter.measure(whole.part(start, start + BLOCK))
        # Copied, because a view would keep all that was captured in memory.
        self._waiting = [whole.part(measured, self._waiting_packets).copied()]
        self._waiting_packets -= measured

    def counts(self) -> StreamCounts:
        """All so far; more packets may follow."""
        return self._finished(copy.deepcopy(self._meter, {id(self._meter.codecs): self._meter.codecs}))

    def finish(self) -> StreamCounts:
        """All; nothing may be added afterwards. What `counts` copies costs as much as some thousand packets."""
        return self._finished(self._meter)

    def figures(
        self, party: Party, receiver: Receiver = DEFAULT_RECEIVER, round_trip_s: float | None = None
    ) -> DirectionFigures:
        """All so far as one direction; more packets may follow."""
        return direction_figures([self], party, receiver, round_trip_s)

    def _finished(self, meter: StreamMeter) -> StreamCounts:
        if self._waiting_packets:
            meter.measure(Block.joined(self._waiting))
        return meter.finish()


def direction_figures(
    streams: Sequence[StreamFigures],
    party: Party,
    receiver: Receiver = DEFAULT_RECEIVER,
    round_trip_s: float | None = None,
) -> DirectionFigures:
    """The figures of one direction whose voice came in several streams, e.g. after a change of SSRC, added up.

    `receiver.buffer` must be the buffer that the streams were made with: its discards are in the bursts.
    """
    return figures_of([stream.counts() for stream in streams], party, receiver, round_trip_s)


def figures_of(
    streams: Sequence[StreamCounts], party: Party, receiver: Receiver, round_trip_s: float | None
) -> DirectionFigures:
    """As `direction_figures`, of what was counted in the streams."""
    counts = sum(streams, StreamCounts())
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
