from __future__ import annotations

from dataclasses import replace

import pytest

from audio.events import (
    LegAnswered,
    LegBegun,
    LegCancelled,
    LegEnded,
    LegFailed,
    LegHeld,
    LegResumed,
    LegRinging,
)
from audio.sip.dialogs import DialogTracker
from audio.sip.rules import DialogRules
from models.call import Side
from tests.audio.sip.flows import (
    AGENT,
    CUSTOMER,
    PROXY,
    Dialog,
    answered_call,
    feed,
    kinds,
    media,
    sdp,
    signals,
    told,
)

LEG = "call-1@192.0.2.10;from-1;1"
FAR_LEG = "call-1@192.0.2.10;to-1;2"
CALL = Dialog()


def test_an_answered_call_is_told_with_the_times_of_its_messages() -> None:
    assert signals(told(answered_call())) == [
        LegBegun(
            at_s=100.0,
            leg=LEG,
            signalling_id="call-1@192.0.2.10",
            caller="+34600111222",
            callee="900123456",
            join_keys=("call-id:call-1@192.0.2.10",),
            addresses=(CUSTOMER, AGENT),
        ),
        LegRinging(100.2, LEG, 180),
        LegAnswered(104.4, LEG),
        LegEnded(160.0, LEG, Side.CALLER, "bye"),
    ]


def test_each_sides_sound_is_expected_where_its_description_says() -> None:
    expected = media(told(answered_call()))
    assert [(one.at_s, one.listener, one.address, one.port, one.rtcp_port) for one in expected] == [
        (100.0, Side.CALLER, CUSTOMER, 6000, 6001),
        (104.4, Side.CALLEE, AGENT, 7000, 7001),
    ]


def test_an_invite_alone_is_no_call() -> None:
    tracker = DialogTracker()
    assert feed(tracker, CALL.invite(100.0)) == ()
    assert feed(tracker, CALL.invite(100.5)) == ()
    assert tracker.expire(200.0) == ()
    assert len(tracker) == 0


def test_a_server_that_only_says_trying_or_asks_for_a_password_has_not_made_a_call() -> None:
    challenged = [CALL.invite(100.0), CALL.response(100.0, 100), CALL.response(100.1, 401)]
    assert told(challenged, until_s=1_000.0) == []


def test_retransmissions_change_nothing() -> None:
    once = answered_call()
    doubled = [copy for seen in once for copy in (seen, replace(seen, at_s=seen.at_s + 0.5))]
    doubled.sort(key=lambda seen: seen.at_s)
    assert told(doubled) == told(once)


def test_a_call_challenged_for_a_password_begins_with_its_first_invite() -> None:
    flow = [CALL.invite(100.0), CALL.response(100.1, 407), *answered_call(start_s=100.2)[2:4]]
    again = CALL.invite(100.2, 2)
    events = told(
        [*flow[:2], again, CALL.response(100.4, 180, cseq=2), CALL.response(103.0, 200, cseq=2)], until_s=140.0
    )
    assert kinds(events) == ["LegBegun", "LegRinging", "LegAnswered"]
    assert [event.at_s for event in signals(events)] == [100.0, 100.4, 103.0]


def test_early_media_counts_as_ringing_and_its_address_is_known() -> None:
    flow = [CALL.invite(100.0), CALL.response(100.3, 183, body=sdp(AGENT, 7000)), CALL.response(101.0, 180)]
    events = told(flow)
    assert signals(events)[1:] == [LegRinging(100.3, LEG, 183, early_media=True), LegRinging(101.0, LEG, 180)]
    assert media(events)[1].port == 7000


def test_a_183_without_sound_is_no_ringing() -> None:
    assert kinds(told([CALL.invite(100.0), CALL.response(100.3, 183)])) == ["LegBegun"]


