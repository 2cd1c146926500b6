"""Claiming, finishing and giving back work."""

from __future__ import annotations

import pytest

from models import queue
from models.errors import StoreError
from models.store import Store
from models.work import CRASHED_REPEATEDLY, State
from tests.builders import make_facts, make_verdict
from tests.models.calls import KEY, NOW, analysis_of, ask, later, make_intake, nothing_to_claim, take


def test_a_claim_gives_all_that_an_analysis_needs(store: Store) -> None:
    intake = make_intake(paths=("/calls/1-in.wav", "/calls/1-out.wav"), options={"agent_channel": 1}, source="sip")
    ask(store, intake)
    work = take(store)
    assert (work.sha256, work.recording_id, work.name) == (intake.sha256, intake.sha256[:16], "1.wav")
    assert (work.paths, work.facts, work.options) == (intake.paths, make_facts(), {"agent_channel": 1})
    assert (work.source, work.analysis_key, work.attempt, work.worker) == ("sip", KEY, 1, "w1")


def test_the_oldest_work_is_claimed_first(store: Store) -> None:
    ask(store, make_intake(1), make_intake(2))
    ask(store, make_intake(3))
    assert [take(store).name for _ in range(3)] == ["1.wav", "2.wav", "3.wav"]


def test_claimed_work_is_not_claimed_again_within_its_lease(store: Store) -> None:
    ask(store, make_intake())
    take(store)
    assert nothing_to_claim(store, at=later(59.9))


def test_work_whose_lease_ran_out_is_claimed_by_another(store: Store) -> None:
    ask(store, make_intake())
    take(store, "w1")
    again = take(store, "w2", at=later(60))
    assert (again.worker, again.attempt) == ("w2", 2)


@pytest.mark.parametrize("store", ["postgres"], indirect=True)
def test_a_claim_steps_over_one_that_is_being_made(store: Store) -> None:
    ask(store, make_intake(1), make_intake(2))
    impatient = Store(store._database.url.render_as_string(hide_password=False) + "&options=-c%20lock_timeout%3D2000")
    claiming = {"analysis_key": KEY, "lease_s": 60.0, "batch_id": None, "max_attempts": 3}
    with store._database.writing() as session:
        first = queue.claim(session, "w1", NOW, **claiming)  # type: ignore[arg-type]  # a dict of mixed values
        session.flush()
        assert first is not None
        assert (first.name, take(impatient, "w2").name) == ("1.wav", "2.wav")
    impatient.close()


def test_a_renewed_lease_keeps_the_work(store: Store) -> None:
    ask(store, make_intake())
    work = take(store)
    assert store.renew(work, later(50), lease_s=60)
    assert nothing_to_claim(store, at=later(109))
    assert take(store, at=later(110)).attempt == 2


def test_who_lost_the_claim_can_change_nothing_any_more(store: Store) -> None:
    batch_id = ask(store, make_intake())
    late, now = take(store, "w1"), later(60)
    take(store, "w2", at=now)
    assert not store.renew(late, now, lease_s=60)
    assert not store.fail(late, "unreadable", now)
    assert not store.release(late)
    assert not store.finish(late, analysis_of(late), make_verdict(), now)
    assert [row.state for row in store.batch_rows(batch_id)] == [State.RUNNING]
    assert list(store.documents()) == []


def test_the_same_worker_does_not_finish_by_an_older_claim(store: Store) -> None:
    ask(store, make_intake())
    older = take(store, "w1")
    newer = take(store, "w1", at=later(60))
    assert not store.finish(older, analysis_of(older), None, later(61))
    assert store.finish(newer, analysis_of(newer), None, later(61))


def test_late_work_that_nobody_else_took_may_still_be_finished(store: Store) -> None:
    ask(store, make_intake())
    work = take(store)
    assert store.finish(work, analysis_of(work), make_verdict(), later(1000))


