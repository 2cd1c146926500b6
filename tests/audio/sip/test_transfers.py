from __future__ import annotations

import re

from audio.events import LegBegun, LegLearned, LegTransferred
from audio.sip.dialogs import DialogTracker
from audio.sip.leg import DialogEvent
from audio.sip.rules import DialogRules
from models.call import Side
from tests.audio.sip.flows import AGENT, Dialog, answered_call, feed, kinds, sdp, signals, told

CALL = Dialog()
LEG = "call-1@192.0.2.10;from-1;1"
CONSULTED = Dialog("call-2@192.0.2.30", "from-2", "to-2")


def keys(events: list[DialogEvent]) -> tuple[str, ...]:
    return next(event.join_keys for event in events if isinstance(event, LegBegun))


def test_a_granted_refer_is_a_transfer_by_who_sent_it() -> None:
    flow = [
        *answered_call()[:5],
        CALL.request(120.0, "REFER", 2, by_callee=True),
        CALL.response(120.1, 202, "REFER", 2, by_callee=False),
        CALL.request(120.2, "NOTIFY", 2),
        CALL.response(120.6, 202, "REFER", 2, by_callee=False),
    ]
    assert signals(told(flow))[3:] == [LegTransferred(120.1, LEG, Side.CALLEE)]


def test_a_refused_refer_is_none() -> None:
    flow = [*answered_call()[:5], CALL.request(120.0, "REFER", 2), CALL.response(120.1, 603, "REFER", 2)]
    assert kinds(told(flow)) == ["LegBegun", "LegRinging", "LegAnswered"]


def test_an_invite_that_replaces_a_leg_joins_it_and_tells_who_left_when_it_is_answered() -> None:
    tracker = DialogTracker()
    first = [event for seen in answered_call()[:5] for event in feed(tracker, seen)]
    # The customer is who gets this INVITE: its own tag is to-tag, and from-tag that of the agent, who leaves.
    replaces = {"Replaces": "call-1@192.0.2.10;to-tag=from-1;from-tag=to-1"}
    second = list(feed(tracker, CONSULTED.invite(130.0, headers=replaces)))
    second += feed(tracker, CONSULTED.response(130.2, 200, body=sdp(AGENT, 7000)))
    assert set(keys(first)) & set(keys(second)) == {"call-id:call-1@192.0.2.10"}
    assert LegTransferred(130.2, LEG, Side.CALLEE) in second


def test_a_replacement_that_is_refused_transfers_nothing() -> None:
    replaces = {"Replaces": "call-1@192.0.2.10;to-tag=from-1;from-tag=to-1"}
    flow = [*answered_call()[:5], CONSULTED.invite(130.0, headers=replaces), CONSULTED.response(130.2, 486)]
    assert "LegTransferred" not in kinds(told(flow))


def test_a_header_with_the_same_value_joins_legs_however_it_is_written() -> None:
    one = told(
        [
            *answered_call(headed := CALL)[1:2],
            headed.invite(1.0, headers={"X-CID": "<ABC-123>;x=1"}),
            headed.response(1.1, 180),
        ]
    )
    other = told([CONSULTED.invite(1.2, headers={"x-cid": '"abc-123"'}), CONSULTED.response(1.3, 180)])
    assert set(keys(one)) & set(keys(other)) == {"x-cid:abc-123"}


def test_both_halves_of_a_session_id_are_keys_but_not_the_nil_one() -> None:
    local = "ab30317f1a784dc48ff824d0d3715d86"
    flow = [CALL.invite(1.0, headers={"Session-ID": f"{local};remote={'0' * 32}"}), CALL.response(1.1, 180)]
    assert keys(told(flow)) == ("call-id:call-1@192.0.2.10", f"session-id:{local}")


def test_values_that_mean_nothing_join_nothing() -> None:
    flow = [
        CALL.invite(1.0, headers={"X-CID": "unknown", "X-Call-Ref": "0000-0000", "X-Asterisk-Linkedid": "-"}),
        CALL.response(1.1, 180),
    ]
    assert keys(told(flow)) == ("call-id:call-1@192.0.2.10",)


def test_a_back_to_back_agents_suffix_is_cut_from_the_call_id() -> None:
    rules = DialogRules(call_id_suffixes=(re.compile(r"_b2b-\d+$"),))
    flow = answered_call(Dialog("call-1@192.0.2.10_b2b-1", "b2b", "to-9"))
    assert keys(told(flow, rules)) == ("call-id:call-1@192.0.2.10",)


def test_two_legs_of_one_call_id_are_two_and_joined() -> None:
    far = Dialog(caller_tag="b2b", callee_tag="to-9")
    flow = sorted([*answered_call(), *answered_call(far, 100.05)], key=lambda seen: seen.at_s)
    events = told(flow)
    assert kinds(events).count("LegBegun") == 2
    assert len({event.join_keys for event in events if isinstance(event, LegBegun)}) == 1


def test_a_key_that_comes_later_is_learned() -> None:
    flow = [*answered_call()[:3], CALL.response(104.0, 200, headers={"X-CID": "abc-123"})]
    assert LegLearned(104.0, LEG, join_keys=("x-cid:abc-123",)) in told(flow)


def test_who_answered_is_learned_where_the_network_vouches_for_it() -> None:
    flow = [
        *answered_call()[:3],
        CALL.response(104.0, 200, headers={"P-Asserted-Identity": '"Laura" <sip:1012@pbx.example>'}),
    ]
    assert LegLearned(104.0, LEG, callee="1012") in told(flow)


def caller_with(headers: dict[str, str], caller: str) -> str | None:
    call = Dialog(caller=caller)
    return next(
        e.caller for e in told([call.invite(1.0, headers=headers), call.response(1.1, 180)]) if isinstance(e, LegBegun)
    )


def test_the_caller_is_who_the_network_vouches_for() -> None:
    headers = {"P-Asserted-Identity": "<tel:+34-600-111-222>"}
    assert caller_with(headers, "<sip:anonymous@anonymous.invalid>") == "+34600111222"


def test_a_caller_who_asked_for_privacy_stays_anonymous() -> None:
    headers = {"P-Asserted-Identity": "<tel:+34-600-111-222>", "Privacy": "id"}
    assert caller_with(headers, "<sip:anonymous@anonymous.invalid>") == "anonymous"


def test_a_caller_without_a_user_part_is_unknown() -> None:
    assert caller_with({}, "<sip:192.0.2.10>") is None


def test_a_leg_that_has_ended_is_transferred_no_more() -> None:
    replaces = {"Replaces": "call-1@192.0.2.10;to-tag=from-1;from-tag=to-1"}
    flow = [
        *answered_call()[:5],
        CONSULTED.invite(130.0, headers=replaces),
        CALL.request(130.1, "BYE", 2),
        CONSULTED.response(130.2, 200, body=sdp(AGENT, 7000)),
    ]
    assert "LegTransferred" not in kinds(told(flow))