def test_the_caller_giving_up_is_told_at_the_time_of_the_cancel() -> None:
    flow = [
        CALL.invite(100.0),
        CALL.response(100.2, 180),
        CALL.request(109.0, "CANCEL", inside=False),
        CALL.response(109.01, 200, "CANCEL"),
        CALL.response(109.02, 487),
    ]
    assert signals(told(flow))[2:] == [LegCancelled(109.0, LEG)]


def test_a_cancel_whose_487_was_lost_is_told_after_a_while() -> None:
    flow = [CALL.invite(100.0), CALL.response(100.2, 180), CALL.request(109.0, "CANCEL", inside=False)]
    assert kinds(told(flow)) == ["LegBegun", "LegRinging"]
    assert signals(told(flow, until_s=150.0))[2:] == [LegCancelled(109.0, LEG)]


def test_an_answer_that_crosses_the_cancel_is_an_answer() -> None:
    flow = [
        CALL.invite(100.0),
        CALL.response(100.2, 180),
        CALL.request(109.0, "CANCEL", inside=False),
        CALL.response(109.01, 200, body=sdp(AGENT, 7000)),
        CALL.response(109.02, 487),
        CALL.request(109.1, "BYE", 2),
    ]
    assert kinds(told(flow, until_s=200.0)) == ["LegBegun", "LegRinging", "LegAnswered", "LegEnded"]


@pytest.mark.parametrize("status", [403, 404, 480, 486, 603])
def test_a_refusal_told_to_the_caller_itself_fails_the_leg_at_once(status: int) -> None:
    flow = [CALL.invite(100.0), CALL.response(100.2, 180), CALL.response(105.0, status)]
    assert signals(told(flow))[2:] == [LegFailed(105.0, LEG, status)]


@pytest.mark.parametrize("status", [302, 488, 503])
def test_a_refusal_that_may_be_followed_by_another_try_waits_for_it(status: int) -> None:
    refused = [CALL.invite(100.0), CALL.response(100.1, 180), CALL.response(100.2, status)]
    assert kinds(told(refused)) == ["LegBegun", "LegRinging"]
    assert signals(told(refused, until_s=103.0))[-1] == LegFailed(100.2, LEG, status)
    again = [CALL.invite(100.3, 2), CALL.response(101.0, 200, cseq=2, body=sdp(AGENT, 7000))]
    assert kinds(told([*refused, *again], until_s=120.0)) == ["LegBegun", "LegRinging", "LegAnswered"]


def test_a_new_try_after_a_failure_is_a_leg_of_its_own() -> None:
    refused = [CALL.invite(100.0), CALL.response(100.1, 486)]
    again = [CALL.invite(110.0, 2), CALL.response(111.0, 180, cseq=2)]
    begun = [event for event in told([*refused, *again]) if isinstance(event, LegBegun)]
    assert [event.at_s for event in begun] == [100.0, 110.0]
    assert begun[0].leg != begun[1].leg
    assert begun[0].join_keys == begun[1].join_keys


def test_who_says_goodbye_is_told() -> None:
    flow = [*answered_call()[:5], CALL.request(130.0, "BYE", 1, by_callee=True)]
    assert signals(told(flow))[-1] == LegEnded(130.0, LEG, Side.CALLEE, "bye")


def test_of_several_forks_the_first_answer_wins_and_the_first_ring_counts() -> None:
    desk, mobile = replace(CALL, callee_tag="desk"), replace(CALL, callee_tag="mobile")
    flow = [
        CALL.invite(100.0),
        desk.response(100.2, 180),
        mobile.response(100.9, 180),
        mobile.response(105.0, 200, body=sdp("192.0.2.31", 7100)),
        desk.response(105.1, 200, body=sdp("192.0.2.32", 7200)),
        desk.request(105.2, "BYE", 2),
        mobile.request(130.0, "BYE", 2, by_callee=True),
    ]
    events = told(flow)
    assert [(type(e).__name__, e.at_s) for e in signals(events)[1:]] == [
        ("LegRinging", 100.2),
        ("LegAnswered", 105.0),
        ("LegEnded", 130.0),
    ]
    assert [one.port for one in media(events)] == [6000, 7100]


