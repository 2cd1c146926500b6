"""Captured packets by the thousand: arrays instead of objects, so that a capture file is read at disk speed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Indices = npt.NDArray[np.int64]
Times = npt.NDArray[np.float64]
Heads = npt.NDArray[np.void]

HEAD = np.dtype([("flags", "u1"), ("type", "u1"), ("sequence", ">u2"), ("timestamp", ">u4"), ("ssrc", ">u4")])
"""What every payload is looked at for, as RTP names it (RFC 3550, 5.1)."""


@dataclass(frozen=True, slots=True, eq=False)
class PacketBatch:
    """Frames as captured. Frame i is `data[starts[i] : starts[i] + lengths[i]]`, at `times_s[i]` since 1970."""

    link_type: int
    """As libpcap numbers them (DLT or LINKTYPE)."""
    data: Bytes
    starts: Indices
    lengths: Indices
    """Captured bytes, which may be fewer than were sent."""
    times_s: Times


@dataclass(frozen=True, slots=True)
class Flow:
    """One direction between two ports. Addresses as text, IPv6 in its shortest form."""

    source: str
    source_port: int
    destination: str
    destination_port: int

    @property
    def reverse(self) -> Flow:
        return Flow(self.destination, self.destination_port, self.source, self.source_port)


@dataclass(frozen=True, slots=True, eq=False)
class Datagrams:
    """UDP payloads in order of capture: payload i is `data[starts[i] : starts[i] + lengths[i]]`."""

    data: Bytes
    starts: Indices
    lengths: Indices
    times_s: Times
    flow: npt.NDArray[np.int32]
    """Index into `flows`."""
    flows: Sequence[Flow]
    """Of one decoder this list only grows, so that an index means the same flow for the whole capture."""
    heads: Heads | None = None
    """The first bytes of each payload, as `heads_of` gives them, where they were read already."""

    def payload(self, index: int) -> bytes:
        start = int(self.starts[index])
        return self.data[start : start + int(self.lengths[index])].tobytes()


def rows_at(data: Bytes, starts: Indices, size: int) -> Heads:
    """`size` bytes from each start, as one item each: twice as fast as rows of bytes (46 against 97 ns for 12 bytes).

    Raises:
        IndexError, ValueError: where they reach beyond the data.
    """
    everywhere = np.ndarray((len(data) - size + 1,), f"V{size}", data, 0, (1,))
    return everywhere[starts]


def heads_of(datagrams: Datagrams) -> Heads:
    """The first 12 bytes of each payload side by side; what lies behind a shorter payload means nothing.

    Payloads lie far apart: to read each once, and not once for every question, is what a capture file's speed is of.
    """
    if datagrams.heads is not None:
        return datagrams.heads
    data, last = np.ascontiguousarray(datagrams.data), len(datagrams.data) - HEAD.itemsize
    if last < 0 or len(datagrams.starts) == 0:
        data, last = np.concatenate((data, np.zeros(HEAD.itemsize, np.uint8))), len(data)
    heads = rows_at(data, np.minimum(datagrams.starts, last), HEAD.itemsize)
    for index in np.flatnonzero(datagrams.starts > last).tolist():
        rest = data[int(datagrams.starts[index]) :].tobytes()
        heads[index] = np.void(rest.ljust(HEAD.itemsize, b"\0"))
    return heads.view(HEAD)


@dataclass(frozen=True, slots=True)
class TcpSegment:
    at_s: float
    flow: Flow
    sequence: int
    syn: bool
    fin: bool
    rst: bool
    payload: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """What a batch of frames carries."""

    datagrams: Datagrams
    segments: tuple[TcpSegment, ...] = ()
    unreadable: int = 0
    """Frames of no protocol that we follow, cut short or malformed."""
