from __future__ import annotations

from typing import Any

import pytest

from audio.events import (
    LegAnswered,
    LegBegun,
    LegCancelled,
    LegEnded,
    LegFailed,
    LegHeld,
    LegLearned,
    LegRinging,
    LegTransferred,
    Signal,
)
from models.call import Outcome, Side
from models.recording import Party
from monitor.calls.limits import CallLimits
from monitor.calls.parties import PartyRules
from monitor.calls.state import CallChange, CallClosed, CallOpened, CallsJoined, CallState, Place, Stage
from monitor.calls.tracker import CallTracker
from tests.monitor.calls.replaying import recorded

CALLER, CALLEE = Side.CALLER, Side.CALLEE
CUSTOMER, OTHER, SERVICE = "600111222", "600333444", "900123456"
TRUNK, PBX, PHONE = "192.0.2.1", "10.0.0.5", "10.0.1.1"


def begun(at_s: float, leg: str, caller: str = CUSTOMER, callee: str = SERVICE, **more: Any) -> LegBegun:
    return LegBegun(at_s, leg, f"id-{leg}", caller, callee, **more)


def fed(tracker: CallTracker, *signals: Signal) -> list[CallChange]:
    return [change for signal in signals for change in tracker.feed(signal)]


def answered(tracker: CallTracker, at_s: float, leg: str, **more: Any) -> str:
    """An answered call's id."""
    fed(tracker, begun(at_s, leg, **more), LegAnswered(at_s + 1, leg))
    call_id = tracker.call_id_of(leg)
    assert call_id is not None
    return call_id


def closed(changes: tuple[CallChange, ...]) -> list[CallState]:
    return [change.call for change in changes if isinstance(change, CallClosed)]


def test_a_name_of_the_same_call_in_the_same_capture_is_always_the_same() -> None:
    names = {answered(CallTracker("sip"), 1_768_471_200.25, "a") for _ in range(2)}
    assert len(names) == 1
    assert names.pop().startswith("20260115T100000Z-")


def test_sound_within_the_grace_after_the_end_still_has_its_place() -> None:
    tracker = CallTracker("sip", limits=CallLimits(grace_s=2.0))
    call_id = answered(tracker, 1000.0, "a")
    fed(tracker, LegEnded(1010.0, "a", CALLER, "bye"))
    assert closed(tracker.tick(1011.9)) == []
    tracker.heard("a", CALLER, 1010.1)
    assert tracker.channel_of("a", CALLER) == Place(call_id, 0)
    assert len(closed(tracker.tick(1012.0))) == 1
    tracker.heard("a", CALLER, 1012.5)
    assert tracker.channel_of("a", CALLER) is None
    assert tracker.calls == ()


def test_a_name_may_be_used_for_another_call_after_the_first_is_over() -> None:
    tracker = CallTracker("soundcard")
    first = answered(tracker, 1000.0, "card")
    fed(tracker, LegEnded(1010.0, "card"))
    assert [type(one) for one in fed(tracker, begun(1010.5, "card"))] == [CallClosed, CallOpened]
    assert tracker.call_id_of("card") != first


def test_a_late_copy_of_an_invite_opens_nothing() -> None:
    tracker = CallTracker("sip")
    answered(tracker, 1000.0, "a")
    fed(tracker, LegEnded(1010.0, "a"))
    tracker.tick(1020.0)
    assert fed(tracker, begun(1000.0, "a"), LegRinging(1000.5, "a"), LegEnded(1010.0, "a")) == []


def test_an_end_alone_is_no_call_but_an_answer_alone_is() -> None:
    tracker = CallTracker("sip")
    assert fed(tracker, LegEnded(1000.0, "a"), LegFailed(1000.0, "b", 486), LegCancelled(1000.0, "c")) == []
    assert isinstance(fed(tracker, LegAnswered(1001.0, "d"))[0], CallOpened)


def test_a_refusal_that_is_asked_again_is_not_the_end() -> None:
    tracker = CallTracker("sip")
    fed(tracker, begun(1000.0, "a"), LegFailed(1000.1, "a", 407))
    assert tracker.calls[0].stage is Stage.ENDED
    assert tracker.tick(1003.0) == ()  # longer than the grace of other ends
    fed(tracker, begun(1003.5, "a"), LegRinging(1004.0, "a", 180), LegAnswered(1009.0, "a"))
    fed(tracker, LegEnded(1020.0, "a", CALLEE))
    (call,) = closed(tracker.tick(1030.0))
    record = recorded(call)
    assert record.outcome is Outcome.ANSWERED
    assert record.post_dial_delay_s == pytest.approx(4.0)  # from the first INVITE: the caller waited since then