def test_where_the_caller_keeps_the_second_answer_the_leg_goes_on_with_it() -> None:
    desk, mobile = replace(CALL, callee_tag="desk"), replace(CALL, callee_tag="mobile")
    flow = [
        CALL.invite(100.0),
        mobile.response(105.0, 200, body=sdp("192.0.2.31", 7100)),
        desk.response(105.1, 200, body=sdp("192.0.2.32", 7200)),
        mobile.request(105.2, "BYE", 2),
        desk.request(130.0, "BYE", 3),
    ]
    events = told(flow)
    assert [one.port for one in media(events)] == [6000, 7100, 7200]
    assert signals(events)[-1] == LegEnded(130.0, LEG, Side.CALLER, "bye")


def through_a_proxy() -> list:
    """The same dialog before and behind a proxy that stays in the way (Record-Route)."""
    flow = answered_call()
    behind = [
        replace(CALL.invite(100.05, hop=2), source=PROXY, destination=AGENT),
        replace(CALL.response(100.15, 180, hop=2), source=AGENT, destination=PROXY),
        replace(CALL.response(104.35, 200, body=sdp(AGENT, 7000), hop=2), source=AGENT, destination=PROXY),
        replace(CALL.request(160.02, "BYE", 2, hop=2), source=PROXY, destination=AGENT),
    ]
    before = [
        replace(seen, destination=PROXY) if seen.destination == AGENT else replace(seen, source=PROXY) for seen in flow
    ]
    return sorted([*before, *behind], key=lambda seen: seen.at_s)


def test_the_same_dialog_at_two_hops_is_one_leg_between_its_ends() -> None:
    events = told(through_a_proxy())
    assert kinds(events) == ["LegBegun", "LegRinging", "LegAnswered", "LegEnded"]
    begun = signals(events)[0]
    assert isinstance(begun, LegBegun)
    assert begun.addresses == (CUSTOMER, AGENT)
    assert [event.at_s for event in signals(events)] == [100.0, 100.15, 104.35, 160.0]


def test_a_fork_that_is_refused_or_cancelled_behind_a_proxy_does_not_end_the_call() -> None:
    flow = [
        CALL.invite(100.0),
        CALL.invite(100.01, hop=2, branch="z9hG4bK-desk"),
        CALL.invite(100.02, hop=2, branch="z9hG4bK-mobile"),
        CALL.response(100.2, 180, hop=2, branch="z9hG4bK-desk"),
        CALL.response(101.0, 486, hop=2, branch="z9hG4bK-mobile"),
        CALL.request(108.0, "CANCEL", inside=False, branch="z9hG4bK-desk"),
        CALL.response(108.1, 487, hop=2, branch="z9hG4bK-desk"),
        CALL.invite(108.2, hop=2, branch="z9hG4bK-voicemail"),
        CALL.response(111.5, 200, hop=2, branch="z9hG4bK-voicemail", body=sdp(AGENT, 7000)),
    ]
    assert kinds(told(flow, until_s=200.0)) == ["LegBegun", "LegRinging", "LegAnswered"]


def test_where_only_the_far_side_of_a_proxy_is_seen_one_busy_fork_is_no_failure_yet() -> None:
    flow = [
        CALL.invite(100.0, hop=2, branch="z9hG4bK-desk"),
        CALL.response(100.2, 180, hop=2, branch="z9hG4bK-desk"),
        CALL.response(105.0, 486, hop=2, branch="z9hG4bK-desk"),
    ]
    hunted = [
        CALL.invite(105.1, hop=2, branch="z9hG4bK-next"),
        CALL.response(107.0, 200, hop=2, branch="z9hG4bK-next", body=sdp(AGENT, 7000)),
    ]
    assert kinds(told([*flow, *hunted], until_s=130.0)) == ["LegBegun", "LegRinging", "LegAnswered"]
    assert signals(told(flow, until_s=130.0))[-1] == LegFailed(105.0, LEG, 486)


