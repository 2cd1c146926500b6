"""One frame at a time, whatever it is wrapped in: tags, tunnels, IPv6, options, fragments."""

from __future__ import annotations

from dataclasses import dataclass

from audio.packets.fragments import Fragments
from audio.packets.ip import (
    GRE,
    IP_IN_IP,
    IPV6_IN_IP,
    TCP,
    UDP,
    IpPacket,
    past_authentication,
    past_extensions,
    read_ip,
)
from audio.packets.link_layers import IPV4, IPV6, network_layer
from audio.packets.tunnels import VXLAN_PORTS, Inner, gre, vxlan
from models.errors import CaptureError

_MAX_DEPTH = 6
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class TcpHeader:
    sequence: int
    flags: int


@dataclass(frozen=True, slots=True)
class Carried:
    """The payload is `buffer[start : start + length]`; `key` is the flow as in the packet."""

    buffer: memoryview
    start: int
    length: int
    key: bytes
    tcp: TcpHeader | None = None
    """`None` for UDP."""


class OddFrames:
    def __init__(self, fragments: Fragments) -> None:
        self._fragments = fragments

    def read(self, view: memoryview, span: Span, link_type: int, at_s: float, depth: int = 0) -> Carried | None:
        """What the frame at `span` of `view` carries; `None` for a fragment that waits for others.

        Raises:
            CaptureError: `unreadable`: no UDP or TCP over IP, malformed, or cut short.
        """
        kind, at = network_layer(view, *span, link_type)
        return self._packet(view, read_ip(view, kind, at, span[1]), at_s, depth)

    def _packet(self, view: memoryview, packet: IpPacket, at_s: float, depth: int) -> Carried | None:
        if packet.piece is not None:
            whole = self._fragments.add(packet, bytes(view[packet.at : packet.end]), at_s)
            if whole is None:
                return None
            view = memoryview(whole)
            rest = IpPacket(packet.protocol, packet.source, packet.destination, 0, len(whole))
            packet = past_extensions(view, rest) if len(packet.source) == 16 else past_authentication(view, rest)
            if packet.piece is not None:
                raise CaptureError("a fragment inside a fragment", "unreadable")
        if packet.protocol == UDP:
            return self._udp(view, packet, at_s, depth)
        if packet.protocol == TCP:
            return _tcp(view, packet)
        return self._inner(view, _tunnel(view, packet), packet.end, at_s, depth)

    def _udp(self, view: memoryview, packet: IpPacket, at_s: float, depth: int) -> Carried | None:
        at, room = packet.at, packet.end - packet.at
        length = int.from_bytes(view[at + 4 : at + 6], "big") if room >= 8 else 0
        if not 8 <= length <= room:
            raise CaptureError("a UDP datagram malformed or cut short", "unreadable")
        if int.from_bytes(view[at + 2 : at + 4], "big") in VXLAN_PORTS:
            inner = vxlan(view, at + 8, at + length)
            if inner is not None:
                return self._inner(view, inner, at + length, at_s, depth)
        return Carried(view, at + 8, length - 8, _key(view, packet))

    def _inner(self, view: memoryview, inner: Inner, end: int, at_s: float, depth: int) -> Carried | None:
        if depth == _MAX_DEPTH:
            raise CaptureError("too many tunnels inside each other", "unreadable")
        if inner.link_type is not None:
            return self.read(view, (inner.at, end), inner.link_type, at_s, depth + 1)
        return self._packet(view, read_ip(view, inner.kind, inner.at, end), at_s, depth + 1)


def _tunnel(view: memoryview, packet: IpPacket) -> Inner:
    if packet.protocol == GRE:
        return gre(view, packet.at, packet.end)
    if packet.protocol == IP_IN_IP:
        return Inner(packet.at, None, IPV4)
    if packet.protocol == IPV6_IN_IP:
        return Inner(packet.at, None, IPV6)
    raise CaptureError("neither UDP nor TCP", "unreadable")


def _tcp(view: memoryview, packet: IpPacket) -> Carried:
    at, room = packet.at, packet.end - packet.at
    header_bytes = (view[at + 12] >> 4) * 4 if room >= 20 else 0
    if not 20 <= header_bytes <= room:
        raise CaptureError("a TCP segment malformed or cut short", "unreadable")
    header = TcpHeader(int.from_bytes(view[at + 4 : at + 8], "big"), view[at + 13])
    return Carried(view, at + header_bytes, room - header_bytes, _key(view, packet), header)


def _key(view: memoryview, packet: IpPacket) -> bytes:
    return packet.source + packet.destination + bytes(view[packet.at : packet.at + 4])
