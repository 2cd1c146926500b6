from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.rtp.rtcp import (
    Compound,
    Goodbye,
    ReceiverReport,
    ReceptionReport,
    SenderReport,
    VoipMetrics,
    read_rtcp,
)

NTP_2026 = 3_973_363_200  # 2025-11-29 00:00 UTC: 1970 is 2,208,988,800 s after 1900
REPORT = struct.pack("!IIIIII", 7, 64 << 24 | 0xFFFFFE, 65536 + 3, 80, 0x12345678, 3 * 65536 // 2)


def packet(kind: int, count: int, body: bytes) -> bytes:
    return struct.pack("!BBH", 0x80 | count, kind, len(body) // 4) + body


def test_a_sender_report_tells_when_its_timestamp_was() -> None:
    sent = packet(200, 1, struct.pack("!6I", 5, NTP_2026, 1 << 31, 1000, 50, 8000) + REPORT)
    (report,) = read_rtcp(sent).packets
    assert isinstance(report, SenderReport)
    assert (report.ssrc, report.ntp_s, report.packets, report.octets) == (5, NTP_2026 - 2_208_988_800 + 0.5, 50, 8000)
    assert report.ntp_middle == (NTP_2026 & 0xFFFF) << 16 | 0x8000
    assert report.wall_clock_s(1000 + 8000, 8000) == report.ntp_s + 1
    assert report.wall_clock_s(1000 - 4000 & 0xFFFFFFFF, 8000) == report.ntp_s - 0.5


def test_ntp_time_goes_on_after_2036() -> None:
    (report,) = read_rtcp(packet(200, 0, struct.pack("!6I", 5, 0, 0, 0, 0, 0))).packets
    assert isinstance(report, SenderReport)
    assert report.ntp_s == 2**32 - 2_208_988_800


def test_a_reception_report_is_read_with_its_signs_and_fractions() -> None:
    (report,) = read_rtcp(packet(201, 1, struct.pack("!I", 9) + REPORT)).packets
    heard = ReceptionReport(7, 0.25, -2, 65539, 80, 0x12345678, 1.5)
    assert report == ReceiverReport(9, (heard,))


def test_voip_metrics_are_read_from_extended_reports() -> None:
    block = struct.pack(
        "!BBHI4B4H2bB5BBx3H",
        *(7, 0, 8, 77),
        *(13, 26, 128, 2),  # loss, discards, burst and gap density, of 256
        *(400, 9000, 150, 90),
        *(-20, -60, 40),  # signal, noise, echo
        *(16, 82, 127, 38, 127),  # Gmin, R, external R, MOS LQ and CQ
        0xB0,
        *(60, 120, 200),
    )
    other = struct.pack("!BBHQ", 4, 0, 2, 0)  # a receiver reference time
    compound = read_rtcp(packet(207, 0, struct.pack("!I", 9) + other + block))
    assert compound == Compound(
        (
            VoipMetrics(
                ssrc=77,
                loss_rate=13 / 256,
                discard_rate=26 / 256,
                burst_density=0.5,
                gap_density=2 / 256,
                burst_ms=400,
                gap_ms=9000,
                round_trip_ms=150,
                end_system_delay_ms=90,
                r_factor=82,
                mos_listening=3.8,
                mos_conversational=None,
                gmin=16,
                buffer_nominal_ms=60,
                buffer_maximum_ms=120,
            ),
        )
    )


def test_a_compound_is_read_to_its_end_and_what_is_not_known_is_passed_over() -> None:
    description = packet(202, 1, struct.pack("!I", 9) + b"\x01\x02ab\x00\x00\x00\x00")
    goodbye = packet(203, 2, struct.pack("!II", 9, 10))
    compound = read_rtcp(packet(201, 0, struct.pack("!I", 9)) + description + goodbye)
    assert compound == Compound((ReceiverReport(9), Goodbye((9, 10))))


@pytest.mark.parametrize(
    "wrong",
    [
        b"\x80",
        packet(200, 0, bytes(20)),  # a sender report without its octets
        packet(201, 2, bytes(4) + REPORT),  # two reports announced, one there
        packet(203, 3, bytes(8)),
        packet(201, 0, bytes(4))[:-1],
        b"INVITE sip:",
    ],
)
def test_what_contradicts_itself_is_malformed_and_what_came_before_is_kept(wrong: bytes) -> None:
    before = packet(201, 0, struct.pack("!I", 9))
    assert read_rtcp(before + wrong) == Compound((ReceiverReport(9),), malformed=True)


def test_a_datagram_of_a_thousand_packets_is_read_only_so_far() -> None:
    compound = read_rtcp(packet(203, 0, b"") * 1000)
    assert len(compound.packets) == 64
    assert compound.malformed


nearly = st.builds(
    packet,
    st.sampled_from([200, 201, 203, 207]),
    st.integers(0, 31),
    st.binary(max_size=80),
)


@given(st.lists(st.one_of(st.binary(max_size=30), nearly), max_size=4).map(b"".join))
def test_any_bytes_are_read_or_called_malformed(payload: bytes) -> None:
    compound = read_rtcp(payload)
    assert all(len(getattr(found, "reports", ())) <= 31 for found in compound.packets)
    assert compound.malformed or len(payload) % 4 == 0