def test_a_cancel_that_loses_against_the_answer_ends_nothing() -> None:
    tracker = CallTracker("sip")
    fed(tracker, begun(1000.0, "a"), LegCancelled(1005.0, "a"), LegAnswered(1005.1, "a"))
    assert tracker.tick(1060.0) == ()
    assert tracker.calls[0].stage is Stage.ANSWERED


def test_a_cancel_without_a_final_answer_is_an_abandoned_call() -> None:
    tracker = CallTracker("sip")
    fed(tracker, begun(1000.0, "a"), LegRinging(1000.5, "a", 180), LegCancelled(1005.0, "a"))
    (call,) = closed(tracker.tick(1040.0))
    assert recorded(call).outcome is Outcome.ABANDONED
    assert recorded(call).ring_to_abandon_s == pytest.approx(4.5)


def test_a_call_of_which_only_signalling_is_seen_does_not_end_on_silence() -> None:
    tracker = CallTracker("sip")
    answered(tracker, 1000.0, "a")
    assert tracker.tick(1000.0 + 3600) == ()
    fed(tracker, LegEnded(4700.0, "a", CALLEE, "bye"))
    (call,) = closed(tracker.tick(4710.0))
    assert recorded(call).notes == ("no_media",)


def test_packets_without_sound_keep_a_call_alive_but_are_not_recorded() -> None:
    tracker = CallTracker("sip")
    answered(tracker, 1000.0, "a")
    for at_s in range(1001, 2001, 100):
        tracker.alive("a", CALLER, float(at_s))
        assert tracker.tick(float(at_s)) == ()
    assert tracker.calls[0].streams[0].channel is None


def test_a_held_call_may_be_silent_for_longer_but_not_for_ever() -> None:
    tracker = CallTracker("sip", limits=CallLimits(silence_s=300.0, held_silence_s=3600.0))
    answered(tracker, 1000.0, "a")
    tracker.heard("a", CALLER, 1005.0)
    fed(tracker, LegHeld(1010.0, "a", CALLEE))
    assert tracker.tick(4600.0) == ()
    (call,) = closed(tracker.tick(4700.0))
    assert call.ended_s == 1010.0


def test_the_longest_call_is_cut_and_says_why() -> None:
    tracker = CallTracker("sip", limits=CallLimits(max_length_s=100.0))
    answered(tracker, 1000.0, "a")
    tracker.heard("a", CALLER, 1099.0)
    tracker.tick(1101.0)
    (call,) = closed(tracker.tick(1110.0))
    assert recorded(call).notes == ("end_not_signalled", "limit")


def test_the_end_of_the_source_closes_everything_and_says_so() -> None:
    tracker = CallTracker("sip")
    answered(tracker, 1000.0, "a")
    fed(tracker, begun(1005.0, "b", caller=OTHER))
    first, second = (recorded(call) for call in closed(tracker.end(1010.0)))
    assert (first.outcome, second.outcome) == (Outcome.ANSWERED, Outcome.ABANDONED)
    assert first.notes == ("end_not_signalled", "no_media")
    assert second.notes == ("end_not_signalled",)
    assert tracker.end(1011.0) == ()


def test_a_flood_costs_the_oldest_unanswered_calls_and_never_an_answered_one() -> None:
    tracker = CallTracker("sip", limits=CallLimits(max_calls=3))
    kept = answered(tracker, 1000.0, "a")
    gone: list[CallState] = []
    for number in range(10):
        gone += closed(tuple(fed(tracker, begun(1001.0 + number, f"flood-{number}", caller=f"6009990{number:02d}"))))
    assert [call.legs[0].leg for call in gone] == [f"flood-{number}" for number in range(8)]
    assert all("limit" in recorded(call).notes for call in gone)
    assert kept in [call.id for call in tracker.calls]


def test_a_call_too_many_is_counted_where_all_are_answered() -> None:
    tracker = CallTracker("sip", limits=CallLimits(max_calls=1))
    answered(tracker, 1000.0, "a")
    assert fed(tracker, begun(1005.0, "b", caller=OTHER)) == []
    assert tracker.refused == 1
    assert tracker.channel_of("b", CALLER) is None