def test_a_relays_addresses_are_expected_as_well_as_the_ends_own() -> None:
    flow = [
        CALL.invite(100.0),
        CALL.invite(100.01, hop=2, body=sdp(PROXY, 30000)),
        CALL.response(104.0, 200, hop=2, body=sdp(AGENT, 7000)),
        CALL.response(104.01, 200, body=sdp(PROXY, 30002)),
    ]
    expected = {(one.listener, one.address, one.port) for one in media(told(flow))}
    assert expected == {
        (Side.CALLER, CUSTOMER, 6000),
        (Side.CALLER, PROXY, 30000),
        (Side.CALLEE, AGENT, 7000),
        (Side.CALLEE, PROXY, 30002),
    }


def test_a_capture_that_starts_in_the_middle_takes_up_the_leg_at_a_reinvite() -> None:
    flow = [
        CALL.request(500.0, "INVITE", 7, body=sdp()),
        CALL.response(500.1, 200, cseq=7, body=sdp(AGENT, 7000)),
        CALL.request(560.0, "BYE", 3, by_callee=True),
    ]
    events = told(flow)
    begun, answered, ended = signals(events)
    assert isinstance(begun, LegBegun)
    assert begun.started_late
    assert answered == LegAnswered(500.0, LEG, exact=False)
    assert ended == LegEnded(560.0, LEG, Side.CALLEE, "bye")
    assert [one.port for one in media(events)] == [6000, 7000]


def test_a_capture_that_starts_while_it_rings_knows_the_call_but_not_its_ring() -> None:
    flow = answered_call()[2:]
    assert kinds(told(flow)) == ["LegBegun", "LegAnswered", "LegEnded"]
    assert signals(told(flow))[1] == LegAnswered(104.4, LEG, exact=False)


def test_a_success_alone_is_no_call() -> None:
    assert told([CALL.response(100.0, 200, body=sdp(AGENT, 7000))], until_s=120.0) == []


def test_a_lost_answer_is_known_from_its_ack_but_not_measured() -> None:
    flow = [seen for seen in answered_call() if seen.at_s != 104.4]
    assert signals(told(flow))[2] == LegAnswered(104.45, LEG, exact=False)


def test_the_ack_of_a_refusal_is_no_answer() -> None:
    flow = [CALL.invite(100.0), CALL.response(100.2, 180), CALL.request(105.1, "ACK", 1)]
    assert kinds(told(flow)) == ["LegBegun", "LegRinging"]


def test_a_leg_that_goes_silent_before_its_answer_has_failed_in_the_end() -> None:
    flow = [CALL.invite(100.0), CALL.response(100.2, 180)]
    assert signals(told(flow, until_s=800.0))[-1] == LegFailed(100.2, LEG, None)


def test_an_answered_leg_without_goodbye_is_left_to_its_silence() -> None:
    assert kinds(told(answered_call()[:5], until_s=20_000.0)) == ["LegBegun", "LegRinging", "LegAnswered"]


def test_what_was_forgotten_is_told_no_more() -> None:
    tracker = DialogTracker()
    for seen in answered_call()[:5]:
        feed(tracker, seen)
    tracker.forget(LEG)
    assert feed(tracker, answered_call()[5]) == ()
    tracker.expire(1_000.0)
    assert len(tracker) == 0


def test_dialogs_are_bounded_and_live_ones_are_kept() -> None:
    tracker = DialogTracker(DialogRules(most_dialogs=10))
    for seen in answered_call()[:5]:
        feed(tracker, seen)
    for number in range(100):
        feed(tracker, Dialog(call_id=f"flood-{number}").invite(110.0))
    assert len(tracker) == 10
    assert kinds(feed(tracker, answered_call()[5])) == ["LegEnded"]


