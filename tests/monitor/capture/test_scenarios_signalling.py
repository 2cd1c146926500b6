"""One call's signalling in all the ways in which it goes in the field, from the capture file to the record."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from audio.sniffing.settings import SnifferSettings
from models.call import Outcome
from models.recording import Party
from monitor.settings.capture import CaptureSection
from tests.audio.rtp.senders import Packet
from tests.audio.sip.flows import AGENT, CUSTOMER, PROXY, Dialog, sdp
from tests.monitor.capture.scenes import START_S, Scene, between, plain_call, sent, voice

CALL = Dialog()
CUSTOMER_VOICE, AGENT_VOICE = voice(1), voice(2)
TO_CUSTOMER, TO_AGENT = ((AGENT, 7000), (CUSTOMER, 6000)), ((CUSTOMER, 6000), (AGENT, 7000))


@pytest.fixture(params=[False, True], ids=["file", "live"])
def scene(tmp_path: Path, request: pytest.FixtureRequest) -> Scene:
    return Scene(tmp_path, live=request.param)


def talk(scene: Scene, at_s: float = 4.0) -> None:
    """Both say two seconds."""
    scene.speak(CUSTOMER_VOICE, at_s, *TO_AGENT)
    scene.speak(AGENT_VOICE, at_s + 0.5, *TO_CUSTOMER)


def test_a_plain_call_is_told_with_every_figure(scene: Scene) -> None:
    scene.signal(plain_call())
    talk(scene)
    call = scene.call()
    assert call.record.outcome is Outcome.ANSWERED
    assert call.record.ring_to_answer_s == pytest.approx(3.0, abs=0.001)
    assert call.record.post_dial_delay_s == pytest.approx(0.2, abs=0.001)
    assert call.record.answer_delay_s == pytest.approx(3.2, abs=0.001)
    assert call.record.ring_to_abandon_s is None
    assert call.record.ended_by is Party.CUSTOMER
    assert call.kinds() == ["begun", "ringing", "answered", "ended"]
    assert [call.when(kind) for kind in call.kinds()] == [[0.0], [0.2], [3.2], [8.0]]
    assert call.says(Party.CUSTOMER, CUSTOMER_VOICE, 4.0)
    assert call.says(Party.AGENT, AGENT_VOICE, 4.5)
    assert call.record.channels == (Party.CUSTOMER, Party.AGENT)
    assert (call.record.concealed, call.record.missing, call.record.notes) == ({}, {}, ())
    assert (call.record.caller, call.record.callee) == ("+34600111222", "900123456")
    for party in (Party.AGENT, Party.CUSTOMER):
        figures = call.figures(party)
        assert (figures.packets, figures.lost, figures.duplicated, figures.reordered) == (100, 0, 0, 0)
        assert (figures.codec, figures.jitter_ms) == ("PCMA", pytest.approx(0.0, abs=0.01))


def test_the_agent_who_hangs_up_is_told(scene: Scene) -> None:
    scene.signal(plain_call(by_callee=True))
    talk(scene)
    assert scene.call().record.ended_by is Party.AGENT


def test_a_caller_who_gives_up_while_it_rings_abandons(scene: Scene) -> None:
    scene.signal(
        [
            CALL.invite(START_S),
            CALL.response(START_S + 0.2, 180),
            CALL.request(START_S + 5.0, "CANCEL", 1, inside=False),
            CALL.response(START_S + 5.01, 200, "CANCEL"),
            CALL.response(START_S + 5.02, 487),
        ]
    )
    call = scene.call()
    assert call.record.outcome is Outcome.ABANDONED
    assert call.record.ring_to_abandon_s == pytest.approx(4.8, abs=0.001)
    assert (call.record.ring_to_answer_s, call.record.transport, call.sound) == (None, None, None)
    assert call.record.ended_by is Party.CUSTOMER
    assert call.kinds() == ["begun", "ringing", "abandoned"]
    assert call.record.notes == ()
    if scene.captured is not None:
        assert (len(scene.captured.recordings), scene.captured.silent) == (0, 1)


def test_busy_is_a_failure_by_who_was_called(scene: Scene) -> None:
    scene.signal([CALL.invite(START_S), CALL.response(START_S + 0.1, 100), CALL.response(START_S + 0.3, 486)])
    call = scene.call()
    assert (call.record.outcome, call.record.ended_by) == (Outcome.FAILED, Party.AGENT)
    assert call.kinds() == ["begun", "failed"]
    assert call.record.moments[-1].detail == "486"


def test_a_challenge_and_a_second_invite_are_one_call(scene: Scene) -> None:
    challenged = [CALL.invite(START_S - 0.1), CALL.response(START_S - 0.08, 401), CALL.ack(START_S - 0.07)]
    again = [replace(seen, data=seen.data.replace(b"CSeq: 1 ", b"CSeq: 2 ")) for seen in plain_call()]
    again = [replace(seen, data=seen.data.replace(b"INVITE-1-0", b"INVITE-2-0")) for seen in again]
    scene.signal([*challenged, *again])
    talk(scene)
    call = scene.call()
    assert call.record.outcome is Outcome.ANSWERED
    assert call.record.ring_to_answer_s == pytest.approx(3.0, abs=0.001)
    assert call.record.post_dial_delay_s == pytest.approx(0.3, abs=0.001)
    assert call.says(Party.CUSTOMER, CUSTOMER_VOICE, 4.0)


def test_of_two_telephones_that_ring_the_one_that_answers_is_heard(scene: Scene) -> None:
    other = replace(CALL, callee_tag="to-other")
    scene.signal(plain_call())
    scene.signal([other.response(START_S + 0.5, 180)])
    talk(scene)
    call = scene.call()
    assert call.record.ring_to_answer_s == pytest.approx(3.0, abs=0.001)
    assert call.says(Party.AGENT, AGENT_VOICE, 4.5)
    assert (call.record.outcome, call.record.notes) == (Outcome.ANSWERED, ())


def test_an_announcement_before_the_answer_is_early_media_and_recorded(scene: Scene) -> None:
    flow = plain_call()
    flow[2] = CALL.response(START_S + 0.2, 183, body=sdp(AGENT, 7000))
    scene.signal(flow)
    scene.speak(voice(3), 0.5, *TO_CUSTOMER, ssrc=9)
    talk(scene)
    call = scene.call()
    assert call.kinds()[:4] == ["begun", "ringing", "early_media", "answered"]
    assert call.record.ring_to_answer_s == pytest.approx(3.0, abs=0.001)
    assert call.says(Party.AGENT, voice(3), 0.5)
    assert call.says(Party.AGENT, AGENT_VOICE, 4.5)


def test_an_offer_that_comes_with_the_answer_is_understood(scene: Scene) -> None:
    flow = plain_call()
    flow[0] = CALL.request(START_S, "INVITE", inside=False)
    flow[4] = CALL.ack(START_S + 3.25, body=sdp(CUSTOMER, 6000))
    scene.signal(flow)
    talk(scene)
    call = scene.call()
    assert call.says(Party.CUSTOMER, CUSTOMER_VOICE, 4.0)
    assert call.says(Party.AGENT, AGENT_VOICE, 4.5)
    assert call.record.ring_to_answer_s == pytest.approx(3.0, abs=0.001)


def test_messages_sent_again_change_no_figure(scene: Scene) -> None:
    flow = plain_call()
    again = [replace(flow[index], at_s=flow[index].at_s + later_s) for index in (0, 2, 3, 5) for later_s in (0.1, 0.5)]
    scene.signal([*flow, *again])
    talk(scene)
    call = scene.call()
    assert call.record.ring_to_answer_s == pytest.approx(3.0, abs=0.001)
    assert call.record.post_dial_delay_s == pytest.approx(0.2, abs=0.001)
    assert call.kinds() == ["begun", "ringing", "answered", "ended"]
    assert len(call.record.signalling_ids) == 1


def test_a_call_seen_before_and_after_a_proxy_is_one(scene: Scene) -> None:
    before = between(CUSTOMER, PROXY, plain_call())
    after = [
        replace(seen, at_s=seen.at_s + 0.002 * (1 if seen.source == CUSTOMER else -1), data=_further(seen.data))
        for seen in plain_call()
    ]
    scene.signal([*before, *between(PROXY, AGENT, after)])
    talk(scene)
    call = scene.call()
    assert call.record.ring_to_answer_s == pytest.approx(3.0, abs=0.005)
    assert call.says(Party.CUSTOMER, CUSTOMER_VOICE, 4.0)
    assert call.says(Party.AGENT, AGENT_VOICE, 4.5)
    assert call.kinds() == ["begun", "ringing", "answered", "ended"]


def _further(data: bytes) -> bytes:
    """A message as it looks one hop on."""
    via = b"Via: SIP/2.0/UDP 192.0.2.50;branch=z9hG4bK-proxy-" + data[:3] + b"\r\n"
    if data.startswith(b"SIP/2.0"):
        method = data.split(b"CSeq: ", 1)[1].split(b"\r\n", 1)[0].split(b" ")[1]
        via = b"Via: SIP/2.0/UDP 192.0.2.50;branch=z9hG4bK-proxy-" + method[:3] + b"\r\n"
    start, rest = data.split(b"\r\n", 1)
    return start + b"\r\n" + via + rest


def test_a_mirror_port_that_shows_every_packet_twice_changes_nothing_but_the_count(scene: Scene) -> None:
    scene.signal(plain_call())
    talk(scene)
    scene.add([(at_s + 0.00002, frame) for at_s, frame in list(scene.frames)])
    call = scene.call()
    assert call.record.ring_to_answer_s == pytest.approx(3.0, abs=0.001)
    assert call.says(Party.CUSTOMER, CUSTOMER_VOICE, 4.0)
    assert call.says(Party.AGENT, AGENT_VOICE, 4.5)
    figures = call.figures(Party.AGENT)
    assert (figures.packets, figures.lost, figures.duplicated) == (100, 0, 100)
    assert call.figures(Party.CUSTOMER).jitter_ms == pytest.approx(0.0, abs=0.05)


def test_consecutive_calls_between_the_same_ports_are_told_apart(scene: Scene) -> None:
    """The same customer again and again, 10 s apart."""
    for number in range(3):
        dialog = Dialog(call_id=f"call-{number}", caller_tag=f"from-{number}", callee_tag=f"to-{number}")
        scene.signal(plain_call(dialog, start_s=START_S + 10 * number))
        scene.speak(voice(10 + number), 10 * number + 4.0, *TO_AGENT)
        scene.speak(voice(20 + number), 10 * number + 4.5, *TO_CUSTOMER)
    calls = scene.calls()
    assert [call.record.signalling_ids for call in calls] == [("call-0",), ("call-1",), ("call-2",)]
    for number, call in enumerate(calls):
        assert call.says(Party.CUSTOMER, voice(10 + number), 10 * number + 4.0)
        assert call.says(Party.AGENT, voice(20 + number), 10 * number + 4.5)
        assert call.figures(Party.CUSTOMER).packets == 100
        assert call.recorded.duration_s == pytest.approx(2.5, abs=0.001)


def test_a_capture_that_begins_within_a_call_tells_what_it_saw(scene: Scene) -> None:
    """An INVITE inside the dialog names the addresses; the answer was before."""
    scene.signal(
        [
            CALL.request(START_S, "INVITE", 7, body=sdp(CUSTOMER, 6000)),
            CALL.response(START_S + 0.1, 200, "INVITE", 7, body=sdp(AGENT, 7000)),
            CALL.ack(START_S + 0.12, 7),
            CALL.request(START_S + 8.0, "BYE", 8),
        ]
    )
    talk(scene)
    call = scene.call()
    assert call.record.outcome is Outcome.ANSWERED
    delays = (call.record.ring_to_answer_s, call.record.post_dial_delay_s, call.record.answer_delay_s)
    assert delays == (None, None, None)
    assert "beginning_not_seen" in call.record.notes
    assert "begun" not in call.kinds()
    assert call.says(Party.CUSTOMER, CUSTOMER_VOICE, 4.0)
    assert call.record.ended_by is Party.CUSTOMER


def test_a_capture_that_begins_within_a_call_keeps_its_sound_though_only_the_bye_was_signalled(scene: Scene) -> None:
    scene.signal([CALL.request(START_S + 8.0, "BYE", 8)])
    talk(scene)
    call = scene.call()
    assert "no_signalling" in call.record.notes
    assert call.says(Party.CUSTOMER, CUSTOMER_VOICE, 4.0)
    assert call.says(Party.AGENT, AGENT_VOICE, 4.5)


def test_a_call_whose_bye_was_lost_ends_with_its_last_word(tmp_path: Path) -> None:
    """Another call 400 s later shows that time has passed."""
    scene = Scene(tmp_path, section=CaptureSection(sniffer=SnifferSettings(silence_s=60.0)))
    scene.signal(plain_call()[:-2])
    talk(scene)
    later = Dialog(call_id="later", caller_tag="f", callee_tag="t", caller="<sip:+34911222333@192.0.2.10>")
    scene.signal(plain_call(later, start_s=START_S + 400, ports=(6100, 7100)))
    scene.speak(voice(5), 404.0, (CUSTOMER, 6100), (AGENT, 7100))
    first, second = scene.calls()
    assert first.record.notes == ("end_not_signalled",)
    assert first.when("ended") == [pytest.approx(6.48, abs=0.03)]
    assert first.record.ended_by is None
    assert first.recorded.duration_s == pytest.approx(2.5, abs=0.001)
    assert second.record.signalling_ids == ("later",)
    assert second.says(Party.CUSTOMER, voice(5), 404.0)


def test_a_call_that_outlives_the_capture_says_so(scene: Scene) -> None:
    scene.signal(plain_call()[:-2])
    talk(scene)
    call = scene.call()
    assert call.record.outcome is Outcome.ANSWERED
    assert call.record.notes == ("end_not_signalled",)
    assert call.says(Party.AGENT, AGENT_VOICE, 4.5)


def test_hold_and_music_from_elsewhere_and_the_resumption(scene: Scene) -> None:
    """The agent holds the customer; a music server plays to the customer's port from an address of its own."""
    music_server = ("192.0.2.60", 9000)
    scene.signal(plain_call(end_s=14.0))
    scene.signal(
        [
            CALL.request(START_S + 6.5, "INVITE", 5, body=sdp("192.0.2.60", 9000, "a=sendonly"), by_callee=True),
            CALL.response(START_S + 6.52, 200, "INVITE", 5, body=sdp(CUSTOMER, 6000, "a=recvonly"), by_callee=False),
            CALL.request(START_S + 10.0, "INVITE", 6, body=sdp(AGENT, 7000), by_callee=True),
            CALL.response(START_S + 10.02, 200, "INVITE", 6, body=sdp(CUSTOMER, 6000), by_callee=False),
        ]
    )
    talk(scene)
    scene.speak(voice(8, 3.2), 6.6, music_server, (CUSTOMER, 6000), ssrc=99, sequence=7, timestamp=7)
    after = {"sequence": 900, "timestamp": 90_000}
    scene.speak(voice(3), 10.2, *TO_AGENT, **after)
    scene.speak(voice(4), 10.2, *TO_CUSTOMER, **after)
    call = scene.call()
    assert (call.when("held"), call.when("resumed")) == ([6.52], [10.02])
    assert [moment.by for moment in call.record.moments if moment.kind == "held"] == [Party.AGENT]
    assert call.says(Party.AGENT, AGENT_VOICE, 4.5)
    assert call.says(Party.AGENT, voice(8, 3.2), 6.6)
    assert call.says(Party.AGENT, voice(4), 10.2)
    assert call.says(Party.CUSTOMER, voice(3), 10.2)
    assert call.is_silent(Party.CUSTOMER, 6.0, 10.2)


