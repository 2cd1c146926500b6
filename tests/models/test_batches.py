"""What a batch asks for, and how far every file of it is."""

from __future__ import annotations

from collections.abc import Iterator

from models.recording import CallFacts
from models.store import Store
from models.work import SUPERSEDED, UNCHANGED, BatchRow, Intake, State
from tests.builders import make_facts, make_verdict
from tests.models.calls import KEY, NOW, analysis_of, ask, later, make_intake, nothing_to_claim, take


def do_all(store: Store, key: str = KEY) -> list[str]:
    """Analyses all that waits; the names in order."""
    names = []
    while (work := store.claim("w1", key, NOW, lease_s=60)) is not None:
        assert store.finish(work, analysis_of(work), make_verdict(), NOW)
        names.append(work.name)
    return names


def states(store: Store, batch_id: int) -> list[tuple[str, State, str | None]]:
    return [(row.name, row.state, row.reason) for row in store.batch_rows(batch_id)]


def test_every_file_of_a_batch_shows_how_far_it_is(store: Store) -> None:
    batch_id = ask(store, *(make_intake(number) for number in range(1, 5)))
    store.add_unusable(batch_id, "notes.txt", "not_audio", state=State.SKIPPED)
    done, failed = take(store), take(store)
    take(store)
    store.finish(done, analysis_of(done), None, NOW)
    store.fail(failed, "all_silent", NOW)
    assert states(store, batch_id) == [
        ("1.wav", State.DONE, None),
        ("2.wav", State.FAILED, "all_silent"),
        ("3.wav", State.RUNNING, None),
        ("4.wav", State.WAITING, None),
        ("notes.txt", State.SKIPPED, "not_audio"),
    ]
    assert store.batch_counts(batch_id) == dict.fromkeys(State, 1)


def test_an_empty_batch_counts_nothing_in_every_state(store: Store) -> None:
    assert store.batch_counts(store.start_batch("empty", NOW)) == dict.fromkeys(State, 0)


def test_a_row_leads_to_its_recording_and_analysis(store: Store) -> None:
    intake = make_intake()
    batch_id = ask(store, intake)
    do_all(store)
    (row,) = store.batch_rows(batch_id)
    (stored,) = store.documents()
    assert row == BatchRow("1.wav", intake.paths, State.DONE, None, intake.recording_id, stored.analysis_id)


def test_a_batch_of_many_pages_is_read_whole_and_in_order(store: Store) -> None:
    batch_id = ask(store, *(make_intake(number) for number in range(201)))
    assert [row.name for row in store.batch_rows(batch_id)] == [f"{number}.wav" for number in range(201)]


def test_asking_for_a_folder_again_does_only_what_is_new(store: Store) -> None:
    ask(store, make_intake(1), make_intake(2))
    do_all(store)
    again = ask(store, make_intake(1), make_intake(2), make_intake(3))
    assert do_all(store) == ["3.wav"]
    assert states(store, again) == [
        ("1.wav", State.DONE, UNCHANGED),
        ("2.wav", State.DONE, UNCHANGED),
        ("3.wav", State.DONE, None),
    ]


def test_changed_content_under_the_same_name_is_new(store: Store) -> None:
    ask(store, make_intake(1))
    do_all(store)
    ask(store, make_intake(2, name="1.wav", paths=("/calls/1.wav",)))
    assert do_all(store) == ["1.wav"]
    assert len(list(store.documents())) == 2


def test_another_analysis_key_makes_the_analysis_again(store: Store) -> None:
    ask(store, make_intake(), key="model-a")
    do_all(store, "model-a")
    ask(store, make_intake(), key="model-b", at=later(1))
    assert do_all(store, "model-b") == ["1.wav"]
    assert len(list(store.documents())) == 1


def test_other_facts_or_options_make_the_analysis_again(store: Store) -> None:
    ask(store, make_intake())
    do_all(store)
    ask(store, make_intake(facts=make_facts(agent_id="105")))
    assert [take(store).facts.agent_id] == ["105"]
    ask(store, make_intake(options={"agent_channel": 1}))
    assert [take(store).options] == [{"agent_channel": 1}]


def test_the_same_content_under_two_names_is_one_recording_and_two_rows(store: Store) -> None:
    batch_id = ask(store, make_intake(1), make_intake(1, name="copy.wav", paths=("/copy.wav",), facts=CallFacts()))
    assert do_all(store) == ["1.wav"]
    assert states(store, batch_id) == [("1.wav", State.DONE, None), ("copy.wav", State.DONE, None)]
    assert len(list(store.documents())) == 1


def test_two_names_asked_for_again_are_both_unchanged(store: Store) -> None:
    twins = make_intake(1), make_intake(1, name="copy.wav", facts=CallFacts())
    ask(store, *twins)
    do_all(store)
    again = ask(store, *twins)
    assert [reason for *_, reason in states(store, again)] == [UNCHANGED, UNCHANGED]
    assert nothing_to_claim(store)


def test_what_failed_stays_failed_unless_it_is_to_be_tried_again(store: Store) -> None:
    ask(store, make_intake())
    store.fail(take(store), "truncated", NOW)
    again = ask(store, make_intake())
    assert states(store, again) == [("1.wav", State.FAILED, "truncated")]
    retried = store.start_batch("retry", NOW)
    store.enqueue(retried, [make_intake()], KEY, NOW, retry_failed=True)
    assert states(store, retried) == [("1.wav", State.WAITING, None)]
    assert take(store).attempt == 1


def test_waiting_work_asked_for_under_other_settings_is_superseded(store: Store) -> None:
    old = ask(store, make_intake(), key="model-a")
    new = ask(store, make_intake(), key="model-b")
    assert states(store, old) == [("1.wav", State.SKIPPED, SUPERSEDED)]
    assert states(store, new) == [("1.wav", State.WAITING, None)]
    assert nothing_to_claim(store, key="model-a")


def test_superseded_work_waits_again_when_it_is_asked_for_again(store: Store) -> None:
    ask(store, make_intake(), key="model-a")
    ask(store, make_intake(), key="model-b")
    back = ask(store, make_intake(), key="model-a")
    assert states(store, back) == [("1.wav", State.WAITING, None)]
    assert take(store, key="model-a").name == "1.wav"


def test_a_recording_that_moved_is_read_where_it_now_lies(store: Store) -> None:
    ask(store, make_intake(paths=("/incoming/1.wav",)))
    ask(store, make_intake(paths=("/archive/1.wav",)))
    assert take(store).paths == ("/archive/1.wav",)


def test_hostile_names_and_facts_are_kept_readable(store: Store) -> None:
    facts = make_facts(caller="\0+34", queue="q" * 5000)
    batch_id = ask(store, make_intake(name="\udcff.wav", paths=("/calls/\udcff.wav",), facts=facts))
    (row,) = store.batch_rows(batch_id)
    assert (row.name, row.paths) == ("\ufffd.wav", ("/calls/\udcff.wav",))
    assert take(store).facts == facts


def test_intakes_are_read_as_they_come(store: Store) -> None:
    batch_id = store.start_batch("lazy", NOW)
    asked_before = []

    def found() -> Iterator[Intake]:
        for number in range(401):
            if number in {199, 200, 400}:
                asked_before.append(store.batch_counts(batch_id)[State.WAITING])
            yield make_intake(number)

    store.enqueue(batch_id, found(), KEY, NOW)
    assert asked_before == [0, 200, 400]
