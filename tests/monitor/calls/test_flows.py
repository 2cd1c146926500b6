from __future__ import annotations

from collections.abc import Sequence

import pytest

from models.call import CallRecord, Moment, Outcome, Side
from models.recording import Party
from monitor.calls.parties import PartyRules
from monitor.calls.state import CallClosed, Stage
from tests.monitor.calls.replaying import EXTENSIONS, NAMES, NO_RULES, play, recorded

AGENT, CUSTOMER = Party.AGENT, Party.CUSTOMER


def kinds(record: CallRecord) -> list[str]:
    return [moment.kind for moment in record.moments]


def when(record: CallRecord, kind: str) -> float:
    return next(moment.at_s for moment in record.moments if moment.kind == kind)


def fed(name: str) -> set[tuple[str, Side, int]]:
    return {(one.leg, one.side, one.channel) for one in play(name).call.streams if one.channel is not None}


@pytest.mark.parametrize("name", NAMES)
def test_every_flow_closes_all_that_it_opens_by_itself(name: str) -> None:
    played = play(name)
    gone = [call.id for call in played.closed] + [change.absorbed_id for change in played.joined]
    assert sorted(gone) == sorted(played.opened)


def test_an_answered_call_has_its_three_delays_and_who_hung_up() -> None:
    record = play("inbound_answered").record
    assert record.outcome is Outcome.ANSWERED
    assert record.post_dial_delay_s == pytest.approx(0.4)  # INVITE 1000.0, 180 at 1000.4, 200 at 1006.4
    assert record.ring_to_answer_s == pytest.approx(6.0)
    assert record.answer_delay_s == pytest.approx(6.4)
    assert record.ended_by is CUSTOMER
    assert record.channels == (CUSTOMER, AGENT)
    assert record.signalling_ids == ("id-a",)
    assert record.notes == ()


def test_moments_are_in_order_and_on_the_recordings_time_line() -> None:
    record = recorded(play("inbound_answered").call, started_s=1006.5)
    assert kinds(record) == ["begun", "ringing", "answered", "digit", "ended"]
    assert [round(moment.at_s, 3) for moment in record.moments] == [-6.5, -6.1, -0.1, 3.5, 10.1]


def test_a_digit_is_told_without_which_it_was() -> None:
    digit = next(moment for moment in play("inbound_answered").record.moments if moment.kind == "digit")
    assert digit == Moment("digit", 10.0, CUSTOMER, None)


def test_a_cancelled_call_is_abandoned_by_the_caller_after_its_ring_time() -> None:
    record = play("abandoned").record
    assert (record.outcome, record.ended_by) == (Outcome.ABANDONED, CUSTOMER)
    assert record.ring_to_answer_s is None
    assert record.ring_to_abandon_s == pytest.approx(12.1)  # 180 at 1000.3, 487 at 1012.4
    assert kinds(record)[-1] == "abandoned"


def test_a_busy_line_is_a_failed_call_with_its_status() -> None:
    record = play("busy").record
    assert (record.outcome, record.ended_by) == (Outcome.FAILED, AGENT)
    assert record.moments[-1] == Moment("failed", record.moments[-1].at_s, AGENT, "486")
    assert record.ring_to_abandon_s is None  # it never rang


def test_early_media_counts_as_the_beginning_of_ringing_and_a_queued_answer_does_not() -> None:
    record = play("early_media").record
    assert record.post_dial_delay_s == pytest.approx(0.1)  # 181
    assert record.ring_to_answer_s == pytest.approx(8.0)  # 183 with early media at 1000.5, 200 at 1008.5
    assert when(record, "early_media") == pytest.approx(0.5)


@pytest.mark.parametrize("rules", [NO_RULES, EXTENSIONS], ids=["no_rules", "extensions"])
def test_behind_a_queue_the_ringing_is_that_of_the_leg_that_an_agent_answered(rules: PartyRules) -> None:
    record = play("queue_and_agent_leg", rules).record
    assert record.ring_to_answer_s == pytest.approx(4.0)  # 180 at 1016.2, 200 at 1020.2; the queue's 200 at 1000.05
    assert record.answer_delay_s == pytest.approx(0.05)
    assert record.queue == "900123456"
    assert record.agent_id == ("1002" if rules is EXTENSIONS else None)
    assert record.signalling_ids == ("id-a", "id-b1", "id-b2")
    assert record.ended_by is CUSTOMER


def test_behind_a_queue_the_customers_leg_is_the_one_recorded() -> None:
    assert fed("queue_and_agent_leg") == {("a", Side.CALLER, 0), ("a", Side.CALLEE, 1)}


def test_moments_of_a_further_leg_say_which_leg_it_is() -> None:
    record = play("queue_and_agent_leg").record
    answers = [(round(moment.at_s, 3), moment.detail) for moment in record.moments if moment.kind == "answered"]
    assert answers == [(0.05, None), (20.2, "leg_3")]


