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


@pytest.fixture(params=[False, True], ids=["file", "live"])
def scene(tmp_path: Path, request: pytest.FixtureRequest) -> Scene:
    return Scene(tmp_path, live=request.param)


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


def rung_in_vain(number: int, from_s: float, until_s: float) -> list[Seen]:
    """A further agent's telephone that the queue rings, and then cancels."""
    host = f"192.0.2.{30 + number}"
    dialog = replace(TO_AGENT, call_id=f"vain-{number}", caller_tag=f"v{number}", callee_tag=f"w{number}")
    flow = [
        dialog.invite(START_S + from_s, body=sdp(PBX, 10100 + number), headers=LINKED),
        dialog.response(START_S + from_s + 0.1, 180),
        dialog.request(START_S + until_s, "CANCEL", 1, inside=False),
        dialog.response(START_S + until_s + 0.01, 200, "CANCEL"),
        dialog.response(START_S + until_s + 0.02, 487),
        dialog.ack(START_S + until_s + 0.03),
    ]
    return between(PBX, host, flow)


@pytest.mark.parametrize("times", [(3.0, 6.2), (0.5, 2.9)], ids=["together", "one_after_another"])
def test_telephones_that_ring_in_vain_do_not_change_who_answered(scene: Scene, times: tuple[float, float]) -> None:
    scene.signal(queued(headers=LINKED))
    scene.signal(rung_in_vain(1, *times))
    relayed(scene)
    call = scene.call()
    assert call.record.outcome is Outcome.ANSWERED
    assert call.record.ring_to_answer_s == pytest.approx(3.0, abs=0.001)
    assert call.record.ended_by is Party.CUSTOMER
    assert call.says(Party.AGENT, AGENT_VOICE, 6.301)
    assert call.record.notes == ()


def test_a_caller_who_gives_up_in_the_queue_is_abandoned_and_the_music_kept(scene: Scene) -> None:
    mine = replace(CALLER, call_id=f"{CALLER.call_id}0")
    customer = [seen for seen in queued(headers=LINKED) if CUSTOMER in (seen.source, seen.destination)]
    scene.signal([seen for seen in customer if seen.at_s < START_S + 5])
    leaves = [mine.request(START_S + 8.0, "BYE", 2), mine.response(START_S + 8.01, 200, "BYE", 2)]
    scene.signal(between(CUSTOMER, PBX, leaves))
    scene.signal(rung_in_vain(1, 3.0, 8.05))
    scene.speak(MUSIC, 0.2, (PBX, 10000), (CUSTOMER, 6000), ssrc=12)
    scene.speak(CUSTOMER_VOICE[:40000], 0.2, (CUSTOMER, 6000), (PBX, 10000), ssrc=11)
    call = scene.call()
    assert call.record.outcome is Outcome.ABANDONED
    assert call.record.ring_to_answer_s is None
    assert call.record.ended_by is Party.CUSTOMER
    assert call.says(Party.CUSTOMER, CUSTOMER_VOICE[:40000], 0.2)
    assert call.says(Party.AGENT, MUSIC, 0.2)


def test_two_customers_at_once_keep_their_own_agents(scene: Scene) -> None:
    """Both through one trunk, half a second apart; nothing but the callers' numbers tells the agents' legs apart."""
    second = "+34600999888"
    scene.signal(queued())
    for seen in queued(START_S + 0.5, number=7):
        ends = _host(seen.source), _host(seen.destination)
        scene.signal([Seen(seen.at_s, _of_second(seen.data, second), *ends)])
    relayed(scene)
    scene.speak(voice(31, 9.0), 1.0, (CUSTOMER, 6500), (PBX, 20000))
    scene.speak(voice(32, 3.0), 7.0, (PBX, 20000), (CUSTOMER, 6500))
    scene.speak(voice(32, 3.0), 6.999, (SECOND_AGENT, 7500), (PBX, 20002))
    calls = scene.calls()
    assert len(calls) == 2
    (one,) = (call for call in calls if call.record.caller == "+34600111222")
    (two,) = (call for call in calls if call.record.caller == second)
    assert one.record.signalling_ids == ("customer@192.0.2.100", "pbx-1@192.0.2.500")
    assert two.record.signalling_ids == ("customer@192.0.2.107", "pbx-1@192.0.2.507")
    assert one.says(Party.CUSTOMER, CUSTOMER_VOICE, 0.2)
    assert one.says(Party.AGENT, AGENT_VOICE, 6.301)
    assert two.says(Party.CUSTOMER, voice(31, 9.0), 1.0)
    assert two.says(Party.AGENT, voice(32, 3.0), 6.999)


def _host(address: str) -> str:
    return SECOND_AGENT if address == AGENT else address


def _of_second(data: bytes, number: str) -> bytes:
    """The same flow of another customer, agent and ports."""
    for old, new in (
        (b"+34600111222", number.encode()),
        (b"m=audio 6000", b"m=audio 6500"),
        (b"m=audio 7000", b"m=audio 7500"),
        (b"m=audio 10000", b"m=audio 20000"),
        (b"m=audio 10002", b"m=audio 20002"),
        (b"IN IP4 192.0.2.20", b"IN IP4 192.0.2.21"),
    ):
        data = data.replace(old, new)
    return data


def test_an_agent_in_a_queue_of_an_outbound_dialler_is_recorded_from_the_first_word(scene: Scene) -> None:
    """The exchange calls the agent first, then the customer; both legs leave the exchange, joined by its own key."""
    to_agent = Dialog(call_id="a@pbx", caller_tag="a1", callee_tag="a2", caller="<sip:dialler@h>", callee="<sip:201@h>")
    to_customer = Dialog(
        call_id="c@pbx", caller_tag="c1", callee_tag="c2", caller="<sip:900123456@h>", callee="<sip:600111222@h>"
    )
    first = plain_call(to_agent, ring_s=0.1, answer_s=1.0, end_s=12.05)
    first[0] = to_agent.invite(START_S, body=sdp(PBX, 10002), headers=LINKED)
    first[3] = to_agent.response(START_S + 1.0, 200, body=sdp(AGENT, 7000))
    second = plain_call(to_customer, start_s=START_S + 2.0, ring_s=0.5, answer_s=4.5, end_s=10.0, by_callee=True)
    second[0] = to_customer.invite(START_S + 2.0, body=sdp(PBX, 10000), headers=LINKED)
    second[3] = to_customer.response(START_S + 6.5, 200, body=sdp(CUSTOMER, 6000))
    scene.signal([*between(PBX, AGENT, first), *between(PBX, CUSTOMER, second)])
    scene.section = CaptureSection(parties=PartyRules(agents=(r"2\d\d",)))
    scene.speak(AGENT_VOICE, 7.0, (AGENT, 7000), (PBX, 10002), ssrc=1)
    scene.speak(AGENT_VOICE, 7.001, (PBX, 10000), (CUSTOMER, 6000), ssrc=2)
    scene.speak(CUSTOMER_VOICE[:32000], 7.0, (CUSTOMER, 6000), (PBX, 10000), ssrc=3)
    scene.speak(CUSTOMER_VOICE[:32000], 7.001, (PBX, 10002), (AGENT, 7000), ssrc=4)
    call = scene.call()
    assert call.record.outcome is Outcome.ANSWERED
    assert call.record.agent_id == "201"
    assert call.says(Party.AGENT, AGENT_VOICE, 7.0)
    assert call.says(Party.CUSTOMER, CUSTOMER_VOICE[:32000], 7.0)
