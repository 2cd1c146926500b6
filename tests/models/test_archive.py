"""Reading what came of the work, judging again, reviewing."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from models.archive import Archive
from models.document import document
from models.errors import StoreError
from models.review import Decision, Dispute, Review
from models.store import Store
from models.work import Intake, Selection
from tests.builders import make_facts, make_flag, make_verdict, make_violation
from tests.models.calls import NOW, analysis_of, ask, later, make_intake, take

CALM, FLAGGED = make_verdict(), make_verdict(flags=(make_flag(),))


def do(store: Store, intake: Intake, verdict: object = CALM) -> int:
    """Analyses one recording; the analysis' id."""
    ask(store, intake)
    work = take(store)
    assert store.finish(work, analysis_of(work), verdict, NOW)  # type: ignore[arg-type]
    (stored,) = store.documents(Selection(recording_id=intake.recording_id))
    return stored.analysis_id


def selected(store: Store, **selection: object) -> list[str]:
    return [stored.document["recording"]["file"] for stored in store.documents(Selection(**selection))]  # type: ignore[arg-type]


def test_what_is_read_is_what_was_kept(store: Store) -> None:
    ask(store, make_intake())
    work = take(store)
    store.finish(work, analysis_of(work), FLAGGED, NOW)
    (stored,) = store.documents()
    assert stored.document == document(analysis_of(work), FLAGGED)
    assert list(stored.document) == list(document(analysis_of(work), FLAGGED)), "the order of the keys is kept"
    assert store.latest_verdict(stored.analysis_id) == FLAGGED


def test_an_analysis_without_a_verdict_is_kept_unjudged(store: Store) -> None:
    analysis_id = do(store, make_intake(), None)
    (stored,) = store.documents()
    assert (stored.verdict_id, stored.document["protocol"], stored.document["score"]) == (None, None, None)
    assert store.latest_verdict(analysis_id) is None


def test_the_newest_verdict_counts_and_the_older_stays(store: Store) -> None:
    analysis_id = do(store, make_intake(), CALM)
    (before,) = store.documents()
    stricter = replace(FLAGGED, rules_sha256="cd" * 32)
    verdict_id = store.add_verdict(analysis_id, stricter, later(60))
    (after,) = store.documents()
    assert verdict_id != before.verdict_id
    assert after.verdict_id == verdict_id
    assert after.document["flags"][0]["id"] == "late_answer"
    assert store.latest_verdict(analysis_id) == stricter


def test_judging_again_to_the_same_verdict_keeps_no_second_one(store: Store) -> None:
    analysis_id = do(store, make_intake(), CALM)
    (stored,) = store.documents()
    assert store.add_verdict(analysis_id, CALM, later(60)) == stored.verdict_id


def test_verdicts_may_be_added_while_documents_are_read(store: Store) -> None:
    for number in range(3):
        do(store, make_intake(number), None)
    for stored in store.documents():
        store.add_verdict(stored.analysis_id, FLAGGED, NOW)
    assert [stored.document["flags"] != [] for stored in store.documents()] == [True, True, True]


def test_a_verdict_on_no_analysis_is_refused(store: Store) -> None:
    with pytest.raises(StoreError) as caught:
        store.add_verdict(12345, CALM, NOW)
    assert caught.value.code == "store_refused"


def test_an_analysis_that_is_not_there_is_none(store: Store) -> None:
    assert store.stored(12345) is None


def test_documents_are_selected_by_the_facts_of_their_calls(store: Store) -> None:
    do(store, make_intake(1, facts=make_facts(agent_id="104", queue="soporte")))
    do(store, make_intake(2, facts=make_facts(agent_id="105", queue="soporte")))
    do(store, make_intake(3, facts=make_facts(agent_id="105", queue="ventas")))
    assert selected(store, agent_id="105") == ["2.wav", "3.wav"]
    assert selected(store, agent_id="105", queue="soporte") == ["2.wav"]
    assert selected(store, recording_id=make_intake(3).recording_id) == ["3.wav"]
    assert selected(store, name="3.wav") == ["3.wav"]
    assert [store.count(Selection()), store.count(Selection(agent_id="105", queue="soporte"))] == [3, 1]


def test_documents_are_selected_by_the_start_of_their_calls(store: Store) -> None:
    starts = [datetime(2026, 11, day, tzinfo=UTC) for day in (20, 21, 22)]
    for number, started_at in enumerate(starts):
        do(store, make_intake(number, facts=make_facts(started_at=started_at)))
    assert selected(store, since=starts[1]) == ["1.wav", "2.wav"]
    assert selected(store, until=starts[1]) == ["0.wav"]
    assert selected(store, since=starts[1], until=starts[2]) == ["1.wav"]


