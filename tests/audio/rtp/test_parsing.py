from __future__ import annotations

import struct

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from audio.packets.batch import Flow
from audio.rtp.packets import RtpPackets, StreamKey
from audio.rtp.parsing import looks_like_rtcp, looks_like_rtp, rtp_packets
from tests.audio.rtp.streams import datagrams, header

SENDER_REPORT = struct.pack("!BBH", 0x80, 200, 6) + bytes(24)


def payloads(packets: RtpPackets) -> list[bytes]:
    spans = zip(packets.starts.tolist(), packets.lengths.tolist(), strict=True)
    return [packets.data[start : start + length].tobytes() for start, length in spans]


def only(*raw: bytes) -> RtpPackets:
    parsed = rtp_packets(datagrams(raw))
    assert parsed.malformed == 0
    ((_, packets),) = parsed.streams
    return packets


def test_every_field_of_the_header_is_read() -> None:
    packets = only(header(258, 0x01020304, ssrc=0xAABBCCDD, kind=101, marker=True) + b"sound")
    assert packets.sequence.tolist() == [258]
    assert packets.timestamps.tolist() == [0x01020304]
    assert packets.payload_types.tolist() == [101]
    assert packets.markers.tolist() == [True]
    assert payloads(packets) == [b"sound"]
    assert (packets.header_starts.tolist(), packets.packet_lengths.tolist()) == ([0], [17])


def test_contributing_sources_extension_and_padding_are_no_payload() -> None:
    raw = bytearray(header(1) + bytes(8) + b"\xbe\xde\x00\x01" + bytes(4) + b"sound" + b"\x00\x00\x03")
    raw[0] = 0x80 | 0x20 | 0x10 | 2  # padding, extension, two contributing sources
    assert payloads(only(bytes(raw), header(2) + b"plain")) == [b"sound", b"plain"]


def test_a_packet_of_padding_alone_has_an_empty_payload() -> None:
    raw = bytearray(header(1) + b"\x00\x00\x00\x04")
    raw[0] |= 0x20
    assert payloads(only(bytes(raw))) == [b""]


def test_lengths_that_contradict_are_counted_and_left_out() -> None:
    padding_too_long = bytes([0xA0]) + header(1)[1:] + b"ab\x09"
    padding_of_nothing = bytes([0xA0]) + header(1)[1:] + b"ab\x00"
    extension_cut_off = bytes([0x90]) + header(1)[1:] + b"\xbe\xde\x00"
    extension_too_long = bytes([0x90]) + header(1)[1:] + b"\xbe\xde\x00\x02" + bytes(4)
    sources_cut_off = bytes([0x8F]) + header(1)[1:] + bytes(20)
    sources_then_extension_cut_off = bytes([0x91]) + header(1)[1:] + bytes(4)
    wrong = [
        padding_too_long,
        padding_of_nothing,
        extension_cut_off,
        extension_too_long,
        sources_cut_off,
        sources_then_extension_cut_off,
        header(1)[:11],
        b"",
        b"INVITE sip:a SIP/2.0",
    ]
    parsed = rtp_packets(datagrams([*wrong, header(9)]))
    assert parsed.malformed == len(wrong)
    assert [packets.sequence.tolist() for _, packets in parsed.streams] == [[9]]


def test_streams_are_told_apart_by_flow_and_ssrc_in_order_of_arrival() -> None:
    raw = [header(5, ssrc=2), header(1, ssrc=2), header(6, ssrc=2), header(9, ssrc=7), header(4, ssrc=2)]
    parsed = rtp_packets(datagrams(raw, flow=[1, 0, 1, 1, 1]))
    first, second = (Flow("192.0.2.1", port, "192.0.2.2", 7000) for port in (6000, 6001))
    assert [(key, packets.sequence.tolist()) for key, packets in parsed.streams] == [
        (StreamKey(first, 2), [1]),
        (StreamKey(second, 2), [5, 6, 4]),
        (StreamKey(second, 7), [9]),
    ]


def test_two_flows_of_one_ssrc_and_a_flow_that_changes_its_ssrc_stay_apart() -> None:
    raw = [header(1, ssrc=1), header(2, ssrc=1), header(3, ssrc=2), header(4, ssrc=1)]
    parsed = rtp_packets(datagrams(raw, flow=[0, 1, 1, 1]))
    assert [packets.sequence.tolist() for _, packets in parsed.streams] == [[1], [2, 4], [3]]


def test_wanted_chooses_by_mask_or_by_index() -> None:
    batch = datagrams([header(1), header(2), b"junk", header(4)])
    mask = np.array([True, False, False, True])
    assert rtp_packets(batch, mask).streams[0][1].sequence.tolist() == [1, 4]
    assert rtp_packets(batch, np.array([1, 3])).streams[0][1].sequence.tolist() == [2, 4]
    assert rtp_packets(batch, mask).malformed == 0


def test_nothing_gives_no_streams() -> None:
    assert rtp_packets(datagrams([])).streams == []


def test_rtcp_on_the_same_port_is_neither_rtp_nor_malformed() -> None:
    batch = datagrams([header(1), SENDER_REPORT])
    parsed = rtp_packets(batch)
    assert parsed.malformed == 0
    assert parsed.streams[0][1].sequence.tolist() == [1]
    assert looks_like_rtp(batch).tolist() == [True, False]
    assert looks_like_rtcp(batch).tolist() == [False, True]


def test_signalling_and_stun_do_not_look_like_rtp() -> None:
    stun = b"\x00\x01\x00\x00\x21\x12\xa4\x42" + bytes(12)
    batch = datagrams([b"OPTIONS sip:a@b SIP/2.0\r\n\r\n", stun, b"\x80", SENDER_REPORT[:-8], header(1)])
    assert looks_like_rtp(batch).tolist() == [False, False, False, False, True]
    assert not looks_like_rtcp(batch).any()


def _one_by_one(raw: bytes) -> bytes | None:
    """RFC 3550, 5.1, read with a pencil: the payload, or `None`."""
    if len(raw) < 12 or raw[0] >> 6 != 2 or 192 <= raw[1] <= 223:
        return None
    at, end = 12 + 4 * (raw[0] & 15), len(raw)
    if raw[0] & 0x10:
        if at + 4 > end:
            return None
        at += 4 + 4 * int.from_bytes(raw[at + 2 : at + 4], "big")
    if raw[0] & 0x20 and at < end:
        end -= raw[-1] or 1 << 30
    return raw[at:end] if at <= end else None


near_rtp = st.builds(
    lambda flags, kind, rest: bytes([flags, kind]) + rest,
    st.integers(0x80, 0xBF),
    st.integers(0, 255),
    st.binary(max_size=60),
)


@given(st.lists(st.one_of(st.binary(max_size=40), near_rtp), max_size=12))
def test_any_datagrams_are_read_as_one_by_one_they_would_be(raw: list[bytes]) -> None:
    batch = datagrams(raw)
    parsed = rtp_packets(batch)
    found = sorted(payload for _, packets in parsed.streams for payload in payloads(packets))
    assert found == sorted(p for p in map(_one_by_one, raw) if p is not None)
    assert not (looks_like_rtp(batch) & looks_like_rtcp(batch)).any()
    passed_over = sum(
        _one_by_one(one) is None and rtcp for one, rtcp in zip(raw, looks_like_rtcp(batch).tolist(), strict=True)
    )
    assert parsed.malformed == len(raw) - len(found) - passed_over
