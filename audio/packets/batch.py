"""Captured packets by the thousand: arrays instead of objects, so that a capture file is read at disk speed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Indices = npt.NDArray[np.int64]
Times = npt.NDArray[np.float64]


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

    def payload(self, index: int) -> bytes:
        start = int(self.starts[index])
        return self.data[start : start + int(self.lengths[index])].tobytes()


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
