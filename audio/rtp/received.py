"""Packets of one stream on their way to becoming sound: their payloads apart from the capture that they came in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
import numpy.typing as npt

from audio.packets.batch import Bytes, Indices, Times
from audio.rtp.packets import RtpPackets

SSRC_OFFSET = 8
_SSRC_END = 12


def joined_payloads(data: Bytes, starts: Indices, lengths: Indices) -> Bytes:
    """The payloads one after the other; of equal lengths all at once, without Python's touching each."""
    if not len(starts):
        return np.zeros(0, np.uint8)
    length = int(lengths[0])
    if length and (lengths == length).all():
        return joined_equal(data, starts, length)
    ends = starts + lengths
    return np.concatenate([data[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)])


def joined_equal(data: Bytes, starts: Indices, length: int) -> Bytes:
    """Payloads of one length, not 0, one after the other."""
    windows: Bytes = np.ndarray(
        (len(data) - length + 1, length), np.uint8, np.ascontiguousarray(data), strides=(1, 1)
    )  # what sliding_window_view gives, at a twentieth of its cost
    return windows[starts].reshape(-1)


@dataclass(frozen=True, slots=True, eq=False)
class Received:
    """Packets in some order; payload i is the `lengths[i]` bytes of `data` after those of the payloads before it."""

    times_s: Times
    sequence: Indices
    """As received, or unwrapped."""
    timestamps: Indices
    """As received, or unwrapped."""
    payload_types: npt.NDArray[np.uint8]
    lengths: Indices
    data: Bytes

    @classmethod
    def of(cls, packets: RtpPackets) -> Self:
        return cls(
            packets.times_s,
            packets.sequence.astype(np.int64),
            packets.timestamps.astype(np.int64),
            packets.payload_types,
            packets.lengths,
            joined_payloads(packets.data, packets.starts, packets.lengths),
        )

    def __len__(self) -> int:
        return len(self.times_s)

    @property
    def starts(self) -> Indices:
        starts: Indices = np.cumsum(self.lengths) - self.lengths
        return starts

    def part(self, start: int, end: int) -> Received:
        """Packets `start` to `end`; the whole costs nothing."""
        if start == 0 and end == len(self):
            return self
        first = int(self.lengths[:start].sum())
        last = first + int(self.lengths[start:end].sum())
        return Received(
            self.times_s[start:end],
            self.sequence[start:end],
            self.timestamps[start:end],
            self.payload_types[start:end],
            self.lengths[start:end],
            self.data[first:last],
        )

    def chosen(self, index: Indices) -> Received:
        """The packets of `index`, in its order."""
        return Received(
            self.times_s[index],
            self.sequence[index],
            self.timestamps[index],
            self.payload_types[index],
            self.lengths[index],
            joined_payloads(self.data, self.starts[index], self.lengths[index]),
        )

    def numbered(self, sequence: Indices, timestamps: Indices) -> Received:
        """The same with unwrapped numbers."""
        return Received(self.times_s, sequence, timestamps, self.payload_types, self.lengths, self.data)


def joined(parts: Sequence[Received]) -> Received:
    """The packets of one part after those of another; of one part alone, itself."""
    if len(parts) == 1:
        return parts[0]
    return Received(
        np.concatenate([part.times_s for part in parts]),
        np.concatenate([part.sequence for part in parts]),
        np.concatenate([part.timestamps for part in parts]),
        np.concatenate([part.payload_types for part in parts]),
        np.concatenate([part.lengths for part in parts]),
        np.concatenate([part.data for part in parts]),
    )


def ssrc_of(packets: RtpPackets) -> int:
    """The sender's number, from the first packet's header: one stream has one."""
    start = int(packets.header_starts[0])
    return int.from_bytes(packets.data[start + SSRC_OFFSET : start + _SSRC_END].tobytes(), "big")


def cut(packets: RtpPackets, start: int, end: int) -> RtpPackets:
    """Packets `start` to `end`; the whole costs nothing."""
    if start == 0 and end >= len(packets):
        return packets
    at = slice(start, end)
    return RtpPackets(
        packets.times_s[at],
        packets.sequence[at],
        packets.timestamps[at],
        packets.payload_types[at],
        packets.markers[at],
        packets.data,
        packets.starts[at],
        packets.lengths[at],
        packets.header_starts[at],
        packets.packet_lengths[at],
    )


def in_order_of_arrival(batches: list[RtpPackets]) -> list[RtpPackets]:
    """The same packets, batches cut where another's packets came in between.

    Of one capture file's batch, one sender's packets come before the other's whatever the time: here they take turns.
    """
    batches = sorted((batch for batch in batches if len(batch)), key=lambda batch: float(batch.times_s[0]))
    if all(a.times_s[-1] <= b.times_s[0] for a, b in pairwise(batches)):
        return batches
    owner = np.repeat(np.arange(len(batches)), [len(batch) for batch in batches])
    order = np.argsort(np.concatenate([batch.times_s for batch in batches]), kind="stable")
    owner = owner[order]
    edges = [0, *(np.flatnonzero(np.diff(owner)) + 1).tolist(), len(owner)]
    used = [0] * len(batches)
    pieces = []
    for start, end in pairwise(edges):
        whose = int(owner[start])
        pieces.append(cut(batches[whose], used[whose], used[whose] + end - start))
        used[whose] += end - start
    return pieces
