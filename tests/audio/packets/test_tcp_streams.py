from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.packets.batch import Flow, TcpSegment
from audio.packets.sip_framing import FramingLimits, SipFraming, content_length
from audio.packets.tcp_streams import TcpLimits, TcpStreams

FLOW = Flow("192.0.2.1", 5060, "192.0.2.2", 5060)


def message(name: str = "INVITE", body: bytes = b"", head: str = "Content-Length: {}") -> bytes:
    return f"{name} sip:b@example.org SIP/2.0\r\nVia: x\r\n{head.format(len(body))}\r\n\r\n".encode() + body


INVITE = message(body=b"v=0\r\n" * 40)
OK = b"SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"
BYE = message("BYE")


def segment(sequence: int, payload: bytes, at_s: float = 1.0, flags: str = "", flow: Flow = FLOW) -> TcpSegment:
    return TcpSegment(at_s, flow, sequence % 2**32, "s" in flags, "f" in flags, "r" in flags, payload)


def cut(data: bytes, size: int, first: int = 1) -> list[TcpSegment]:
    return [segment(first + at, data[at : at + size], 1.0 + at / 1e6) for at in range(0, len(data), size)]


def fed(segments: list[TcpSegment], streams: TcpStreams | None = None) -> list[bytes]:
    streams = streams or TcpStreams()
    return [found.data for one in segments for found in streams.feed(one)]


@pytest.mark.parametrize("size", [1, 2, 7, 100, 5000])
def test_messages_are_found_however_they_are_cut(size: int) -> None:
    assert fed([segment(0, b"", flags="s"), *cut(INVITE + OK + BYE, size)]) == [INVITE, OK, BYE]


