"""A centre's exchange seen from its mirror port: queues, transfers, agents who call out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from models.call import Outcome
from models.recording import Party
from monitor.calls.parties import PartyRules
from monitor.settings.capture import CaptureSection
from tests.audio.sip.flows import AGENT, CUSTOMER, Dialog, Seen, sdp
from tests.monitor.capture.scenes import PBX, START_S, Scene, between, plain_call, voice

SECOND_AGENT = "192.0.2.21"
CALLER = Dialog(call_id="customer@192.0.2.10", callee="<sip:900123456@192.0.2.50>")
TO_AGENT = Dialog(
    call_id="pbx-1@192.0.2.50",
    caller_tag="pbx-1",
    callee_tag="agent-1",
    caller="<sip:+34600111222@192.0.2.50>",
    callee="<sip:201@192.0.2.20>",
)
LINKED = {"X-Asterisk-Linkedid": "1700000000.17"}
MUSIC, CUSTOMER_VOICE, AGENT_VOICE = voice(1, 5.0), voice(2, 10.0), voice(3, 4.0)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def queued(start_s: float = START_S, headers: dict[str, str] | None = None, number: int = 0) -> list[Seen]:
    """Answered by the queue after 0.1 s; an agent's telephone rings from 3.2 to 6.2 s; the customer ends it at 11 s."""
    mine = replace(CALLER, call_id=f"{CALLER.call_id}{number}")
    theirs = replace(TO_AGENT, call_id=f"{TO_AGENT.call_id}{number}")
    customer = [
        mine.invite(start_s),
        mine.response(start_s + 0.05, 100),
        mine.response(start_s + 0.1, 200, body=sdp(PBX, 10000), headers=headers),
        mine.ack(start_s + 0.12),
        mine.request(start_s + 11.0, "BYE", 2),
        mine.response(start_s + 11.01, 200, "BYE", 2),
    ]
    agent = [
        theirs.invite(start_s + 3.0, body=sdp(PBX, 10002), headers=headers),
        theirs.response(start_s + 3.2, 180),
        theirs.response(start_s + 6.2, 200, body=sdp(AGENT, 7000)),
        theirs.ack(start_s + 6.25),
        theirs.request(start_s + 11.05, "BYE", 2),
        theirs.response(start_s + 11.06, 200, "BYE", 2),
    ]
    return [*between(CUSTOMER, PBX, customer), *between(PBX, AGENT, agent)]


def relayed(scene: Scene, at_s: float = 0.0) -> None:
    """The customer hears music, then the agent; the exchange relays both voices."""
    scene.speak(CUSTOMER_VOICE, at_s + 0.2, (CUSTOMER, 6000), (PBX, 10000), ssrc=11)
    scene.speak(MUSIC, at_s + 0.2, (PBX, 10000), (CUSTOMER, 6000), ssrc=12)
    scene.speak(AGENT_VOICE, at_s + 6.3, (AGENT, 7000), (PBX, 10002), ssrc=13)
    scene.speak(AGENT_VOICE, at_s + 6.301, (PBX, 10000), (CUSTOMER, 6000), ssrc=14)
    scene.speak(CUSTOMER_VOICE[48000:], at_s + 6.201, (PBX, 10002), (AGENT, 7000), ssrc=15)


@pytest.mark.parametrize("headers", [LINKED, None], ids=["linkedid", "number"])
def test_a_queue_and_its_agents_leg_are_one_call_recorded_on_the_customers_leg(
    scene: Scene, headers: dict[str, str] | None
) -> None:
    scene.signal(queued(headers=headers))
    relayed(scene)
    call = scene.call()
    assert call.record.outcome is Outcome.ANSWERED
    assert call.record.signalling_ids == ("customer@192.0.2.100", "pbx-1@192.0.2.500")
    assert call.record.ring_to_answer_s == pytest.approx(3.0, abs=0.001)
    assert call.record.answer_delay_s == pytest.approx(0.1, abs=0.001)
    assert call.record.queue == "900123456"
    assert call.record.ended_by is Party.CUSTOMER
    assert call.says(Party.CUSTOMER, CUSTOMER_VOICE, 0.2)
    assert call.says(Party.AGENT, MUSIC, 0.2)
    assert call.says(Party.AGENT, AGENT_VOICE, 6.301)
    assert call.is_silent(Party.AGENT, 5.2, 6.3)
    assert call.record.notes == ()
    assert (call.figures(Party.CUSTOMER).packets, call.figures(Party.AGENT).packets) == (500, 450)
    assert (call.figures(Party.CUSTOMER).lost, call.figures(Party.AGENT).lost) == (0, 0)