def test_one_ssrc_in_both_directions_and_equal_numbers_are_two_voices(scene: Scene) -> None:
    """sipp's senders count alike: only the addresses tell them apart."""
    scene.signal(plain_call())
    scene.speak(CUSTOMER_VOICE, 4.0, *TO_AGENT, ssrc=0xDEADBEEF)
    scene.speak(AGENT_VOICE, 4.0, *TO_CUSTOMER, ssrc=0xDEADBEEF)
    call = scene.call()
    assert call.says(Party.CUSTOMER, CUSTOMER_VOICE, 4.0)
    assert call.says(Party.AGENT, AGENT_VOICE, 4.0)


def test_a_customer_behind_a_translator_is_heard(scene: Scene) -> None:
    """Its SDP names 10.0.0.5; its packets come from another address, and the agent answers there."""
    flow = plain_call()
    flow[0] = CALL.invite(START_S, body=sdp("10.0.0.5", 6000))
    scene.signal(flow)
    outside = ("203.0.113.9", 41000)
    scene.speak(CUSTOMER_VOICE, 4.0, outside, (AGENT, 7000))
    scene.speak(AGENT_VOICE, 4.5, (AGENT, 7000), outside)
    call = scene.call()
    assert call.says(Party.CUSTOMER, CUSTOMER_VOICE, 4.0)
    assert call.says(Party.AGENT, AGENT_VOICE, 4.5)


