"""The next generation capture format (draft-ietf-opsawg-pcapng): sections, interfaces, packets."""

from __future__ import annotations

import struct
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from audio.packets.batch import Bytes, Indices, PacketBatch
from audio.packets.parsing import Parsed, batches, words_at
from audio.packets.pcapng_blocks import (
    INTERFACE,
    OLD_PACKET,
    PACKET,
    SECTION,
    SIMPLE_PACKET,
    Interface,
    Packets,
    enhanced_packets,
    interface_of,
    old_packet,
    simple_packet,
)
from models.errors import CaptureError

MAGIC = b"\x0a\x0d\x0d\x0a"
_BYTE_ORDERS = {b"\x4d\x3c\x2b\x1a": "<", b"\x1a\x2b\x3c\x4d": ">"}
_MAX_BLOCK_BYTES = 16 << 20
_MAX_INTERFACES = 4096
_SMALLEST_BLOCK_BYTES = 12


class PcapngParser:
    """Reads one file from its first byte. Blocks of other kinds are passed over."""

    def __init__(self) -> None:
        self._order = "<"
        self._interfaces: list[Interface] = []
        self._last_s = 0.0

    def parse(self, data: Bytes) -> Parsed:
        found: list[Packets] = []
        here, damage = 0, None
        try:
            while here < (end := self._section(data, here, found)):
                here = end
        except CaptureError as error:
            damage, here = error.code, len(data)
        return Parsed(_in_batches(data, found), here, damage)

    def _section(self, data: Bytes, begin: int, found: list[Packets]) -> int:
        """Adds the packets from `begin` to the next section's head; where the last whole block ends.

        Raises:
            CaptureError: `damaged`; what came before is in `found`.
        """
        view = data.data
        if len(view) - begin < _SMALLEST_BLOCK_BYTES:
            return begin
        if bytes(view[begin : begin + 4]) == MAGIC:
            self._begin_section(bytes(view[begin + 8 : begin + 12]))
        blocks, end, sound = _block_offsets(view, begin, self._order)
        self._read(data, np.array(blocks, np.int64), found)
        if not sound:
            raise CaptureError("a block's length cannot be: the file is damaged there", "damaged")
        return end

    def _begin_section(self, byte_order: bytes) -> None:
        if byte_order not in _BYTE_ORDERS:
            raise CaptureError("a section of unknown byte order", "damaged")
        self._order = _BYTE_ORDERS[byte_order]
        self._interfaces = []

    def _read(self, data: Bytes, at: Indices, found: list[Packets]) -> None:
        head = words_at(data, at, 2, self._order)
        others = np.flatnonzero(head[:, 0] != PACKET).tolist()
        for before, other in pairwise((-1, *others, len(at))):
            self._read_run(data, at[before + 1 : other], head[before + 1 : other, 1], found)
            if other < len(at):
                block = data[at[other] : at[other] + head[other, 1]].tobytes()
                self._read_other(int(head[other, 0]), block, int(at[other]), found)

    def _read_run(self, data: Bytes, at: Indices, sizes: npt.NDArray[np.uint32], found: list[Packets]) -> None:
        if not len(at):
            return
        packets = enhanced_packets(data, at, sizes, self._interfaces, self._order)
        if len(packets.times_s):
            self._last_s = float(packets.times_s[-1])
            found.append(packets)
        if len(packets.times_s) < len(at):
            raise CaptureError("a packet that its block cannot hold: the file is damaged there", "damaged")

    def _read_other(self, kind: int, block: bytes, at: int, found: list[Packets]) -> None:
        try:
            if kind == INTERFACE:
                self._add_interface(interface_of(block, self._order))
            elif kind == OLD_PACKET:
                found.append(old_packet(block, at, self._interfaces, self._order))
                self._last_s = float(found[-1].times_s[-1])
            elif kind == SIMPLE_PACKET:
                found.append(simple_packet(block, at, self._interfaces, self._order, self._last_s))
            elif kind == SECTION and len(block) < 28:
                raise CaptureError("a section's head is cut short", "damaged")
        except (struct.error, LookupError) as error:
            raise CaptureError("a block that is cut short: the file is damaged there", "damaged") from error

    def _add_interface(self, interface: Interface) -> None:
        if len(self._interfaces) == _MAX_INTERFACES:
            raise CaptureError(f"more than {_MAX_INTERFACES} interfaces in one section", "damaged")
        self._interfaces.append(interface)


def _block_offsets(view: memoryview, begin: int, order: str) -> tuple[list[int], int, bool]:
    """Whole blocks up to the next section's head, where the last of them ends, and whether its successor can be."""
    head_at = struct.Struct(order + "II").unpack_from
    found: list[int] = []
    keep = found.append
    here, last = begin, len(view) - _SMALLEST_BLOCK_BYTES
    while here <= last:
        kind, length = head_at(view, here)
        if kind == SECTION and here != begin:
            break
        if not _SMALLEST_BLOCK_BYTES <= length <= _MAX_BLOCK_BYTES or length % 4:
            return found, here, False
        if here + length > len(view):
            break
        keep(here)
        here += length
    return found, here, True


def _in_batches(data: Bytes, found: list[Packets]) -> tuple[PacketBatch, ...]:
    if not found:
        return ()
    return batches(
        data,
        np.concatenate([packets.starts for packets in found]),
        np.concatenate([packets.lengths for packets in found]),
        np.concatenate([packets.times_s for packets in found]),
        np.concatenate([packets.link_types for packets in found]),
    )