def test_a_message_has_the_time_of_the_segment_that_completed_it() -> None:
    streams = TcpStreams()
    streams.feed(segment(1, INVITE[:50], 1.0))
    (found,) = streams.feed(segment(51, INVITE[50:], 1.5))

    assert (found.at_s, found.flow) == (1.5, FLOW)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_segments_in_any_order_after_the_syn_give_the_messages(order: tuple[int, ...]) -> None:
    parts = cut(INVITE + BYE, (len(INVITE + BYE) + 3) // 4)

    assert fed([segment(0, b"", flags="s"), *(parts[i] for i in order)]) == [INVITE, BYE]


def test_repeated_and_overlapping_segments_count_once() -> None:
    parts = [
        segment(1, INVITE[:100]),
        segment(1, INVITE[:100]),
        segment(51, INVITE[50:150]),
        segment(101, INVITE[100:]),
    ]

    assert fed([*parts, parts[3], segment(len(INVITE), INVITE[-1:])]) == [INVITE]


def test_sequence_numbers_wrap() -> None:
    assert fed(cut(INVITE + BYE, 40, 2**32 - 60)) == [INVITE, BYE]


def test_both_directions_are_apart() -> None:
    streams = TcpStreams()
    back = segment(900, OK, flow=FLOW.reverse)

    assert fed([segment(1, INVITE[:60]), back, segment(61, INVITE[60:])], streams) == [OK, INVITE]


def test_after_a_segment_never_captured_the_next_message_is_found() -> None:
    streams = TcpStreams()
    lost, rest = segment(101, INVITE[100:150]), INVITE[150:] + OK + BYE
    found = fed([segment(1, INVITE[:100]), *cut(rest, 60, lost.sequence + 50)], streams)

    assert found == []
    assert [one.data for one in streams.tick(4.0)] == [OK, BYE]
    assert streams.gaps == 1


def test_a_gap_is_passed_by_later_segments_too() -> None:
    parts = [segment(1, INVITE[:100]), segment(151, INVITE[150:] + OK, 1.0), segment(1 + len(INVITE + OK), BYE, 9.0)]

    assert fed(parts) == [OK, BYE]


def test_a_connection_joined_in_the_middle_is_read_from_its_next_message() -> None:
    assert fed(cut(b"t of a body\r\n" + BYE, 20, 5000)) == [BYE]


def test_ports_used_again_begin_a_new_stream() -> None:
    first = [segment(0, b"", flags="s"), segment(1, INVITE[:50])]

    assert fed([*first, segment(77_000, b"", flags="s"), segment(77_001, BYE)]) == [BYE]


def test_a_syn_come_twice_changes_nothing() -> None:
    syn = segment(0, b"", flags="s")

    assert fed([syn, segment(1, INVITE[:50]), syn, segment(51, INVITE[50:])]) == [INVITE]


def test_a_closed_connection_is_forgotten() -> None:
    streams = TcpStreams()
    fed([segment(1, INVITE), segment(1 + len(INVITE), BYE, flags="f")], streams)

    assert not streams._streams


def test_streams_and_what_waits_are_bounded() -> None:
    streams = TcpStreams(TcpLimits(max_streams=10, max_waiting_bytes=5000))
    for port in range(100):
        flow = replace(FLOW, source_port=port)
        streams.feed(segment(1, b"x", flow=flow))
        for gap in range(50):
            streams.feed(segment(10_000 + 200 * gap, bytes(100), flow=flow))

    assert len(streams._streams) == 10
    assert all(stream.waiting_bytes <= 5100 for stream in streams._streams.values())


@pytest.mark.parametrize(
    "head",
    ["Content-Length: {}", "content-length:{}", "CONTENT-LENGTH  :  {}", "l: {}", "L :{}", "Content-Length:\r\n {}"],
)
def test_content_length_in_every_spelling(head: str) -> None:
    first = message(body=b"v=0\r\n\r\nINVITE", head=head)

    assert SipFraming().feed(first + BYE) == [first, BYE]


def test_a_message_without_content_length_has_no_body_and_what_follows_is_passed_over() -> None:
    bare = message(head="Subject: x")
    framing = SipFraming()

    assert framing.feed(bare + b"v=0\r\ns=-\r\n" + BYE) == [bare, BYE]
    assert framing.skipped_bytes == 10


def test_the_first_of_several_lengths_counts() -> None:
    assert content_length(b"l: 5\r\nContent-Length: 9\r\n") == 5


def test_keep_alives_are_no_messages() -> None:
    assert SipFraming().feed(b"\r\n\r\n" + INVITE + b"\r\n" + BYE + b"\r\n\r\n") == [INVITE, BYE]


def test_a_message_too_big_is_passed_over() -> None:
    framing = SipFraming(FramingLimits(max_message_bytes=1000))

    assert framing.feed(message(head="l: 999999") + b"x" * 3000 + b"\r\n" + BYE) == [BYE]


def test_a_head_that_never_ends_is_passed_over() -> None:
    framing = SipFraming(FramingLimits(max_head_bytes=1000))
    endless = b"INVITE sip:b SIP/2.0\r\n" + b"X: y\r\n" * 500

    assert framing.feed(endless + BYE) == [BYE]


def test_what_is_no_sip_is_not_kept() -> None:
    framing = SipFraming()
    for _ in range(100):
        assert framing.feed(b"\x16\x03\x01" * 1000) == []

    assert len(framing._held) < 10_000


def test_single_bytes_of_a_long_head_take_no_quadratic_time() -> None:
    framing = SipFraming()
    long = b"INVITE sip:b SIP/2.0\r\n" + b"X-Padding: aaaaaaaaaaaaaaaa\r\n" * 2000 + b"\r\n"
    found = [one for at in range(len(long)) for one in framing.feed(long[at : at + 1])]

    assert found == [long]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from([INVITE, OK, BYE, b"\r\n\r\n"]), max_size=6), st.data())
def test_any_cuts_and_order_within_the_window_give_the_same_messages(parts: list[bytes], data: st.DataObject) -> None:
    whole = b"".join(parts)
    at, segments = 0, [segment(0, b"", flags="s")]
    while at < len(whole):
        size = data.draw(st.integers(1, 400))
        segments.append(segment(1 + at, whole[at : at + size]))
        at += size
    shuffled = [segments[0], *data.draw(st.permutations(segments[1:]))]

    assert fed(shuffled) == [part for part in parts if part.strip()]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 3000), st.binary(max_size=300), st.sampled_from(["", "s", "f", "r"]))))
def test_nothing_breaks_the_streams(wild: list[tuple[int, bytes, str]]) -> None:
    streams = TcpStreams(TcpLimits(max_waiting_bytes=1000))
    for at, (sequence, payload, flags) in enumerate(wild):
        for found in streams.feed(segment(sequence, payload, at / 3, flags)):
            assert found.data
    streams.tick(1e9)
