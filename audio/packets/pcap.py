"""The classic capture format (draft-ietf-opsawg-pcap): both byte orders, microseconds and nanoseconds."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np

from audio.packets.batch import Bytes, Indices
from audio.packets.parsing import MAX_PACKET_BYTES, Parsed, batches, words_at

HEADER_BYTES = 24
_LINK_TYPE_BITS = 0xFFFF
"""The upper ones tell of a frame check sequence."""


@dataclass(frozen=True, slots=True)
class _Kind:
    order: str
    per_second: float
    record_bytes: int = 16


_KINDS = {
    b"\xd4\xc3\xb2\xa1": _Kind(order="<", per_second=1e6),
    b"\xa1\xb2\xc3\xd4": _Kind(order=">", per_second=1e6),
    b"\x4d\x3c\xb2\xa1": _Kind(order="<", per_second=1e9),
    b"\xa1\xb2\x3c\x4d": _Kind(order=">", per_second=1e9),
    b"\x34\xcd\xb2\xa1": _Kind(order="<", per_second=1e6, record_bytes=24),  # Kuznetzov's, of old Linux
    b"\xa1\xb2\xcd\x34": _Kind(order=">", per_second=1e6, record_bytes=24),
}
MAGICS = tuple(_KINDS)


class PcapParser:
    """Reads one file from its first byte."""

    def __init__(self) -> None:
        self._kind: _Kind | None = None
        self._link_type = 0

    def parse(self, data: Bytes) -> Parsed:
        begin = 0
        if self._kind is None:
            if len(data) < HEADER_BYTES:
                return Parsed((), 0)
            header = data[:HEADER_BYTES].tobytes()
            self._kind = _KINDS.get(header[:4])
            if self._kind is None:
                return Parsed((), 0, "damaged")
            (link_type,) = struct.unpack_from(self._kind.order + "I", header, 20)
            self._link_type = link_type & _LINK_TYPE_BITS
            begin = HEADER_BYTES
        return self._records(data, begin, self._kind)

    def _records(self, data: Bytes, begin: int, kind: _Kind) -> Parsed:
        at, end, damage = record_offsets(data, begin, kind.record_bytes, kind.order)
        words = words_at(data, at, 3, kind.order)
        times_s = words[:, 0] + words[:, 1] / kind.per_second
        lengths = words[:, 2].astype(np.int64)
        link_types = np.full(len(at), self._link_type)
        return Parsed(batches(data, at + kind.record_bytes, lengths, times_s, link_types), end, damage)


def record_offsets(data: Bytes, begin: int, header_bytes: int, order: str) -> tuple[Indices, int, str | None]:
    """Where whole records begin, where the last one ends, and `damaged` where a length cannot be.

    The one loop over packets: each record says where the next begins.
    """
    length_at = struct.Struct(order + "8xI").unpack_from
    view = data.data
    found: list[int] = []
    keep = found.append
    damage = None
    last, here = len(data) - header_bytes, begin
    while here <= last:
        length = length_at(view, here)[0]
        if length > MAX_PACKET_BYTES:
            damage = "damaged"
            break
        keep(here)
        here += header_bytes + length
    if here > len(data):
        here = found.pop()
    return np.array(found, np.int64), here, damage
