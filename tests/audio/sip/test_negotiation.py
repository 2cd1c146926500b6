from __future__ import annotations

import base64

from audio.rtp.codec import Codec
from audio.sip.media import SrtpKey
from models.call import Side
from tests.audio.sip.flows import AGENT, CUSTOMER, Dialog, answered_call, media, sdp, signals, told

CALL = Dialog()
SUITE = "AES_CM_128_HMAC_SHA1_80"
OURS, OTHER, THEIRS = bytes(range(30)), bytes(30), bytes(range(30, 60))


def crypto(tag: int, key: bytes) -> str:
    return f"a=crypto:{tag} {SUITE} inline:{base64.b64encode(key).decode()}"


def where(flow: list) -> list[tuple[Side, str, int]]:
    return [(one.listener, one.address, one.port) for one in media(told(flow))]


def test_a_late_offer_is_answered_in_the_ack() -> None:
    flow = [
        CALL.invite(100.0, body=""),
        CALL.response(104.0, 200, body=sdp(AGENT, 7000)),
        CALL.ack(104.1, body=sdp(CUSTOMER, 6000)),
    ]
    assert where(flow) == [(Side.CALLEE, AGENT, 7000), (Side.CALLER, CUSTOMER, 6000)]


def test_a_late_offer_answered_with_sendonly_is_a_hold_by_who_answers() -> None:
    flow = [
        *answered_call()[:5],
        CALL.request(120.0, "INVITE", 2),
        CALL.response(120.1, 200, cseq=2, body=sdp(AGENT, 7000)),
        CALL.ack(120.2, 2, body=sdp(CUSTOMER, 6000, "a=sendonly")),
    ]
    held = signals(told(flow))[-1]
    assert (type(held).__name__, held.at_s, held.by) == ("LegHeld", 120.2, Side.CALLER)  # type: ignore[union-attr] # it is


def test_a_reliable_early_offer_is_answered_in_the_prack() -> None:
    flow = [
        CALL.invite(100.0, body=""),
        CALL.response(100.2, 183, body=sdp(AGENT, 7000), headers={"RSeq": "1"}),
        CALL.request(100.3, "PRACK", 2, body=sdp(CUSTOMER, 6000), headers={"RAck": "1 1 INVITE"}),
        CALL.response(100.4, 200, "PRACK", 2),
        CALL.response(104.0, 200),
    ]
    assert where(flow) == [(Side.CALLEE, AGENT, 7000), (Side.CALLER, CUSTOMER, 6000)]


def test_a_new_port_is_expected_from_the_offer_on_and_the_same_again_is_not_told() -> None:
    flow = [
        *answered_call()[:5],
        CALL.request(120.0, "INVITE", 2, body=sdp(CUSTOMER, 6100)),
        CALL.response(120.1, 200, cseq=2, body=sdp(AGENT, 7000)),
    ]
    assert where(flow) == [(Side.CALLER, CUSTOMER, 6000), (Side.CALLEE, AGENT, 7000), (Side.CALLER, CUSTOMER, 6100)]


def test_another_codec_at_the_same_port_is_told() -> None:
    flow = [*answered_call()[:5], CALL.request(120.0, "UPDATE", 2, body=sdp(formats="0 101"))]
    changed = media(told(flow))[-1]
    assert (changed.at_s, changed.port) == (120.0, 6000)
    assert changed.codecs[0] == Codec("PCMU", 8000)


def test_each_side_encrypts_with_its_own_key_and_the_answers_tag_chooses() -> None:
    offer = sdp(CUSTOMER, 6000, crypto(1, OTHER), crypto(2, OURS), profile="RTP/SAVP")
    answer = sdp(AGENT, 7000, crypto(2, THEIRS), profile="RTP/SAVP")
    expected = media(told([CALL.invite(100.0, body=offer), CALL.response(104.0, 200, body=answer)]))
    assert [(one.at_s, one.listener, one.keys, one.encrypted) for one in expected] == [
        (100.0, Side.CALLER, (), True),
        (104.0, Side.CALLEE, (SrtpKey(2, SUITE, OURS),), True),
        (104.0, Side.CALLER, (SrtpKey(2, SUITE, THEIRS),), True),
    ]


def test_keys_that_only_one_side_offered_in_clear_do_not_encrypt() -> None:
    flow = [
        CALL.invite(100.0, body=sdp(CUSTOMER, 6000, crypto(1, OURS))),
        CALL.response(104.0, 200, body=sdp(AGENT, 7000)),
    ]
    assert [one.encrypted for one in media(told(flow))] == [False, False]


def test_a_number_that_only_the_speaker_explains_is_known() -> None:
    answer = sdp(AGENT, 7000, "a=rtpmap:96 opus/48000/2", formats="96")
    flow = [
        CALL.invite(100.0, body=sdp(formats="8 111") + "a=rtpmap:111 opus/48000/2\r\n"),
        CALL.response(104.0, 200, body=answer),
    ]
    at_caller = media(told(flow))[-1]
    assert at_caller.listener is Side.CALLER
    assert sorted(at_caller.codecs) == [8, 96, 111]


def test_several_lines_keep_their_labels() -> None:
    two = sdp(CUSTOMER, 6000, "a=label:1", "m=audio 6002 RTP/AVP 8", "a=label:2")
    expected = media(told([CALL.invite(100.0, body=two), CALL.response(100.1, 180)]))
    assert [(one.port, one.label) for one in expected] == [(6000, "1"), (6002, "2")]


def test_a_broken_description_loses_no_call() -> None:
    flow = [CALL.invite(100.0, body="no description"), CALL.response(104.0, 200, body="\x00\x01")]
    assert [type(event).__name__ for event in told(flow)] == ["LegBegun", "LegAnswered"]


def test_a_late_copy_of_an_old_answer_does_not_take_back_a_hold() -> None:
    resume = CALL.response(120.1, 200, cseq=2, body=sdp(AGENT, 7000))
    flow = [
        *answered_call()[:5],
        CALL.request(120.0, "INVITE", 2, body=sdp()),
        CALL.request(121.0, "INVITE", 3, body=sdp(CUSTOMER, 6000, "a=sendonly")),
        CALL.response(121.1, 200, cseq=3, body=sdp(AGENT, 7000, "a=recvonly")),
        resume,
    ]
    assert [type(event).__name__ for event in signals(told(flow))[3:]] == ["LegHeld"]


def test_the_keys_of_an_offer_in_a_183_and_its_answer_in_the_prack_belong_together() -> None:
    flow = [
        CALL.invite(100.0, body=""),
        CALL.response(100.2, 183, body=sdp(AGENT, 7000, crypto(1, THEIRS), profile="RTP/SAVP")),
        CALL.request(
            100.3,
            "PRACK",
            2,
            body=sdp(CUSTOMER, 6000, crypto(1, OURS), profile="RTP/SAVP"),
            headers={"RAck": "1 1 INVITE"},
        ),
    ]
    keys = {one.listener: [key.key_and_salt for key in one.keys] for one in media(told(flow))}
    assert keys == {Side.CALLEE: [OURS], Side.CALLER: [THEIRS]}