def test_legs_with_a_key_in_common_are_one_call_from_the_first() -> None:
    tracker = CallTracker("sip")
    call_id = answered(tracker, 1000.0, "a", join_keys=("session:1",))
    changes = fed(tracker, begun(1000.5, "b", "x", "y", join_keys=("session:1",)))
    assert [type(change).__name__ for change in changes] == ["CallChanged"]
    assert tracker.call_id_of("b") == call_id


def test_calls_whose_common_key_is_learned_later_are_joined_under_the_older_name() -> None:
    tracker = CallTracker("sip")
    older = answered(tracker, 1000.0, "a", join_keys=("session:1",))
    newer = answered(tracker, 1002.0, "b", caller="x", callee="y")
    for leg in ("a", "b"):
        for side in Side:
            tracker.heard(leg, side, 1004.0)
    changes = fed(tracker, LegLearned(1005.0, "b", join_keys=("session:1",)))
    assert changes[0] == CallsJoined(older, newer, (0, 1))
    assert tracker.channel_of("b", CALLER) is None
    assert tracker.channel_of("a", CALLER) == Place(older, 0)
    fed(tracker, LegEnded(1010.0, "a", CALLER), LegEnded(1010.1, "b", CALLER))
    (call,) = closed(tracker.tick(1020.0))
    assert [moment.kind for moment in recorded(call).moments].count("joined") == 1


def test_a_key_that_joins_three_calls_leaves_one() -> None:
    tracker = CallTracker("sip")
    first = answered(tracker, 1000.0, "a", join_keys=("k1",))
    answered(tracker, 1001.0, "b", caller=OTHER, join_keys=("k2",))
    changes = fed(tracker, begun(1002.0, "c", "x", "y", join_keys=("k1", "k2")))
    assert [type(change).__name__ for change in changes] == ["CallsJoined", "CallChanged"]
    assert [call.id for call in tracker.calls] == [first]


def test_the_next_leg_takes_over_when_the_recorded_one_has_ended() -> None:
    tracker = CallTracker("sip")
    call_id = answered(tracker, 1000.0, "a", join_keys=("k",))
    answered(tracker, 1001.0, "b", join_keys=("k",))
    tracker.heard("a", CALLER, 1003.0)
    tracker.heard("b", CALLER, 1003.0)
    assert tracker.channel_of("b", CALLER) is None
    fed(tracker, LegEnded(1004.0, "a"))
    tracker.heard("b", CALLER, 1004.5)
    assert tracker.channel_of("b", CALLER) == Place(call_id, 0)
    assert tracker.channel_of("a", CALLER) is None


def test_a_recorded_stream_that_fell_silent_gives_way_to_the_same_voice_of_another_leg() -> None:
    tracker = CallTracker("sip", limits=CallLimits(takeover_s=3.0))
    call_id = answered(tracker, 1000.0, "a", join_keys=("k",))
    answered(tracker, 1001.0, "b", join_keys=("k",))
    tracker.heard("a", CALLEE, 1003.0)
    tracker.heard("b", CALLEE, 1005.9)
    assert tracker.channel_of("b", CALLEE) is None
    tracker.heard("b", CALLEE, 1006.1)
    assert tracker.channel_of("b", CALLEE) == Place(call_id, 1)


def test_a_leg_that_only_rings_does_not_take_over() -> None:
    tracker = CallTracker("sip")
    answered(tracker, 1000.0, "a", join_keys=("k",))
    tracker.heard("a", CALLEE, 1002.0)
    fed(tracker, begun(1001.0, "b", join_keys=("k",)))
    tracker.heard("b", CALLEE, 1030.0)
    assert tracker.channel_of("b", CALLEE) is None


def test_sides_of_a_second_leg_that_goes_the_other_way_are_turned_round() -> None:
    """A call set up by the exchange: it calls the agent first, then the customer."""
    tracker = CallTracker("sip", PartyRules(agents=(r"1\d{3}",)))
    call_id = answered(tracker, 1000.0, "agent", caller=CUSTOMER, callee="1001", join_keys=("k",))
    answered(tracker, 1005.0, "customer", caller=SERVICE, callee=CUSTOMER, join_keys=("k",))
    fed(tracker, LegEnded(1006.0, "agent"))
    tracker.heard("customer", CALLEE, 1007.0)
    assert tracker.channel_of("customer", CALLEE) == Place(call_id, 0)
    assert tracker.calls[0].agent_channel == 1


