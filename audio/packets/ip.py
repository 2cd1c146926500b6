"""One IP packet's header (RFC 791, RFC 8200), read with no trust in it."""

from __future__ import annotations

from dataclasses import dataclass

from audio.packets.link_layers import IPV4, IPV6
from models.errors import CaptureError

TCP, UDP, GRE, IP_IN_IP, IPV6_IN_IP = 6, 17, 47, 4, 41
_HOP_BY_HOP, _ROUTING, _FRAGMENT, _AUTHENTICATION, _DESTINATION, _MOBILITY = 0, 43, 44, 51, 60, 135
_EXTENSIONS = frozenset({_HOP_BY_HOP, _ROUTING, _DESTINATION, _MOBILITY})
_MAX_EXTENSIONS = 8
_MORE_FRAGMENTS = 0x2000


@dataclass(frozen=True, slots=True)
class Piece:
    """Which part of its datagram a fragment is."""

    identification: int
    offset: int
    """In bytes."""
    more: bool


@dataclass(frozen=True, slots=True)
class IpPacket:
    """The payload is `[at, end)` of the buffer that it was read from; addresses are 4 or 16 bytes."""

    protocol: int
    source: bytes
    destination: bytes
    at: int
    end: int
    piece: Piece | None = None


def read_ip(view: memoryview, kind: int, at: int, end: int) -> IpPacket:
    """A packet of EtherType `kind`. Raises CaptureError (`unreadable`): no IP, malformed, or cut short."""
    if kind == IPV4:
        return _read_v4(view, at, end)
    if kind == IPV6:
        return _read_v6(view, at, end)
    raise CaptureError("not IP", "unreadable")


def _read_v4(view: memoryview, at: int, end: int) -> IpPacket:
    if end - at < 20 or view[at] >> 4 != 4:
        raise CaptureError("not an IPv4 header", "unreadable")
    header_bytes = (view[at] & 15) * 4
    total = _short(view, at + 2) or end - at  # 0: the card was to cut it (TCP segmentation offload)
    if header_bytes < 20 or total < header_bytes or at + total > end:
        raise CaptureError("an IPv4 packet malformed or cut short", "unreadable")
    flags = _short(view, at + 6)
    offset = (flags & 0x1FFF) * 8
    more = bool(flags & _MORE_FRAGMENTS)
    piece = Piece(_short(view, at + 4), offset, more) if offset or more else None
    source, destination = bytes(view[at + 12 : at + 16]), bytes(view[at + 16 : at + 20])
    packet = IpPacket(view[at + 9], source, destination, at + header_bytes, at + total, piece)
    return packet if piece else past_authentication(view, packet)


def _read_v6(view: memoryview, at: int, end: int) -> IpPacket:
    if end - at < 40 or view[at] >> 4 != 6:
        raise CaptureError("not an IPv6 header", "unreadable")
    length = _short(view, at + 4)
    if at + 40 + length > end:
        raise CaptureError("an IPv6 packet cut short", "unreadable")
    end = at + 40 + length if length else end
    source, destination = bytes(view[at + 8 : at + 24]), bytes(view[at + 24 : at + 40])
    return past_extensions(view, IpPacket(view[at + 6], source, destination, at + 40, end))


def past_extensions(view: memoryview, packet: IpPacket) -> IpPacket:
    """Behind IPv6's extension headers, as far as the fragment header. Raises CaptureError (`unreadable`)."""
    protocol, at, end = packet.protocol, packet.at, packet.end
    for _ in range(_MAX_EXTENSIONS):
        if protocol == _FRAGMENT:
            return _fragment(view, packet, at)
        if protocol not in _EXTENSIONS:
            found = IpPacket(protocol, packet.source, packet.destination, at, end)
            return past_authentication(view, found)
        if end - at < 8:
            break
        protocol, at = view[at], at + (view[at + 1] + 1) * 8
        if at > end:
            break
    raise CaptureError("IPv6 extension headers malformed or too many", "unreadable")


def _fragment(view: memoryview, packet: IpPacket, at: int) -> IpPacket:
    if packet.end - at < 8:
        raise CaptureError("an IPv6 fragment header cut short", "unreadable")
    flags = _short(view, at + 2)
    piece = Piece(int.from_bytes(view[at + 4 : at + 8], "big"), flags & 0xFFF8, bool(flags & 1))
    return IpPacket(view[at], packet.source, packet.destination, at + 8, packet.end, piece)


def past_authentication(view: memoryview, packet: IpPacket) -> IpPacket:
    """Behind an authentication header (RFC 4302), if there is one. Raises CaptureError (`unreadable`)."""
    if packet.protocol != _AUTHENTICATION:
        return packet
    if packet.end - packet.at < 12:
        raise CaptureError("an authentication header cut short", "unreadable")
    at = packet.at + (view[packet.at + 1] + 2) * 4
    if at > packet.end:
        raise CaptureError("an authentication header malformed", "unreadable")
    return IpPacket(view[packet.at], packet.source, packet.destination, at, packet.end)


def _short(view: memoryview, at: int) -> int:
    return (view[at] << 8) | view[at + 1]
