from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.rtp.codec import Codec
from audio.sip.crypto import KEY_AND_SALT_LENGTHS, read_crypto
from audio.sip.errors import SipError
from audio.sip.media import SrtpKey
from audio.sip.sdp import AudioLine, Direction, parse_sdp

HEAD = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"


def line(*lines: str, head: str = HEAD) -> AudioLine:
    return parse_sdp((head + "\r\n".join(lines)).encode()).audio[0]


def test_a_line_of_sound_is_read_whole() -> None:
    assert line(
        "m=audio 49170 RTP/AVP 8 0 18 101",
        "a=rtpmap:8 PCMA/8000",
        "a=rtpmap:101 telephone-event/8000",
        "a=fmtp:101 0-16",
        "a=fmtp:18 annexb=no",
        "a=ptime:30",
        "a=sendonly",
        "a=label:customer",
    ) == AudioLine(
        place=0,
        address="192.0.2.1",
        port=49170,
        rtcp_port=49171,
        profile="RTP/AVP",
        codecs={
            8: Codec("PCMA", 8000, packet_ms=30.0),
            0: Codec("PCMU", 8000, packet_ms=30.0),
            18: Codec("G729", 8000, parameters="annexb=no", packet_ms=30.0),
            101: Codec("TELEPHONE-EVENT", 8000, parameters="0-16", packet_ms=30.0),
        },
        direction=Direction.SENDONLY,
        label="customer",
    )


def test_a_lines_own_address_stands_before_the_sessions() -> None:
    assert line("m=audio 4000 RTP/AVP 8", "c=IN IP4 192.0.2.77").address == "192.0.2.77"


def test_an_ipv6_address_is_in_its_shortest_form() -> None:
    assert line("m=audio 4000 RTP/AVP 8", "c=IN IP6 2001:0DB8:0:0:0:0:0:1").address == "2001:db8::1"


@pytest.mark.parametrize("connection", ["IN IP4 0.0.0.0", "IN IP6 ::", "IN IP4 pbx.example", "IN IP4", ""])
def test_an_address_that_leads_nowhere_is_none_and_nothing_is_received(connection: str) -> None:
    read = line("m=audio 4000 RTP/AVP 8", f"c={connection}", head=HEAD.replace("c=IN IP4 192.0.2.1\r\n", ""))
    assert read.address is None
    assert not read.receives


@pytest.mark.parametrize(
    ("lines", "rtcp_port"),
    [([], 4001), (["a=rtcp:5005"], 5005), (["a=rtcp:5005 IN IP4 192.0.2.9"], 5005), (["a=rtcp-mux"], 4000)],
)
def test_control_packets_go_where_the_line_says(lines: list[str], rtcp_port: int) -> None:
    assert line("m=audio 4000 RTP/AVP 8", *lines).rtcp_port == rtcp_port


@pytest.mark.parametrize(
    ("profile", "encrypted"),
    [("RTP/AVP", False), ("RTP/AVPF", False), ("RTP/SAVP", True), ("RTP/SAVPF", True), ("UDP/TLS/RTP/SAVP", True)],
)
def test_a_secure_profile_is_encrypted(profile: str, *, encrypted: bool) -> None:
    assert line(f"m=audio 4000 {profile} 8").encrypted is encrypted


def test_a_fingerprint_of_the_session_encrypts_its_lines() -> None:
    assert line("a=fingerprint:sha-256 AA:BB", "m=audio 4000 RTP/AVP 8").encrypted


def test_a_direction_of_the_session_holds_for_lines_without_one() -> None:
    read = parse_sdp((HEAD + "a=inactive\r\nm=audio 4000 RTP/AVP 8\r\nm=audio 4002 RTP/AVP 8\r\na=recvonly").encode())
    assert [one.direction for one in read.audio] == [Direction.INACTIVE, Direction.RECVONLY]


def test_several_lines_keep_their_place_among_all_media() -> None:
    read = parse_sdp((HEAD + "m=audio 4000 RTP/AVP 8\r\nm=video 4002 RTP/AVP 31\r\nm=audio 0 RTP/AVP 8").encode())
    assert [(one.place, one.port) for one in read.audio] == [(0, 4000), (2, 0)]
    assert read.other_media


def test_lines_end_as_they_may() -> None:
    assert parse_sdp(HEAD.replace("\r\n", "\n").encode() + b"m=audio 4000/2 RTP/AVP 8").audio[0].port == 4000


@pytest.mark.parametrize(
    "broken",
    ["m=audio", "m=audio x RTP/AVP 8", "m=audio 70000 RTP/AVP 8", "m=audio -1 RTP/AVP 8", "m=audio 4000 RTP/AVP"],
)
def test_a_malformed_line_is_left_out_and_the_next_one_read(broken: str) -> None:
    assert line(broken, "m=audio 4000 RTP/AVP 8").port == 4000


@pytest.mark.parametrize(
    "rtpmap",
    [
        "a=rtpmap:96",
        "a=rtpmap:96 /8000",
        "a=rtpmap:96 x/0",
        "a=rtpmap:300 x/8000",
        "a=rtpmap:96 x/8000/99",
        "a=rtpmap:96 x/999999999",
    ],
)
def test_a_format_that_nothing_explains_is_left_out(rtpmap: str) -> None:
    assert list(line("m=audio 4000 RTP/AVP 96 8", rtpmap).codecs) == [8]


@pytest.mark.parametrize("ptime", ["0", "-20", "nan", "inf", "1e9", "x", ""])
def test_a_packet_time_that_cannot_be_is_20_ms(ptime: str) -> None:
    assert line("m=audio 4000 RTP/AVP 8", f"a=ptime:{ptime}").codecs[8].packet_ms == 20.0