def test_finished_work_is_finished_once(store: Store) -> None:
    ask(store, make_intake())
    work = take(store)
    assert store.finish(work, analysis_of(work), make_verdict(), NOW)
    assert not store.finish(work, analysis_of(work), make_verdict(), NOW)
    assert len(list(store.documents())) == 1


def test_an_analysis_of_other_content_is_refused(store: Store) -> None:
    batch_id = ask(store, make_intake(1), make_intake(2))
    first, second = take(store), take(store)
    with pytest.raises(StoreError) as caught:
        store.finish(first, analysis_of(second), None, NOW)
    assert caught.value.code == "recording_changed"
    assert store.batch_counts(batch_id)[State.DONE] == 0


def test_failed_work_shows_its_reason_and_is_not_claimed(store: Store) -> None:
    batch_id = ask(store, make_intake())
    assert store.fail(take(store), "truncated", NOW)
    assert [(row.state, row.reason) for row in store.batch_rows(batch_id)] == [(State.FAILED, "truncated")]
    assert nothing_to_claim(store, at=later(1000))


def test_work_that_kills_every_worker_fails_after_its_attempts(store: Store) -> None:
    batch_id = ask(store, make_intake(1), make_intake(2))
    for attempt in range(3):
        assert take(store, at=later(60 * attempt)).name == "1.wav"
    assert take(store, at=later(180)).name == "2.wav"
    rows = [(row.state, row.reason) for row in store.batch_rows(batch_id)]
    assert rows == [(State.FAILED, CRASHED_REPEATEDLY), (State.RUNNING, None)]


def test_work_that_failed_for_a_while_is_tried_again_and_keeps_its_reason(store: Store) -> None:
    batch_id = ask(store, make_intake())
    for _ in range(2):
        assert store.fail(take(store, max_attempts=2), "disk_full", NOW, retry=True)
    assert store.claim("w1", KEY, NOW, lease_s=60, max_attempts=2) is None
    assert [(row.state, row.reason) for row in store.batch_rows(batch_id)] == [(State.FAILED, "disk_full")]


def test_released_work_waits_again_and_its_attempt_does_not_count(store: Store) -> None:
    batch_id = ask(store, make_intake())
    assert store.release(take(store))
    assert store.batch_counts(batch_id)[State.WAITING] == 1
    assert take(store).attempt == 1


def test_what_a_dead_worker_held_is_put_back_and_its_attempt_counts(store: Store) -> None:
    ask(store, make_intake(1), make_intake(2), make_intake(3))
    take(store, "dead"), take(store, "dead"), take(store, "alive")
    assert store.holders() == ["alive", "dead"]
    assert store.release_worker("dead") == 2
    assert store.holders() == ["alive"]
    assert [(take(store).name, take(store).attempt)] == [("1.wav", 2)]


def test_a_worker_claims_only_what_was_asked_of_its_settings(store: Store) -> None:
    ask(store, make_intake(), key="model-a")
    assert nothing_to_claim(store, key="model-b")
    assert take(store, key="model-a").analysis_key == "model-a"


def test_a_worker_may_keep_to_one_batch(store: Store) -> None:
    ask(store, make_intake(1))
    second = ask(store, make_intake(2))
    assert take(store, batch_id=second).name == "2.wav"
    assert store.claim("w1", KEY, NOW, lease_s=60, batch_id=second) is None


def test_waiting_work_of_older_settings_is_adopted(store: Store) -> None:
    ask(store, make_intake(1), make_intake(2), key="old")
    running = take(store, key="old")
    assert store.adopt("new") == 1
    assert take(store, key="new").name == "2.wav"
    assert store.finish(running, analysis_of(running), None, NOW)


def test_adopted_work_that_is_already_asked_for_is_superseded(store: Store) -> None:
    done = ask(store, make_intake(), key="new")
    work = take(store, key="new")
    assert store.finish(work, analysis_of(work), None, NOW)
    waiting = ask(store, make_intake(), key="old")
    assert store.adopt("new") == 0
    assert [row.reason for row in store.batch_rows(waiting)] == ["superseded"]
    assert store.batch_counts(done)[State.DONE] == 1