def test_with_only_live_legs_a_further_dialog_is_refused_and_counted() -> None:
    tracker = DialogTracker(DialogRules(most_dialogs=3))
    for number in range(5):
        for seen in answered_call(Dialog(call_id=f"call-{number}"))[:5]:
            feed(tracker, seen)
    assert len(tracker) == 3
    assert tracker.refused > 0


def test_a_recording_session_is_no_call_unless_asked_for() -> None:
    flow = [
        CALL.invite(100.0, headers={"Require": "siprec"}),
        CALL.response(100.1, 200, body=sdp(AGENT, 7000)),
        CALL.ack(100.2),
        CALL.request(130.0, "BYE", 2),
    ]
    assert told(flow) == []
    assert kinds(told(flow, DialogRules(recording_sessions=True))) == ["LegBegun", "LegAnswered", "LegEnded"]


def test_a_back_to_back_agent_that_keeps_the_call_id_and_its_own_tag_has_two_legs() -> None:
    far = Dialog(caller_tag="to-1", callee_tag="far", caller=CALL.callee, callee="<sip:1012@192.0.2.30>")
    flow = [
        CALL.invite(100.0),
        far.invite(100.1),
        far.response(100.3, 180),
        CALL.response(100.4, 180),
        far.response(104.0, 200, body=sdp("192.0.2.30", 7000)),
        CALL.response(104.1, 200, body=sdp(AGENT, 7000)),
        CALL.request(130.0, "BYE", 1, by_callee=True),
        far.request(130.1, "BYE", 2, by_callee=True),
    ]
    events = told(flow)
    of_leg = {leg: [(type(e).__name__, e.at_s) for e in signals(events) if e.leg == leg] for leg in (LEG, FAR_LEG)}
    order = ("LegBegun", "LegRinging", "LegAnswered", "LegEnded")
    assert of_leg == {
        LEG: list(zip(order, (100.0, 100.4, 104.1, 130.0), strict=True)),
        FAR_LEG: list(zip(order, (100.1, 100.3, 104.0, 130.1), strict=True)),
    }


def test_what_time_tells_does_not_hang_on_how_often_it_is_asked() -> None:
    flow = [CALL.invite(100.0), CALL.response(100.1, 503), CALL.invite(110.0, 2), CALL.response(110.2, 180, cseq=2)]
    tracker = DialogTracker()
    asked = [event for seen in flow for event in (*tracker.expire(seen.at_s), *feed(tracker, seen))]
    assert kinds(asked) == ["LegBegun", "LegFailed", "LegBegun", "LegRinging"]
    assert asked == told(flow)


@pytest.mark.parametrize("method", ["OPTIONS", "REGISTER", "SUBSCRIBE", "NOTIFY", "INFO", "MESSAGE"])
def test_other_methods_are_no_calls(method: str) -> None:
    assert told([CALL.request(100.0, method), CALL.response(100.1, 200, method)]) == []


@pytest.mark.parametrize(
    ("lines", "address", "port"),
    [(("a=sendonly",), CUSTOMER, 6000), (("a=inactive",), CUSTOMER, 6000), ((), "0.0.0.0", 6000), ((), CUSTOMER, 0)],  # noqa: S104 - the old way to hold
)
def test_a_hold_counts_from_its_agreement_until_it_is_taken_back(
    lines: tuple[str, ...], address: str, port: int
) -> None:
    flow = [
        *answered_call()[:5],
        CALL.request(120.0, "INVITE", 2, body=sdp(address, port, *lines)),
        CALL.response(120.1, 200, cseq=2, body=sdp(AGENT, 7000, "a=recvonly")),
        CALL.request(130.0, "INVITE", 3, body=sdp()),
        CALL.response(130.1, 200, cseq=3, body=sdp(AGENT, 7000)),
    ]
    assert signals(told(flow))[3:] == [LegHeld(120.1, LEG, Side.CALLER), LegResumed(130.1, LEG, Side.CALLER)]


