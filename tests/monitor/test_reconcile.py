"""No call is lost without a word: what the exchange knows against what was kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.sources.cdr import Cdr
from models.recording import CallFacts
from monitor.reconcile import KeptCall, grouped, reconcile

AT = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)
END = AT + timedelta(hours=1)
CUSTOMER, SERVICE = "600111222", "900123456"


def cdr(
    *ids: str,
    at: datetime = AT,
    talk_s: float | None = 60.0,
    duration_s: float | None = 70.0,
    answered: bool | None = True,
    caller: str = CUSTOMER,
    recording: str | None = None,
) -> Cdr:
    facts = CallFacts(at, caller=caller, callee=SERVICE)
    return Cdr(ids, facts, recording, duration_s, talk_s, answered)


def kept(
    name: str, *ids: str, at: datetime = AT, duration_s: float | None = 65.0, caller: str | None = CUSTOMER
) -> KeptCall:
    return KeptCall(name, ids, at, duration_s, caller, SERVICE)


def test_a_call_and_its_recording_of_one_name_are_complete() -> None:
    found = reconcile([cdr("id-1")], [kept("a", "ID-1")])
    assert (found.matched, found.complete) == (1, True)


def test_an_answered_call_without_a_recording_is_named() -> None:
    found = reconcile([cdr("id-1"), cdr("id-2", caller="600999888")], [kept("a", "id-1")])
    assert [one.ids for one in found.unrecorded] == [("id-2",)]
    assert not found.complete


def test_a_recording_without_sound_is_no_recording() -> None:
    assert len(reconcile([cdr("id-1")], [kept("a", "id-1", duration_s=0.0)]).unrecorded) == 1


@pytest.mark.parametrize(("answered", "talk_s"), [(False, 0.0), (True, 0.5)])
def test_a_call_that_nobody_talked_in_needs_no_recording(answered: bool, talk_s: float) -> None:
    assert reconcile([cdr("id-1", answered=answered, talk_s=talk_s)], []).complete


def test_a_recording_within_the_records_time_that_no_record_names_is_told() -> None:
    rows = [cdr("id-1"), cdr("id-2", at=END)]
    calls = [kept("a", "id-1"), kept("b", "id-2", at=END), kept("c", "x", at=AT + timedelta(minutes=30), caller="1")]
    assert [one.id for one in reconcile(rows, calls).unlisted] == ["c"]


def test_a_recording_of_another_day_is_none_of_these_records_business() -> None:
    other = kept("old", "x", at=AT - timedelta(days=1))
    assert reconcile([cdr("id-1")], [kept("a", "id-1"), other]).complete


@pytest.mark.parametrize(
    ("duration_s", "differs"), [(55.0, True), (57.0, False), (65.0, False), (74.0, False), (76.0, True), (None, False)]
)
def test_a_recording_lasts_from_the_talk_to_the_whole_call_within_the_tolerance(
    duration_s: float | None, differs: bool
) -> None:
    """Talk of 60 s in a call of 70 s, and 3 s and 2 % of tolerance."""
    found = reconcile([cdr("id-1")], [kept("a", "id-1", duration_s=duration_s)])
    assert bool(found.differing) is differs


def test_without_a_common_id_time_and_caller_tell() -> None:
    found = reconcile([cdr("unique.1")], [kept("a", "sip-7", at=AT + timedelta(seconds=20), caller="+34600111222")])
    assert (found.matched, found.complete) == (1, True)


def test_another_caller_at_the_same_time_is_another_call() -> None:
    found = reconcile([cdr("unique.1")], [kept("a", "sip-7", caller="600999888")])
    assert (len(found.unrecorded), len(found.unlisted)) == (1, 1)


def test_two_recordings_that_fit_by_number_are_not_guessed_between() -> None:
    found = reconcile([cdr("unique.1")], [kept("a", "sip-7"), kept("b", "sip-8")])
    assert len(found.unrecorded) == 1


def test_a_recording_that_two_calls_fit_is_not_given_to_either() -> None:
    found = reconcile([cdr("u.1"), cdr("u.2", at=AT + timedelta(seconds=5))], [kept("a", "sip-7")])
    assert len(found.unrecorded) == 2


def test_a_record_names_its_recordings_file() -> None:
    assert reconcile([cdr("u.1", recording="Q-1.wav")], [kept("a", "q-1.wav", caller="1")]).matched == 1


def test_rows_of_a_queue_and_of_its_agents_are_one_call() -> None:
    rows = [cdr("1.1", answered=False), cdr("1.2", "1.3"), cdr("1.1", "1.3", talk_s=50.0)]
    (call,) = grouped(rows)
    assert set(call.ids) == {"1.1", "1.2", "1.3"}
    assert call.answered is True


ids = st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=3).map(tuple)


@given(st.lists(ids, max_size=12))
def test_groups_share_no_id_and_lose_none(named: list[tuple[str, ...]]) -> None:
    calls = grouped(cdr(*one) for one in named)
    keys = [key for call in calls for key in set(call.ids)]
    assert len(keys) == len(set(keys))
    assert set(keys) == {key for one in named for key in one}


@given(st.lists(ids, max_size=8), st.lists(ids, max_size=8))
def test_every_answered_call_is_matched_or_named(named: list[tuple[str, ...]], stored: list[tuple[str, ...]]) -> None:
    rows = [cdr(*one, caller=f"6000000{index:02d}") for index, one in enumerate(named)]
    calls = [kept(str(index), *one, caller=None) for index, one in enumerate(stored)]
    found = reconcile(rows, calls)
    assert found.matched + len(found.unrecorded) == len(grouped(rows))