def test_who_hangs_up_in_a_queue_while_an_agent_is_rung_has_abandoned() -> None:
    record = play("queue_abandoned").record
    assert (record.outcome, record.ended_by) == (Outcome.ABANDONED, CUSTOMER)
    assert record.ring_to_answer_s is None


def test_a_blind_transfer_goes_on_in_the_same_recording_with_the_first_agents_ringing() -> None:
    record = play("blind_transfer").record
    assert record.ring_to_answer_s == pytest.approx(4.0)
    assert when(record, "transferred") == pytest.approx(14.4)
    assert fed("blind_transfer") == {
        *(("a", Side.CALLER, 0), ("a", Side.CALLEE, 1)),
        *(("c", Side.CALLER, 0), ("c", Side.CALLEE, 1)),
    }


@pytest.mark.parametrize("name", ["attended_transfer", "attended_transfer_by_telephones"])
def test_a_consultation_is_a_call_of_its_own_and_the_conversation_goes_on_with_the_third(name: str) -> None:
    """The exchange tells that all three legs belong together, or only the last leg's Replaces and number do."""
    played = play(name)
    consultation, conversation = played.closed
    assert "consultation" in consultation.notes
    assert conversation.notes == ()
    assert played.joined == []
    record = recorded(conversation)
    assert record.ring_to_answer_s == pytest.approx(4.0)
    assert {(one.leg, one.side, one.channel) for one in conversation.streams} >= {
        ("a", Side.CALLER, 0),
        ("b", Side.CALLER, None),
        ("c", Side.CALLER, 0),
        ("c", Side.CALLEE, 1),
    }


def test_a_hold_of_eight_minutes_is_no_end() -> None:
    record = play("hold_and_resume").record
    held, resumed = (moment for moment in record.moments if moment.kind in ("held", "resumed"))
    assert (held.by, resumed.by) == (AGENT, AGENT)
    assert resumed.at_s - held.at_s == pytest.approx(500.0)
    assert record.notes == ()


def test_a_call_whose_bye_was_lost_ends_where_its_sound_did_and_says_so() -> None:
    record = play("lost_bye").record
    assert record.notes == ("end_not_signalled",)
    assert record.ended_by is None
    assert record.moments[-1] == Moment("ended", 16.5, None, "silence")


def test_the_telephones_of_a_fork_are_one_call_that_rings_with_the_first_of_them() -> None:
    played = play("forked")
    assert len(played.opened) == 1
    assert played.record.ring_to_answer_s == pytest.approx(5.0)  # 180 of the one at 1000.3, 200 of the other at 1005.3
    assert played.record.outcome is Outcome.ANSWERED
    assert played.record.ended_by is AGENT


def test_sound_without_signalling_is_a_call_without_delays() -> None:
    record = play("orphan").record
    assert record.outcome is Outcome.ANSWERED
    assert record.notes == ("end_not_signalled", "no_signalling")
    assert (record.answer_delay_s, record.ring_to_answer_s) == (None, None)


def test_two_sessions_of_one_voice_each_become_the_two_channels() -> None:
    played = play("siprec_two_sessions")
    (joined,) = played.joined
    assert joined.channels == (1, None)
    assert {(one.leg, one.channel) for one in played.call.streams} == {("s1", 0), ("s2", 1)}
    assert played.record.channels == (CUSTOMER, AGENT)
    assert played.record.agent_id == "7"


def test_of_a_sound_card_nothing_is_measured_as_if_it_were_signalled() -> None:
    record = play("sound_card").record
    assert (record.outcome, record.channels) == (Outcome.ANSWERED, (CUSTOMER, AGENT))
    assert (record.ring_to_answer_s, record.post_dial_delay_s, record.answer_delay_s) == (None, None, None)
    assert record.notes == ()
    assert kinds(record) == ["begun", "ringing", "answered", "ended"]


def test_an_outgoing_call_through_an_exchange_is_one_call_of_the_agent_who_dialled() -> None:
    played = play("outgoing_through_exchange", EXTENSIONS)
    assert played.record.channels == (AGENT, CUSTOMER)
    assert played.record.agent_id == "1001"
    assert played.record.ended_by is CUSTOMER
    assert played.record.ring_to_answer_s == pytest.approx(6.0)
    assert fed("outgoing_through_exchange") == {("a", Side.CALLER, 0), ("a", Side.CALLEE, 1)}


def test_a_call_passes_through_its_stages() -> None:
    def stages(name: str) -> list[Stage]:
        told: Sequence[object] = play(name).changes
        found = [change.call.stage for change in told if hasattr(change, "call") and not isinstance(change, CallClosed)]
        return list(dict.fromkeys(found))

    assert stages("hold_and_resume") == [Stage.BEGUN, Stage.RINGING, Stage.ANSWERED, Stage.HELD, Stage.ENDED]
    assert stages("early_media") == [Stage.BEGUN, Stage.EARLY_MEDIA, Stage.ANSWERED, Stage.ENDED]