def test_documents_are_selected_by_their_newest_verdict(store: Store) -> None:
    do(store, make_intake(1), FLAGGED)
    second = do(store, make_intake(2), FLAGGED)
    do(store, make_intake(3), None)
    store.add_verdict(second, replace(CALM, rules_sha256="new"), NOW)
    assert selected(store, flagged=True) == ["1.wav"]
    assert selected(store, flagged=False) == ["2.wav"]
    assert selected(store, not_judged_by="new") == ["1.wav", "3.wav"]
    assert selected(store, not_judged_by=FLAGGED.rules_sha256) == ["2.wav", "3.wav"]


def test_of_several_analyses_the_one_asked_for_last_counts(store: Store) -> None:
    for key, at in (("a", NOW), ("b", later(1))):
        ask(store, make_intake(), key=key, at=at)
        work = take(store, key=key)
        store.finish(work, analysis_of(work, notes=(key,)), None, NOW)
    assert [stored.document["notes"] for stored in store.documents()] == [["b"]]
    ask(store, make_intake(), key="a", at=later(2))
    assert [stored.document["notes"] for stored in store.documents()] == [["a"]]


def test_a_batch_gives_its_own_analyses(store: Store) -> None:
    first = ask(store, make_intake(), key="a")
    work = take(store, key="a")
    store.finish(work, analysis_of(work, notes=("a",)), None, NOW)
    second = ask(store, make_intake(), make_intake(name="copy.wav"), key="b", at=later(1))
    assert list(store.documents(Selection(batch_id=second))) == []
    work = take(store, key="b")
    store.finish(work, analysis_of(work, notes=("b",)), None, NOW)
    notes = [[stored.document["notes"] for stored in store.documents(Selection(batch_id=b))] for b in (first, second)]
    assert notes == [[["a"]], [["b"]]]


def test_hostile_text_in_a_document_comes_back_as_it_was(store: Store) -> None:
    hostile = make_violation(quote="\0 \ud800 \U0001f600 'x'; DROP TABLE work")
    analysis_id = do(store, make_intake(), make_verdict(violations=(hostile,)))
    assert store.latest_verdict(analysis_id).violations == (hostile,)  # type: ignore[union-attr]


def test_a_figure_that_is_no_number_is_refused_and_nothing_is_kept(store: Store) -> None:
    ask(store, make_intake())
    work = take(store)
    broken = make_verdict(flags=(make_flag(measured=float("nan")),))
    with pytest.raises(ValueError, match="not JSON compliant"):
        store.finish(work, analysis_of(work), broken, NOW)
    assert list(store.documents()) == []
    assert store.finish(work, analysis_of(work), CALM, NOW)


def test_a_moment_without_its_zone_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="time zone"):
        store.start_batch("naive", datetime(2026, 11, 22, 12, 0))  # noqa: DTZ001  # that is the point


def test_reviews_and_disputes_are_added_never_changed(store: Store) -> None:
    do(store, make_intake(), FLAGGED)
    (stored,) = store.documents()
    assert stored.verdict_id is not None
    dispute = Dispute(stored.verdict_id, "104", NOW, "Era la línea, no yo.", finding="late_answer")
    dispute_id = store.add_dispute(dispute)
    upheld = Review(stored.verdict_id, "ana", Decision.UPHELD, later(1))
    overruled = Review(
        stored.verdict_id, "eva", Decision.OVERRULED, later(2), finding="late_answer", note="Sí.", dispute_id=dispute_id
    )
    ids = [store.add_review(upheld), store.add_review(overruled)]
    assert store.disputes(stored.recording_id) == [replace(dispute, id=dispute_id)]
    assert store.reviews(stored.recording_id) == [replace(upheld, id=ids[0]), replace(overruled, id=ids[1])]


def test_reviews_of_an_older_verdict_stay_with_the_recording(store: Store) -> None:
    analysis_id = do(store, make_intake(), FLAGGED)
    (stored,) = store.documents()
    assert stored.verdict_id is not None
    store.add_review(Review(stored.verdict_id, "ana", Decision.OVERRULED, NOW))
    store.add_verdict(analysis_id, CALM, later(1))
    assert [review.verdict_id for review in store.reviews(stored.recording_id)] == [stored.verdict_id]
    assert store.reviews(make_intake(2).recording_id) == []


def test_a_pickled_store_opens_the_same_database(store: Store) -> None:
    do(store, make_intake())
    copy = pickle.loads(pickle.dumps(store))  # noqa: S301  # our own bytes
    assert isinstance(copy, Store)
    assert [stored.recording_id for stored in copy.documents()] == [make_intake().recording_id]
    copy.close()


def test_what_only_reads_and_judges_needs_only_the_archive(store: Store) -> None:
    do(store, make_intake())
    archive = Archive(store._database.url.render_as_string(hide_password=False))
    assert len(list(archive.documents())) == 1
    archive.close()