def test_the_same_customer_who_calls_again_is_another_call_with_its_own_agents_leg(scene: Scene) -> None:
    for number, at_s in enumerate((0.0, 15.0)):
        scene.signal(queued(START_S + at_s, number=number))
        relayed(scene, at_s)
    calls = scene.calls()
    assert [len(call.record.signalling_ids) for call in calls] == [2, 2]
    assert [call.record.ring_to_answer_s for call in calls] == [pytest.approx(3.0, abs=0.001)] * 2
    for call, at_s in zip(calls, (0.0, 15.0), strict=True):
        assert call.says(Party.CUSTOMER, CUSTOMER_VOICE, at_s + 0.2)
        assert call.says(Party.AGENT, AGENT_VOICE, at_s + 6.301)


def test_after_the_exchange_steps_out_of_the_way_the_direct_sound_is_recorded_without_a_gap(scene: Scene) -> None:
    """At 8 s both legs are told the other's address; each end changes its sender there."""
    mine = replace(CALLER, call_id=f"{CALLER.call_id}0")
    theirs = replace(TO_AGENT, call_id=f"{TO_AGENT.call_id}0")
    scene.signal(queued(headers=LINKED))
    moved = [
        mine.request(START_S + 8.0, "INVITE", 5, body=sdp(AGENT, 7000), by_callee=True),
        mine.response(START_S + 8.01, 200, "INVITE", 5, body=sdp(CUSTOMER, 6000), by_callee=False),
    ]
    scene.signal(between(CUSTOMER, PBX, moved))
    scene.signal(
        between(
            PBX,
            AGENT,
            [
                theirs.request(START_S + 8.0, "INVITE", 2, body=sdp(CUSTOMER, 6000)),
                theirs.response(START_S + 8.01, 200, "INVITE", 2, body=sdp(AGENT, 7000)),
            ],
        )
    )
    first, then = CUSTOMER_VOICE[: 8000 * 8], CUSTOMER_VOICE[8000 * 8 :]
    scene.speak(first, 0.2, (CUSTOMER, 6000), (PBX, 10000), ssrc=11)
    scene.speak(then, 8.2, (CUSTOMER, 6000), (AGENT, 7000), ssrc=11, sequence=500, timestamp=5000 + len(first))
    scene.speak(first[48000:], 6.201, (PBX, 10002), (AGENT, 7000), ssrc=15)
    scene.speak(AGENT_VOICE[:12000], 6.3, (AGENT, 7000), (PBX, 10002), ssrc=13)
    scene.speak(AGENT_VOICE[:12000], 6.301, (PBX, 10000), (CUSTOMER, 6000), ssrc=14)
    scene.speak(
        AGENT_VOICE[12000:], 8.2, (AGENT, 7000), (CUSTOMER, 6000), ssrc=13, sequence=175, timestamp=5000 + 12000
    )
    call = scene.call()
    assert call.record.ring_to_answer_s == pytest.approx(3.0, abs=0.001)
    assert call.says(Party.CUSTOMER, first, 0.2)
    relay = 8  # samples by which the exchange passes the voice on later
    assert call.says(Party.CUSTOMER, then[relay:], 8.201)
    assert call.says(Party.AGENT, AGENT_VOICE[:12000], 6.3)
    assert call.says(Party.AGENT, AGENT_VOICE[12000:], 8.2)


OUTWARD = Dialog(caller="<sip:201@192.0.2.10>", callee="<sip:600111222@192.0.2.20>")


