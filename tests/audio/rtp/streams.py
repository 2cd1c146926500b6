"""RTP made by hand, and read from the captures in `../shared`, for tests."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from audio.packets.batch import Datagrams, Flow
from audio.rtp.packets import RtpPackets

CAPTURES = Path(__file__).parents[4] / "shared" / "sip" / "captures"
FLOW = Flow("192.0.2.1", 6000, "192.0.2.2", 7000)


def header(sequence: int, timestamp: int = 0, *, ssrc: int = 1, kind: int = 8, marker: bool = False) -> bytes:
    """Twelve bytes of RTP with neither padding, extension nor contributing sources."""
    return struct.pack("!BBHII", 0x80, kind | marker << 7, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc & 0xFFFFFFFF)


def datagrams(payloads: Sequence[bytes], flow: Sequence[int] | None = None) -> Datagrams:
    """As many milliseconds apart as they are, from flow 0 unless told; flow i comes from port 6000 + i."""
    lengths = np.array([len(payload) for payload in payloads], np.int64)
    indices = np.zeros(len(payloads), np.int32) if flow is None else np.array(flow, np.int32)
    flows = [Flow(FLOW.source, FLOW.source_port + i, FLOW.destination, FLOW.destination_port) for i in range(10)]
    return Datagrams(
        data=np.frombuffer(b"".join(payloads), np.uint8),
        starts=np.cumsum(lengths) - lengths,
        lengths=lengths,
        times_s=np.arange(len(payloads)) / 1000,
        flow=indices,
        flows=flows,
    )


def packets(
    sequence: Sequence[int],
    times_s: Sequence[float] | None = None,
    timestamps: Sequence[int] | None = None,
    *,
    payload_types: Sequence[int] | None = None,
    markers: Sequence[bool] | None = None,
) -> RtpPackets:
    """A-law of 20 ms a packet, sent on time unless told."""
    numbers = np.array(sequence, np.int64)
    count = len(numbers)
    stamps = numbers * 160 if timestamps is None else np.array(timestamps, np.int64)
    nothing = np.zeros(count, np.int64)
    return RtpPackets(
        times_s=numbers * 0.02 if times_s is None else np.array(times_s, np.float64),
        sequence=(numbers % 65536).astype(np.uint16),
        timestamps=(stamps % 2**32).astype(np.uint32),
        payload_types=np.full(count, 8, np.uint8) if payload_types is None else np.array(payload_types, np.uint8),
        markers=np.zeros(count, np.bool_) if markers is None else np.array(markers, np.bool_),
        data=np.zeros(0, np.uint8),
        starts=nothing,
        lengths=nothing,
        header_starts=nothing,
        packet_lengths=nothing,
    )


def captured(path: Path) -> Datagrams:
    """UDP over IPv4 over Ethernet in a classic little-endian pcap: all that our captures are."""
    raw = path.read_bytes()
    at, starts, lengths, times, flow, flows = 24, [], [], [], [], {}
    while at < len(raw):
        seconds, micros, size = struct.unpack_from("<III", raw, at)
        at += 16
        if raw[at + 12 : at + 14] == b"\x08\x00" and raw[at + 23] == 17:
            udp = at + 14 + 4 * (raw[at + 14] & 15)
            ends = raw[at + 26 : at + 34] + raw[udp : udp + 4]
            starts.append(udp + 8)
            lengths.append(struct.unpack_from("!H", raw, udp + 4)[0] - 8)
            times.append(seconds + micros / 1e6)
            flow.append(flows.setdefault(ends, len(flows)))
        at += size
    return Datagrams(
        np.frombuffer(raw, np.uint8),
        np.array(starts, np.int64),
        np.array(lengths, np.int64),
        np.array(times),
        np.array(flow, np.int32),
        [
            Flow(".".join(map(str, e[:4])), e[8] << 8 | e[9], ".".join(map(str, e[4:8])), e[10] << 8 | e[11])
            for e in flows
        ],
    )
