"""Packets and capture files, byte by byte."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable, Sequence

import numpy as np

from audio.packets.batch import Frames, PacketBatch

CALLER, CALLEE = "192.0.2.1", "192.0.2.2"
CALLER_6, CALLEE_6 = "2001:db8::1", "2001:db8::2"


def address(text: str) -> bytes:
    return socket.inet_pton(socket.AF_INET6 if ":" in text else socket.AF_INET, text)


def checksum(data: bytes) -> int:
    total: int = sum(struct.unpack(f"!{(len(data) + 1) // 2}H", data + b"\0" * (len(data) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def udp(payload: bytes, sport: int = 4000, dport: int = 5000, ends: tuple[str, str] | None = None) -> bytes:
    """With a checksum where the two addresses are given."""
    head = struct.pack("!HHHH", sport, dport, 8 + len(payload), 0)
    if ends is None:
        return head + payload
    pseudo = address(ends[0]) + address(ends[1]) + struct.pack("!IBBBB", 8 + len(payload), 0, 0, 0, 17)
    return head[:6] + struct.pack("!H", checksum(pseudo + head + payload) or 0xFFFF) + payload


def tcp(payload: bytes, sequence: int = 1, flags: int = 0x18, sport: int = 5060, dport: int = 5060) -> bytes:
    return struct.pack("!HHIIBBHHH", sport, dport, sequence, 0, 0x50, flags, 8192, 0, 0) + payload


def ipv4(
    body: bytes,
    protocol: int = 17,
    *,
    ends: tuple[str, str] = (CALLER, CALLEE),
    flags: int = 0,
    ident: int = 7,
    options: bytes = b"",
) -> bytes:
    size = 20 + len(options)
    head = struct.pack("!BBHHHBBH", 0x40 | size // 4, 0, size + len(body), ident, flags, 64, protocol, 0)
    return head + address(ends[0]) + address(ends[1]) + options + body


def ipv6(body: bytes, following: int = 17, *, ends: tuple[str, str] = (CALLER_6, CALLEE_6)) -> bytes:
    return struct.pack("!IHBB", 6 << 28, len(body), following, 64) + address(ends[0]) + address(ends[1]) + body


def fragments_v4(body: bytes, size: int, protocol: int = 17, ident: int = 7) -> list[bytes]:
    """`size` is a multiple of 8."""
    cuts = range(0, len(body), size)
    more = [0x2000 if cut + size < len(body) else 0 for cut in cuts]
    return [
        ipv4(body[cut : cut + size], protocol, flags=flag | cut // 8, ident=ident)
        for cut, flag in zip(cuts, more, strict=True)
    ]


def fragments_v6(body: bytes, size: int, protocol: int = 17, ident: int = 7) -> list[bytes]:
    found = []
    for cut in range(0, len(body), size):
        more = int(cut + size < len(body))
        head = struct.pack("!BBHI", protocol, 0, cut | more, ident)
        found.append(ipv6(head + body[cut : cut + size], 44))
    return found


def ethernet(packet: bytes, *tags: int) -> bytes:
    """`tags` are TPIDs, outermost first."""
    kind = 0x86DD if packet[0] >> 4 == 6 else 0x0800
    return bytes(12) + b"".join(struct.pack("!HH", tag, 100) for tag in tags) + struct.pack("!H", kind) + packet


def sll(packet: bytes) -> bytes:
    kind = 0x86DD if packet[0] >> 4 == 6 else 0x0800
    return struct.pack("!HHH8sH", 0, 1, 6, bytes(8), kind) + packet


def sll2(packet: bytes) -> bytes:
    kind = 0x86DD if packet[0] >> 4 == 6 else 0x0800
    return struct.pack("!HHIHBB8s", kind, 0, 1, 1, 0, 6, bytes(8)) + packet


def vxlan(frame: bytes) -> bytes:
    return ipv4(udp(b"\x08\0\0\0" + b"\0\0\x2a\0" + frame, 50000, 4789), ends=("10.0.0.1", "10.0.0.2"))


def gre(inner: bytes, kind: int, *, sequence: bool = False, header: bytes = b"") -> bytes:
    head = struct.pack("!HH", 0x1000 if sequence else 0, kind) + (bytes(4) if sequence else b"")
    return ipv4(head + header + inner, 47, ends=("10.0.0.1", "10.0.0.2"))


def batch(frames: Sequence[bytes], link_type: int = 1, times_s: Iterable[float] | None = None) -> PacketBatch:
    lengths = np.array([len(frame) for frame in frames], np.int64)
    starts = np.cumsum(lengths) - lengths
    at = np.array(list(times_s) if times_s is not None else [100.0 + i for i in range(len(frames))], np.float64)
    return PacketBatch(link_type, np.frombuffer(b"".join(frames), np.uint8), starts, lengths, at)


def told(frames: Frames) -> list[tuple[str, int, str, int, bytes]]:
    """Every datagram: its flow and its payload."""
    found = []
    for row, index in enumerate(frames.datagrams.flow.tolist()):
        flow = frames.datagrams.flows[index]
        ends = (flow.source, flow.source_port, flow.destination, flow.destination_port)
        found.append((*ends, frames.datagrams.payload(row)))
    return found


def pcap(
    packets: Iterable[tuple[float, bytes]], link_type: int = 1, *, order: str = "<", nanoseconds: bool = False
) -> bytes:
    magic, units = (0xA1B23C4D, 10**9) if nanoseconds else (0xA1B2C3D4, 10**6)
    parts = [struct.pack(f"{order}IHHiIII", magic, 2, 4, 0, 0, 262144, link_type)]
    for at_s, frame in packets:
        second, part = int(at_s), round(at_s % 1 * units)
        parts += [struct.pack(f"{order}IIII", second, part, len(frame), len(frame)), frame]
    return b"".join(parts)


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    body += b"\0" * (-len(body) % 4)
    size = struct.pack(f"{order}I", 12 + len(body))
    return struct.pack(f"{order}I", kind) + size + body + size


def section(order: str = "<") -> bytes:
    return block(0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1), order)


def interface(link_type: int = 1, options: Iterable[tuple[int, bytes]] = (), order: str = "<", snap: int = 0) -> bytes:
    body = struct.pack(f"{order}HHI", link_type, 0, snap)
    for code, value in options:
        body += struct.pack(f"{order}HH", code, len(value)) + value + b"\0" * (-len(value) % 4)
    return block(1, body, order)


def enhanced(ticks: int, frame: bytes, interface_id: int = 0, order: str = "<") -> bytes:
    sizes = (len(frame), len(frame))
    return block(6, struct.pack(f"{order}IIIII", interface_id, ticks >> 32, ticks & 0xFFFFFFFF, *sizes) + frame, order)