@pytest.mark.parametrize(
    "rules",
    [PartyRules(agents=(r"2\d\d",)), PartyRules(agent_networks=("192.0.2.10/32",))],
    ids=["extension", "network"],
)
def test_an_agent_who_calls_out_is_the_agent(tmp_path: Path, rules: PartyRules) -> None:
    scene = Scene(tmp_path, section=CaptureSection(parties=rules))
    scene.signal(plain_call(OUTWARD, by_callee=True))
    scene.speak(voice(1), 4.0, (CUSTOMER, 6000), (AGENT, 7000))
    scene.speak(voice(2), 4.5, (AGENT, 7000), (CUSTOMER, 6000))
    call = scene.call()
    assert call.says(Party.AGENT, voice(1), 4.0)
    assert call.says(Party.CUSTOMER, voice(2), 4.5)
    assert call.record.ended_by is Party.CUSTOMER
    assert (call.record.caller, call.record.callee) == ("201", "600111222")
    assert call.record.agent_id == ("201" if rules.agents else None)
    assert call.record.ring_to_answer_s == pytest.approx(3.0, abs=0.001)
    assert call.record.post_dial_delay_s == pytest.approx(0.2, abs=0.001)


def test_a_blind_transfer_goes_on_in_the_same_recording(scene: Scene) -> None:
    """Customer to agent; the agent refers the customer's telephone to a colleague, which asks there itself."""
    first = Dialog(call_id="one@192.0.2.10")
    second = Dialog(call_id="two@192.0.2.10", caller_tag="from-2", callee_tag="to-2", callee="<sip:202@192.0.2.21>")
    scene.signal(plain_call(first, by_callee=True, end_s=6.3))
    scene.signal(
        [
            first.request(START_S + 6.0, "REFER", 7, by_callee=True, headers={"Refer-To": "<sip:202@192.0.2.21>"}),
            first.response(START_S + 6.01, 202, "REFER", 7, by_callee=False),
        ]
    )
    on = plain_call(second, start_s=START_S + 6.1, answer_s=2.2, end_s=6.0, ports=(6002, 7200))
    on = [replace(seen, data=seen.data.replace(b"IN IP4 192.0.2.20", b"IN IP4 192.0.2.21")) for seen in on]
    scene.signal(between(CUSTOMER, SECOND_AGENT, on))
    scene.speak(voice(1, 2.4), 3.6, (CUSTOMER, 6000), (AGENT, 7000))
    scene.speak(voice(2), 4.0, (AGENT, 7000), (CUSTOMER, 6000))
    scene.speak(voice(3), 8.4, (CUSTOMER, 6002), (SECOND_AGENT, 7200))
    scene.speak(voice(4), 8.4, (SECOND_AGENT, 7200), (CUSTOMER, 6002))
    call = scene.call()
    assert "transferred" in call.kinds()
    assert call.says(Party.CUSTOMER, voice(1, 2.4), 3.6)
    assert call.says(Party.CUSTOMER, voice(3), 8.4)
    assert call.says(Party.AGENT, voice(2), 4.0)
    assert call.says(Party.AGENT, voice(4), 8.4)
    assert call.record.ring_to_answer_s == pytest.approx(3.0, abs=0.001)
    assert call.record.ended_by is Party.CUSTOMER


COLLEAGUE = Dialog(
    call_id="two@192.0.2.21",
    caller_tag="from-2",
    callee_tag="to-2",
    caller="<sip:202@192.0.2.21>",
    callee="<sip:+34600111222@192.0.2.10>",
)