def test_the_callee_holds_with_an_update() -> None:
    flow = [
        *answered_call()[:5],
        CALL.request(120.0, "UPDATE", 1, by_callee=True, body=sdp(AGENT, 7000, "a=sendonly")),
        CALL.response(120.1, 200, "UPDATE", 1, by_callee=False, body=sdp(CUSTOMER, 6000, "a=recvonly")),
    ]
    assert signals(told(flow))[3:] == [LegHeld(120.1, LEG, Side.CALLEE)]


def test_a_hold_that_is_refused_is_none() -> None:
    flow = [
        *answered_call()[:5],
        CALL.request(120.0, "INVITE", 2, body=sdp(CUSTOMER, 6000, "a=sendonly")),
        CALL.response(120.1, 491, cseq=2),
    ]
    assert kinds(told(flow, until_s=200.0)) == ["LegBegun", "LegRinging", "LegAnswered"]


def test_an_early_offer_made_without_sound_counts_as_hold_from_the_answer_on() -> None:
    flow = [
        CALL.invite(100.0, body=sdp(CUSTOMER, 6000, "a=inactive")),
        CALL.response(104.0, 200, body=sdp(AGENT, 7000, "a=inactive")),
    ]
    assert signals(told(flow))[1:] == [LegAnswered(104.0, LEG), LegHeld(104.0, LEG, Side.CALLER)]


def test_switching_to_a_fax_is_no_hold() -> None:
    fax = sdp(CUSTOMER, 0, "m=image 6002 udptl t38")
    flow = [
        *answered_call()[:5],
        CALL.request(120.0, "INVITE", 2, body=fax),
        CALL.response(120.1, 200, cseq=2, body=sdp(AGENT, 0, "m=image 7002 udptl t38")),
    ]
    assert kinds(told(flow))[3:] == []


def test_a_fork_cancelled_behind_a_proxy_leaves_the_other_ringing() -> None:
    flow = [
        CALL.invite(100.0),
        CALL.invite(100.01, hop=2, branch="z9hG4bK-desk"),
        CALL.invite(100.02, hop=2, branch="z9hG4bK-mobile"),
        CALL.response(100.2, 180, hop=2, branch="z9hG4bK-desk"),
        CALL.request(108.0, "CANCEL", inside=False, branch="z9hG4bK-mobile"),
        CALL.response(150.0, 200, hop=2, branch="z9hG4bK-desk", body=sdp(AGENT, 7000)),
    ]
    assert kinds(told(flow, until_s=200.0)) == ["LegBegun", "LegRinging", "LegAnswered"]


def test_where_only_forks_are_seen_the_call_fails_when_the_last_has_refused() -> None:
    desk, mobile = "z9hG4bK-desk", "z9hG4bK-mobile"
    flow = [
        CALL.invite(100.0, hop=2, branch=desk),
        CALL.invite(100.01, hop=2, branch=mobile),
        CALL.response(100.2, 180, hop=2, branch=desk),
        CALL.response(101.0, 486, hop=2, branch=mobile),
    ]
    answered = CALL.response(109.0, 200, hop=2, branch=desk, body=sdp(AGENT, 7000))
    assert kinds(told([*flow, answered], until_s=200.0)) == ["LegBegun", "LegRinging", "LegAnswered"]
    refused = CALL.response(109.0, 480, hop=2, branch=desk)
    assert signals(told([*flow, refused], until_s=200.0))[-1] == LegFailed(109.0, LEG, 480)


def test_what_waits_to_be_told_is_bounded() -> None:
    restless = [CALL.invite(100.0, branch=f"z9hG4bK-{port}", body=sdp(CUSTOMER, port)) for port in range(6000, 8000, 2)]
    assert len(told([*restless, CALL.response(100.2, 180)])) < 300