def test_sound_without_any_signalling_is_a_call_that_says_so(scene: Scene) -> None:
    talk(scene)
    call = scene.call()
    assert (call.record.outcome, call.record.signalling_ids) == (Outcome.ANSWERED, ())
    assert "no_signalling" in call.record.notes
    assert call.record.ring_to_answer_s is None
    assert call.says(Party.CUSTOMER, CUSTOMER_VOICE, 4.0)
    assert call.says(Party.AGENT, AGENT_VOICE, 4.5)


def test_keys_pressed_are_moments_and_never_told(scene: Scene) -> None:
    """The customer types 4 9 1 6; each event is sent as RFC 4733 says, three times at its end."""
    scene.signal(plain_call())
    talk(scene)
    sequence = 200
    for index, digit in enumerate((4, 9, 1, 6)):
        at_s = START_S + 6.1 + index * 0.3
        for step in range(8):
            ends = step >= 5
            payload = bytes([digit, (0x80 if ends else 0) | 10]) + (min(step + 1, 6) * 160).to_bytes(2, "big")
            packet = Packet(at_s + step * 0.02, sequence, 5000 + 16800 + index * 2400, payload, 101)
            scene.add(sent([packet], *TO_AGENT))
            sequence += 1
    call = scene.call()
    assert call.when("digit") == [pytest.approx(6.1 + index * 0.3, abs=0.001) for index in range(4)]
    digits = [moment for moment in call.record.moments if moment.kind == "digit"]
    assert {(moment.by, moment.detail) for moment in digits} == {(Party.CUSTOMER, None)}
    assert "4916" not in call.document
    assert call.says(Party.CUSTOMER, CUSTOMER_VOICE, 4.0)
    assert (call.figures(Party.CUSTOMER).lost, call.record.missing, call.record.concealed) == (0, {}, {})