def test_sound_that_goes_on_at_once_in_the_leg_that_replaces_another_is_not_lost(scene: Scene) -> None:
    """An INVITE with Replaces takes the agent's place; the first word comes 10 ms after the old leg's end."""
    first = Dialog(call_id="one@192.0.2.10")
    second = COLLEAGUE
    scene.signal(plain_call(first, end_s=6.1))
    replacing = {"Replaces": "one@192.0.2.10;to-tag=from-1;from-tag=to-1"}
    on = [
        second.invite(START_S + 6.0, body=sdp(SECOND_AGENT, 7200), headers=replacing),
        second.response(START_S + 6.05, 200, body=sdp(CUSTOMER, 6000)),
        second.ack(START_S + 6.06),
        second.request(START_S + 30.0, "BYE", 2),
        second.response(START_S + 30.01, 200, "BYE", 2),
    ]
    scene.signal(between(SECOND_AGENT, CUSTOMER, on))
    scene.speak(voice(1, 2.4), 3.6, (CUSTOMER, 6000), (AGENT, 7000))
    scene.speak(voice(2, 2.4), 3.6, (AGENT, 7000), (CUSTOMER, 6000))
    scene.speak(voice(3, 20), 6.12, (CUSTOMER, 6000), (SECOND_AGENT, 7200), ssrc=1)
    scene.speak(voice(4, 20), 6.12, (SECOND_AGENT, 7200), (CUSTOMER, 6000), ssrc=2)
    call = scene.call()
    assert call.says(Party.CUSTOMER, voice(1, 2.4), 3.6)
    assert call.says(Party.AGENT, voice(2, 2.4), 3.6)
    assert call.says(Party.CUSTOMER, voice(3, 20), 6.12)
    assert call.says(Party.AGENT, voice(4, 20), 6.12)


def test_a_consultation_before_a_transfer_is_no_part_of_the_customers_recording(scene: Scene) -> None:
    """The agent holds the customer, asks a colleague, and the colleague's telephone replaces the agent's."""
    first, asks = (
        Dialog(call_id="one@192.0.2.10"),
        Dialog(
            call_id="ask@192.0.2.20", caller_tag="ask", callee_tag="asked", caller="<sip:201@h>", callee="<sip:202@h>"
        ),
    )
    scene.signal(plain_call(first, end_s=12.1, by_callee=True))
    scene.signal(
        [
            first.request(START_S + 6.0, "INVITE", 9, body=sdp(AGENT, 7000, "a=sendonly"), by_callee=True),
            first.response(START_S + 6.02, 200, "INVITE", 9, body=sdp(CUSTOMER, 6000, "a=recvonly"), by_callee=False),
        ]
    )
    consult = plain_call(asks, start_s=START_S + 7.0, ring_s=0.1, answer_s=1.0, end_s=5.1, ports=(7002, 7200))
    consult = [
        replace(
            seen,
            data=seen.data.replace(b"IP4 192.0.2.20", b"IP4 192.0.2.21").replace(b"IP4 192.0.2.10", b"IP4 192.0.2.20"),
        )
        for seen in consult
    ]
    scene.signal(between(AGENT, SECOND_AGENT, consult))
    second = COLLEAGUE
    on = [
        second.invite(
            START_S + 11.9,
            body=sdp(SECOND_AGENT, 7300),
            headers={"Replaces": "one@192.0.2.10;to-tag=from-1;from-tag=to-1"},
        ),
        second.response(START_S + 12.0, 200, body=sdp(CUSTOMER, 6000)),
        second.ack(START_S + 12.01),
        second.request(START_S + 16.0, "BYE", 2),
        second.response(START_S + 16.01, 200, "BYE", 2),
    ]
    scene.signal(between(SECOND_AGENT, CUSTOMER, on))
    scene.speak(voice(1), 3.6, (CUSTOMER, 6000), (AGENT, 7000))
    scene.speak(voice(2), 3.6, (AGENT, 7000), (CUSTOMER, 6000))
    scene.speak(voice(5), 8.5, (AGENT, 7002), (SECOND_AGENT, 7200))
    scene.speak(voice(6), 8.5, (SECOND_AGENT, 7200), (AGENT, 7002))
    scene.speak(voice(3), 12.2, (CUSTOMER, 6000), (SECOND_AGENT, 7300), ssrc=1)
    scene.speak(voice(4), 12.2, (SECOND_AGENT, 7300), (CUSTOMER, 6000), ssrc=2)
    calls = [call for call in scene.calls() if "one@192.0.2.10" in call.record.signalling_ids]
    (call,) = calls
    assert call.says(Party.CUSTOMER, voice(1), 3.6)
    assert call.says(Party.AGENT, voice(2), 3.6)
    assert call.is_silent(Party.CUSTOMER, 5.6, 12.2)
    assert call.is_silent(Party.AGENT, 5.6, 12.2)
    assert call.says(Party.CUSTOMER, voice(3), 12.2)
    assert call.says(Party.AGENT, voice(4), 12.2)
    assert {"held", "transferred"} <= set(call.kinds())
