from __future__ import annotations

import base64

from audio.sip.sdp import parse_sdp
from audio.siprec.answer import AnsweredLine, answer_to, media_lines, taken_of
from audio.siprec.settings import SiprecSettings
from tests.audio.siprec.client import sdp_of

ORDER = SiprecSettings().codecs
KEY = base64.b64encode(bytes(range(30))).decode()


def _answer(offer: str) -> list[str]:
    data = offer.encode()
    lines = {}
    for line in parse_sdp(data).audio:
        taken = taken_of(line, ORDER)
        if taken is not None and line.port:
            lines[line.place] = AnsweredLine(line, taken, 40000 + line.place)
    return answer_to(media_lines(data), lines, "127.0.0.1", 1, 1).decode().split("\r\n")


def _media(answer: list[str]) -> list[str]:
    return [line for line in answer if line.startswith("m=")]


def test_every_line_is_received_at_a_port_of_its_own_with_its_label() -> None:
    answer = _answer(sdp_of("1", "0"))
    assert _media(answer) == ["m=audio 40000 RTP/AVP 8 0", "m=audio 40001 RTP/AVP 8 0"]
    assert [line for line in answer if line.startswith("a=label")] == ["a=label:1", "a=label:0"]
    assert answer.count("a=recvonly") == 2


def test_codecs_are_answered_in_our_order_and_events_always() -> None:
    attributes = ("a=rtpmap:111 opus/48000/2", "a=fmtp:111 useinbandfec=1", "a=rtpmap:101 telephone-event/8000")
    answer = _answer(sdp_of("1", codecs="101 111 0 18 8 9 3 97", attributes=(*attributes, "a=rtpmap:97 iLBC/8000")))
    assert _media(answer) == ["m=audio 40000 RTP/AVP 8 0 9 111 18 3 101"]
    assert "a=rtpmap:111 opus/48000/2" in answer
    assert "a=fmtp:111 useinbandfec=1" in answer


def test_a_line_without_a_codec_of_ours_is_off() -> None:
    offer = sdp_of("1", codecs="96", attributes=("a=rtpmap:96 AMR-WB/16000",)) + sdp_of("2").split("t=0 0\r\n")[1]
    assert _media(_answer(offer)) == ["m=audio 0 RTP/AVP 96", "m=audio 40001 RTP/AVP 8 0"]


def test_a_paused_line_is_answered_as_paused() -> None:
    assert "a=inactive" in _answer(sdp_of("1 inactive"))


def test_video_is_off_and_keeps_its_place() -> None:
    offer = sdp_of("1").replace("m=audio", "m=video 5000 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\nm=audio")
    assert _media(_answer(offer)) == ["m=video 0 RTP/AVP 96", "m=audio 40001 RTP/AVP 8 0"]


def test_encryption_is_answered_with_the_senders_tag_and_suite_and_a_key_of_our_own() -> None:
    offer = sdp_of("1", attributes=(f"a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:{KEY}|2^20",)).replace("/AVP", "/SAVP")
    crypto = [line for line in _answer(offer) if line.startswith("a=crypto")]
    assert len(crypto) == 1
    assert crypto[0].startswith("a=crypto:3 AES_CM_128_HMAC_SHA1_80 inline:")
    assert KEY not in crypto[0]


def test_the_key_to_decrypt_with_is_the_offers() -> None:
    offer = sdp_of("1", attributes=(f"a=crypto:1 AES_CM_128_HMAC_SHA1_32 inline:{KEY}",)).replace("/AVP", "/SAVP")
    taken = taken_of(parse_sdp(offer.encode()).audio[0], ORDER)
    assert taken is not None
    assert taken.key is not None
    assert taken.key.key_and_salt == bytes(range(30))


def test_encryption_without_a_key_is_not_taken() -> None:
    offer = sdp_of("1", attributes=("a=fingerprint:sha-256 00:11",)).replace("RTP/AVP", "UDP/TLS/RTP/SAVPF")
    assert taken_of(parse_sdp(offer.encode()).audio[0], ORDER) is None
    offer = sdp_of("1", attributes=("a=crypto:1 NO_SUCH_SUITE inline:AAAA",)).replace("/AVP", "/SAVP")
    assert taken_of(parse_sdp(offer.encode()).audio[0], ORDER) is None


def test_shared_rtcp_ports_are_agreed_to() -> None:
    assert "a=rtcp-mux" in _answer(sdp_of("1", attributes=("a=rtcp-mux",)))
    assert "a=rtcp-mux" not in _answer(sdp_of("1"))


def test_a_malformed_line_is_off_and_keeps_its_place() -> None:
    assert _media(_answer(sdp_of("1").replace("m=audio", "m=audio what\r\nm=audio"))) == [
        "m=audio 0 RTP/AVP 0",
        "m=audio 40001 RTP/AVP 8 0",
    ]
