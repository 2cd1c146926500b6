"""RTCP: sender and receiver reports (RFC 3550, 6.4) and the VoIP metrics of extended reports (RFC 3611, 4.7).

SRTCP must not come here: without its key, what it reports is noise.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_SENDER_REPORT, _RECEIVER_REPORT, _BYE, _EXTENDED_REPORT = 200, 201, 203, 207
_VOIP_METRICS = 7
_NTP_TO_UNIX_S = 2_208_988_800
_REPORT_BYTES = 24
_MOST_PACKETS = 64
"""Of one datagram: a compound of 1500 bytes of the shortest packets has more, and nothing honest has."""


@dataclass(frozen=True, slots=True)
class ReceptionReport:
    """What a receiver says of one stream that it hears."""

    ssrc: int
    fraction_lost: float
    """Since its last report, 0 to 1."""
    cumulative_lost: int
    """Expected less received, copies counted as received: may be negative."""
    highest_sequence: int
    """Extended by its count of cycles."""
    jitter: int
    """In timestamp units."""
    last_sender_report: int
    """The middle 32 bits of the NTP time of the sender report that it heard last; 0: none."""
    since_then_s: float


@dataclass(frozen=True, slots=True)
class SenderReport:
    """`ntp_s` (seconds since 1970 on the sender's clock) is when `timestamp` was."""

    ssrc: int
    ntp_s: float
    ntp_middle: int
    timestamp: int
    packets: int
    octets: int
    reports: tuple[ReceptionReport, ...] = ()

    def wall_clock_s(self, timestamp: int, clock_rate_hz: int) -> float:
        """The sender's time of day of a timestamp less than half its range away."""
        step = (timestamp - self.timestamp + (1 << 31)) % (1 << 32) - (1 << 31)
        return self.ntp_s + step / clock_rate_hz


@dataclass(frozen=True, slots=True)
class ReceiverReport:
    ssrc: int
    reports: tuple[ReceptionReport, ...] = ()


@dataclass(frozen=True, slots=True)
class VoipMetrics:
    """What a receiver measured of one stream (RFC 3611, 4.7); `None` where it says that it does not know."""

    ssrc: int
    """Of the stream."""
    loss_rate: float
    """Shares from 0 to 1, as the densities are."""
    discard_rate: float
    burst_density: float
    gap_density: float
    burst_ms: int
    gap_ms: int
    round_trip_ms: int
    end_system_delay_ms: int
    r_factor: int | None
    mos_listening: float | None
    mos_conversational: float | None
    gmin: int
    buffer_nominal_ms: int
    buffer_maximum_ms: int


@dataclass(frozen=True, slots=True)
class Goodbye:
    ssrcs: tuple[int, ...]


RtcpPacket = SenderReport | ReceiverReport | VoipMetrics | Goodbye


@dataclass(frozen=True, slots=True)
class Compound:
    """One datagram of RTCP."""

    packets: tuple[RtcpPacket, ...] = ()
    malformed: bool = False
    """Something in it contradicts its length; what stands before it was read."""


def read_rtcp(payload: bytes) -> Compound:
    """What a datagram reports; packets of other kinds (SDES, APP, feedback) are passed over. Raises nothing."""
    found: list[RtcpPacket] = []
    at = 0
    for _ in range(_MOST_PACKETS):
        if at == len(payload):
            break
        if len(payload) - at < 4 or payload[at] >> 6 != 2:
            return Compound(tuple(found), malformed=True)
        flags, kind, words = struct.unpack_from("!BBH", payload, at)
        body = payload[at + 4 : at + 4 + 4 * words]
        if len(body) < 4 * words:
            return Compound(tuple(found), malformed=True)
        try:
            found += _packets(kind, flags & 0x1F, body)
        except struct.error:
            return Compound(tuple(found), malformed=True)
        at += 4 + 4 * words
    return Compound(tuple(found), malformed=at < len(payload))


def _packets(kind: int, count: int, body: bytes) -> list[RtcpPacket]:
    if kind == _SENDER_REPORT:
        return [_sender_report(count, body)]
    if kind == _RECEIVER_REPORT:
        return [ReceiverReport(struct.unpack_from("!I", body)[0], _reports(count, body, 4))]
    if kind == _BYE:
        return [Goodbye(struct.unpack_from(f"!{count}I", body))]
    return list(_voip_metrics(body)) if kind == _EXTENDED_REPORT else []


def _sender_report(count: int, body: bytes) -> SenderReport:
    ssrc, seconds, fraction, timestamp, packets, octets = struct.unpack_from("!6I", body)
    era = 0 if seconds >> 31 else 1 << 32  # NTP's seconds wrap in 2036; RFC 4330, 3, tells the eras apart so
    return SenderReport(
        ssrc=ssrc,
        ntp_s=seconds + era - _NTP_TO_UNIX_S + fraction / (1 << 32),
        ntp_middle=(seconds & 0xFFFF) << 16 | fraction >> 16,
        timestamp=timestamp,
        packets=packets,
        octets=octets,
        reports=_reports(count, body, _REPORT_BYTES),
    )


def _reports(count: int, body: bytes, start: int) -> tuple[ReceptionReport, ...]:
    return tuple(_report(body, start + _REPORT_BYTES * index) for index in range(count))


def _report(body: bytes, at: int) -> ReceptionReport:
    ssrc, lost, highest, jitter, last, since = struct.unpack_from("!6I", body, at)
    cumulative = (lost & 0xFFFFFF) - ((lost & 0x800000) << 1)
    return ReceptionReport(ssrc, (lost >> 24) / 256, cumulative, highest, jitter, last, since / 65536)


def _voip_metrics(body: bytes) -> Iterator[VoipMetrics]:
    at = 4
    while at + 4 <= len(body):
        kind, _, words = struct.unpack_from("!BBH", body, at)
        if kind == _VOIP_METRICS and words == 8:
            yield _voip_block(body, at + 4)
        at += 4 + 4 * words


def _voip_block(body: bytes, at: int) -> VoipMetrics:
    ssrc, loss, discard, burst, gap, burst_ms, gap_ms, round_trip_ms, end_ms = struct.unpack_from("!I4B4H", body, at)
    gmin, r, _, listening, conversational, _, _, nominal_ms, maximum_ms = struct.unpack_from("!7B2H", body, at + 19)
    return VoipMetrics(
        ssrc=ssrc,
        loss_rate=loss / 256,
        discard_rate=discard / 256,
        burst_density=burst / 256,
        gap_density=gap / 256,
        burst_ms=burst_ms,
        gap_ms=gap_ms,
        round_trip_ms=round_trip_ms,
        end_system_delay_ms=end_ms,
        r_factor=r if r != 127 else None,
        mos_listening=listening / 10 if listening != 127 else None,
        mos_conversational=conversational / 10 if conversational != 127 else None,
        gmin=gmin,
        buffer_nominal_ms=nominal_ms,
        buffer_maximum_ms=maximum_ms,
    )
