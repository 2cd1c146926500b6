"""The blocks of a pcapng file (draft-ietf-opsawg-pcapng, section 4)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audio.packets.batch import Bytes, Indices, Times
from audio.packets.parsing import MAX_PACKET_BYTES, words_at
from models.errors import CaptureError

SECTION, INTERFACE, OLD_PACKET, SIMPLE_PACKET, PACKET = 0x0A0D0D0A, 1, 2, 3, 6
_PACKET_HEADER_BYTES = 28
_TRAILER_BYTES = 4
_OPTION_TIME_RESOLUTION, _OPTION_TIME_OFFSET = 9, 14
_MOST_PER_SECOND = 1 << 62


@dataclass(frozen=True, slots=True)
class Interface:
    link_type: int
    snap_bytes: int
    """0 for no limit."""
    per_second: int = 1_000_000
    """Ticks of its clock."""
    offset_s: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Packets:
    starts: Indices
    lengths: Indices
    times_s: Times
    link_types: npt.NDArray[np.int64]


def interface_of(block: bytes, order: str) -> Interface:
    """Section 4.2. Raises struct.error where cut short, CaptureError (`damaged`) for a clock that cannot be."""
    here, end = 16, len(block) - _TRAILER_BYTES
    link_type, _, snap_bytes = struct.unpack_from(order + "HHI", block[:end], 8)
    per_second, offset_s = 1_000_000, 0
    while here + 4 <= end:
        code, length = struct.unpack_from(order + "HH", block, here)
        value = block[here + 4 : min(here + 4 + length, end)]
        if code == 0:
            break
        if code == _OPTION_TIME_RESOLUTION and value:
            per_second = 1 << (value[0] & 0x7F) if value[0] & 0x80 else 10 ** value[0]
        elif code == _OPTION_TIME_OFFSET and len(value) == 8:
            (offset_s,) = struct.unpack(order + "q", value)
        here += 4 + length + (-length % 4)
    if per_second > _MOST_PER_SECOND:
        raise CaptureError("an interface whose clock ticks too fast to be true", "damaged")
    return Interface(link_type, snap_bytes, per_second, offset_s)


def enhanced_packets(
    data: Bytes, at: Indices, sizes: npt.NDArray[np.uint32], interfaces: Sequence[Interface], order: str
) -> Packets:
    """Section 4.3, vectorised: blocks at `at` of `sizes` bytes, up to the first whose figures cannot be."""
    room = sizes.astype(np.int64) - (_PACKET_HEADER_BYTES + _TRAILER_BYTES)
    count = _first_false(room >= 0)
    at, room = at[:count], room[:count]
    words = words_at(data, at, 7, order)
    lengths = words[:, 5].astype(np.int64)
    trailers = words_at(data, at + room + _PACKET_HEADER_BYTES, 1, order)[:, 0]
    sound = (lengths <= np.minimum(room, MAX_PACKET_BYTES)) & (trailers == words[:, 1])
    count = _first_false(sound & (words[:, 2] < len(interfaces)))
    of = words[:count, 2]
    times_s = _times_s(words[:count, 3], words[:count, 4], of, interfaces)
    link_types = np.array([one.link_type for one in interfaces], np.int64)[of]
    return Packets(at[:count] + _PACKET_HEADER_BYTES, lengths[:count], times_s, link_types)


def old_packet(block: bytes, at: int, interfaces: Sequence[Interface], order: str) -> Packets:
    """Appendix A: the packet block of old files. Raises struct.error, LookupError or CaptureError (`damaged`)."""
    number, _, high, low, length, _ = struct.unpack_from(order + "HHIIII", block, 8)
    if length > min(len(block) - _PACKET_HEADER_BYTES - _TRAILER_BYTES, MAX_PACKET_BYTES):
        raise CaptureError("a packet that its block cannot hold", "damaged")
    ticks, interface = (high << 32) | low, interfaces[number]
    at_s = ticks // interface.per_second + ticks % interface.per_second / interface.per_second + interface.offset_s
    return _single(at + _PACKET_HEADER_BYTES, length, at_s, interface)


def simple_packet(block: bytes, at: int, interfaces: Sequence[Interface], order: str, last_s: float) -> Packets:
    """Section 4.4. It has no time of its own and takes the last packet's. Raises as `old_packet` does."""
    (original,) = struct.unpack_from(order + "I", block, 8)
    interface = interfaces[0]
    most = min(len(block) - 12 - _TRAILER_BYTES, MAX_PACKET_BYTES, interface.snap_bytes or MAX_PACKET_BYTES)
    return _single(at + 12, min(original, most), last_s, interface)


def _single(start: int, length: int, at_s: float, interface: Interface) -> Packets:
    return Packets(np.array([start]), np.array([length]), np.array([at_s], float), np.array([interface.link_type]))


def _first_false(sound: npt.NDArray[np.bool_]) -> int:
    return len(sound) if sound.all() else int(np.argmin(sound))


def _times_s(
    high: npt.NDArray[np.uint32],
    low: npt.NDArray[np.uint32],
    of: npt.NDArray[np.uint32],
    interfaces: Sequence[Interface],
) -> Times:
    """Whole seconds and the rest apart: nanoseconds since 1970 are more than a float holds."""
    ticks = (high.astype(np.uint64) << np.uint64(32)) | low
    per_second = np.array([one.per_second for one in interfaces], np.uint64)[of]
    offset_s = np.array([one.offset_s for one in interfaces], np.float64)[of]
    seconds, rest = np.divmod(ticks, per_second)
    return np.asarray(seconds + rest / per_second + offset_s, np.float64)