@pytest.mark.parametrize("data", [b"", b"hello", b"<xml/>", b"o=- 1 1 IN IP4 192.0.2.1"])
def test_what_is_no_description_is_refused(data: bytes) -> None:
    with pytest.raises(SipError) as refused:
        parse_sdp(data)
    assert refused.value.code == "sdp_malformed"


def test_a_description_larger_than_a_datagram_is_refused() -> None:
    with pytest.raises(SipError) as refused:
        parse_sdp(HEAD.encode() + b"a" * 70_000)
    assert refused.value.code == "sdp_too_large"


def test_media_lines_and_attributes_are_bounded() -> None:
    many = HEAD + "m=audio 4000 RTP/AVP 8\r\n" * 2_000
    assert len(parse_sdp(many.encode()).audio) == 32
    formats = " ".join(["8"] * 5_000)
    assert len(line(f"m=audio 4000 RTP/AVP {formats}").codecs) == 1


@given(st.binary(max_size=600))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    assert parse_sdp(b"v=0\r\n" + data).audio == () or b"m=audio" in data


LINES = st.sampled_from(
    [
        "m=audio 4000 RTP/AVP 8 0 101",
        "m=audio 0 RTP/SAVP 96",
        "m=video 5000 RTP/AVP 31",
        "c=IN IP4 0.0.0.0",
        "c=IN IP6 ::1%eth0",
        "a=rtpmap:96 opus/48000/2",
        "a=rtpmap:²³ x/1",
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + "A" * 40 + "|2^31|1:1",
        "a=crypto:١ X inline:",
        "a=ptime:٢٠",
        "a=rtcp:٩٩",
        "a=label:",
        "a=sendonly:",
        "a",
        "=",
        "",
    ]
)


@given(st.lists(LINES | st.text(max_size=30), max_size=40))
def test_any_lines_give_lines_within_their_bounds(lines: list[str]) -> None:
    for one in parse_sdp(("v=0\n" + "\n".join(lines)).encode("utf-8", "replace")).audio:
        assert 0 <= one.port < 65_536
        assert 0 <= one.rtcp_port < 65_536
        assert all(0 <= number < 128 and codec.clock_rate_hz > 0 for number, codec in one.codecs.items())


def inline(key: bytes) -> str:
    return base64.b64encode(key).decode()


KEY = bytes(range(30))


@pytest.mark.parametrize(
    ("value", "mki"),
    [
        (f"1 AES_CM_128_HMAC_SHA1_80 inline:{inline(KEY)}", b""),
        (f"1 AES_CM_128_HMAC_SHA1_80 inline:{inline(KEY)}|2^20", b""),
        (f"1 AES_CM_128_HMAC_SHA1_80 inline:{inline(KEY)}|2^20|1:4", b"\0\0\0\1"),
        (f"1 AES_CM_128_HMAC_SHA1_80 inline:{inline(KEY)}|258:2", b"\1\2"),
        (f"1 aes_cm_128_hmac_sha1_80 INLINE:{inline(KEY)}|1048576 KDR=0", b""),
    ],
)
def test_a_key_is_read_with_its_index_whatever_its_lifetime(value: str, mki: bytes) -> None:
    assert read_crypto(value) == (SrtpKey(1, "AES_CM_128_HMAC_SHA1_80", KEY, mki),)


@pytest.mark.parametrize(("suite", "length"), KEY_AND_SALT_LENGTHS.items())
def test_every_known_suite_takes_a_key_of_its_length_and_no_other(suite: str, length: int) -> None:
    assert read_crypto(f"3 {suite} inline:{inline(bytes(length))}") == (SrtpKey(3, suite, bytes(length)),)
    assert read_crypto(f"3 {suite} inline:{inline(bytes(length - 1))}") == ()


def test_several_keys_of_one_line_are_told_apart_by_their_index() -> None:
    other = bytes(30)
    value = f"1 AES_CM_128_HMAC_SHA1_32 inline:{inline(KEY)}|2^20|1:1;inline:{inline(other)}|2^20|2:1"
    assert [(key.mki, key.key_and_salt) for key in read_crypto(value)] == [(b"\1", KEY), (b"\2", other)]


@pytest.mark.parametrize(
    "value",
    [
        "",
        "1",
        "1 AES_CM_128_HMAC_SHA1_80",
        f"x AES_CM_128_HMAC_SHA1_80 inline:{inline(KEY)}",
        f"1 UNKNOWN inline:{inline(KEY)}",
        "1 AES_CM_128_HMAC_SHA1_80 inline:not*base64",
        f"1 AES_CM_128_HMAC_SHA1_80 uri:{inline(KEY)}",
        f"1 AES_CM_128_HMAC_SHA1_80 inline:{inline(KEY)}|2^20|999:1",
        f"1 AES_CM_128_HMAC_SHA1_80 inline:{inline(KEY)}|1:0",
        f"1 AES_CM_128_HMAC_SHA1_80 inline:{inline(KEY)} UNENCRYPTED_SRTP",
    ],
)
def test_a_key_that_cannot_be_used_is_none(value: str) -> None:
    assert read_crypto(value) == ()


@given(st.text(max_size=200))
def test_any_crypto_line_is_read_or_is_none(text: str) -> None:
    assert isinstance(read_crypto(text), tuple)
    assert isinstance(read_crypto(f"1 AES_CM_128_HMAC_SHA1_80 inline:{text}"), tuple)