def test_the_agent_may_be_learned_late_and_names_the_channels_at_the_close() -> None:
    tracker = CallTracker("sip")
    answered(tracker, 1000.0, "a")
    tracker.heard("a", CALLER, 1002.0)
    fed(tracker, LegLearned(1003.0, "a", agent_id="ana", agent_side=CALLER), LegEnded(1010.0, "a", CALLER))
    (call,) = closed(tracker.tick(1020.0))
    assert recorded(call).channels == (Party.AGENT, Party.CUSTOMER)
    assert (recorded(call).agent_id, recorded(call).ended_by) == ("ana", Party.AGENT)


def test_one_stream_for_both_is_a_mixed_recording() -> None:
    tracker = CallTracker("soundcard")
    call_id = answered(tracker, 1000.0, "card", mixed=True)
    tracker.heard("card", CALLER, 1002.0)
    assert tracker.channel_of("card", CALLER) == Place(call_id, 0)
    fed(tracker, LegEnded(1010.0, "card"))
    (call,) = closed(tracker.tick(1020.0))
    assert recorded(call).channels == (Party.BOTH,)


def test_legs_through_one_exchange_are_joined_by_the_callers_number() -> None:
    tracker = CallTracker("sip")
    call_id = answered(tracker, 1000.0, "a", addresses=(TRUNK, PBX))
    fed(tracker, begun(1060.0, "b", "+34600111222", "1001", addresses=(PBX, PHONE)))
    assert tracker.call_id_of("b") == call_id


@pytest.mark.parametrize(
    ("caller", "addresses"),
    [(OTHER, (PBX, PHONE)), (CUSTOMER, (PHONE, PBX)), ("anonymous", (PBX, PHONE)), (CUSTOMER, None)],
    ids=["other_caller", "other_host", "no_number", "no_addresses"],
)
def test_what_does_not_go_through_the_same_exchange_is_another_call(
    caller: str, addresses: tuple[str, str] | None
) -> None:
    tracker = CallTracker("sip")
    call_id = answered(tracker, 1000.0, "a", addresses=(TRUNK, PBX))
    fed(tracker, begun(1060.0, "b", caller, "1001", addresses=addresses))
    assert tracker.call_id_of("b") != call_id


def test_where_two_calls_could_go_on_none_is_guessed() -> None:
    tracker = CallTracker("sip")
    answered(tracker, 1000.0, "a1", addresses=(TRUNK, PBX))
    answered(tracker, 1001.0, "a2", addresses=(TRUNK, PBX))
    fed(tracker, begun(1060.0, "b", CUSTOMER, "1001", addresses=(PBX, PHONE)))
    assert len(tracker.calls) == 3


def test_two_callers_of_one_service_number_are_two_calls() -> None:
    tracker = CallTracker("sip")
    fed(tracker, begun(1000.0, "a", addresses=(TRUNK, PBX)))
    fed(tracker, begun(1001.0, "b", caller=OTHER, addresses=(PBX, PHONE)))
    assert len(tracker.calls) == 2


def test_a_caller_of_the_same_service_is_not_taken_for_one_who_was_just_transferred() -> None:
    tracker = CallTracker("sip")
    answered(tracker, 1000.0, "a")
    fed(tracker, LegTransferred(1010.0, "a", CALLEE), begun(1012.0, "b", caller=OTHER))
    assert len(tracker.calls) == 2


def test_an_agent_who_lifts_at_once_and_fails_to_transfer_was_still_an_answer() -> None:
    tracker = CallTracker("sip")
    answered(tracker, 1000.0, "a", addresses=(TRUNK, PBX))
    fed(
        tracker,
        LegTransferred(1020.0, "a", CALLEE),
        begun(1020.5, "c", CUSTOMER, "1002", addresses=(PBX, PHONE)),
        LegFailed(1025.0, "c", 486),
        LegEnded(1030.0, "a", CALLER, "bye"),
    )
    (call,) = closed(tracker.tick(1040.0))
    assert recorded(call).outcome is Outcome.ANSWERED
    assert recorded(call).ended_by is Party.CUSTOMER


def test_limits_that_are_not_above_zero_are_all_named() -> None:
    with pytest.raises(ValueError, match=r"grace_s, max_calls"):
        CallLimits(grace_s=0.0, max_calls=0)


def test_an_end_before_the_call_was_asked_for_is_another_calls() -> None:
    tracker = CallTracker("sip")
    fed(tracker, begun(1001.0, "a"), LegAnswered(1002.0, "a"))
    assert fed(tracker, LegEnded(1000.0, "a", CALLER)) == []
    assert tracker.calls[0].stage is Stage.ANSWERED
