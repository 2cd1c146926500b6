"""Datagrams put together from IP fragments (RFC 791, RFC 8200), within bounds.

A big INVITE does not fit a packet, and a recorder that drops its second half loses the call.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from audio.packets.ip import UDP, IpPacket

_MAX_DATAGRAM_BYTES = 65_535
_Key = tuple[bytes, bytes, int, int]


@dataclass(frozen=True, slots=True)
class FragmentLimits:
    max_pending: int = 1024
    """Datagrams; beyond it the oldest is given up."""
    max_pieces: int = 128
    """Of one datagram: 65,535 bytes in packets of 512."""
    expire_s: float = 15.0
    """On the capture clock (RFC 791's lower bound)."""
    remember_s: float = 1.0
    """A datagram that was whole: late copies of its fragments, which mirror ports make, begin no new one."""


DEFAULT_LIMITS = FragmentLimits()


@dataclass(slots=True)
class _Pending:
    began_s: float
    pieces: dict[int, bytes] = field(default_factory=dict)
    total: int | None = None
    held: int = 0
    reaches: int = 0
    closed: bool = False
    """Whole already, or refused: further fragments are swallowed."""


class Fragments:
    """Fragments in, whole payloads out. Memory is bounded by `max_pending` datagrams of 64 KiB."""

    def __init__(self, limits: FragmentLimits = DEFAULT_LIMITS) -> None:
        self._limits = limits
        self._pending: OrderedDict[_Key, _Pending] = OrderedDict()
        self.refused = 0
        """Datagrams given up: overlapping (RFC 5722), too big, too many pieces, incomplete, or of a wrong checksum."""

    def add(self, packet: IpPacket, payload: bytes, at_s: float) -> bytes | None:
        """The whole datagram's payload where this fragment completes it."""
        piece = packet.piece
        if piece is None:
            return payload
        self._expire(at_s)
        key = (packet.source, packet.destination, packet.protocol, piece.identification)
        pending = self._pending.get(key)
        if pending is None or (pending.closed and at_s - pending.began_s > self._limits.remember_s):
            self._pending.pop(key, None)
            pending = self._pending[key] = _Pending(at_s)
        if pending.closed or pending.pieces.get(piece.offset) == payload:
            return None
        if not self._keep(pending, piece.offset, payload, more=piece.more):
            self._close(pending, refused=True)
            return None
        return self._whole(packet, pending)

    def _keep(self, pending: _Pending, offset: int, payload: bytes, *, more: bool) -> bool:
        end = offset + len(payload)
        if not payload or end > _MAX_DATAGRAM_BYTES or len(pending.pieces) == self._limits.max_pieces:
            return False
        if more and len(payload) % 8:
            return False
        if not more:
            if pending.total is not None:
                return False
            pending.total = end
        if any(offset < other + len(held) and other < end for other, held in pending.pieces.items()):
            return False
        pending.pieces[offset] = payload
        pending.held += len(payload)
        pending.reaches = max(pending.reaches, end)
        return pending.total is None or pending.reaches <= pending.total

    def _whole(self, packet: IpPacket, pending: _Pending) -> bytes | None:
        if pending.held != pending.total:
            return None
        whole = b"".join(pending.pieces[offset] for offset in sorted(pending.pieces))
        sound = packet.protocol != UDP or udp_checksum_holds(packet.source, packet.destination, whole)
        self._close(pending, refused=not sound)
        return whole if sound else None

    def _close(self, pending: _Pending, *, refused: bool) -> None:
        pending.closed = True
        pending.pieces.clear()
        self.refused += refused

    def _expire(self, now_s: float) -> None:
        while self._pending:
            key, oldest = next(iter(self._pending.items()))
            if now_s - oldest.began_s <= self._limits.expire_s and len(self._pending) < self._limits.max_pending:
                break
            del self._pending[key]
            self.refused += not oldest.closed


def udp_checksum_holds(source: bytes, destination: bytes, datagram: bytes) -> bool:
    """RFC 768, over the pseudo header; True where the sender made none (0)."""
    if len(datagram) < 8 or datagram[6:8] == b"\0\0":
        return True
    covered = source + destination + len(datagram).to_bytes(4, "big") + UDP.to_bytes(4, "big") + datagram
    covered += b"\0" * (len(covered) % 2)
    # 2**16 is 1 modulo 65535: the sum of 16-bit words in ones' complement is the whole number modulo 65535.
    return int.from_bytes(covered, "big") % 0xFFFF == 0
