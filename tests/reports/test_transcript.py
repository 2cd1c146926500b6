from __future__ import annotations

from models.analysis import Answer
from models.transcript import Turn, Word
from reports.transcript import entries_of, is_low
from tests.builders import (
    AGENT,
    CUSTOMER,
    make_analysis,
    make_answer,
    make_document,
    make_mixed_analysis,
    make_overlap,
    make_silence,
    make_turn,
)


def kinds(**changes: object) -> list[str]:
    values = {"turns": (), "silences": (), "overlaps": (), "answer": make_answer(first_ring_s=None)} | changes
    return [entry.kind for entry in entries_of(make_document(analysis=make_analysis(**values)))]


def test_turns_and_what_happens_between_them_are_in_order_of_time() -> None:
    found = kinds(
        answer=make_answer(first_ring_s=0.4),
        turns=(make_turn(AGENT, 6.4), make_turn(CUSTOMER, 50.0)),
        silences=(make_silence(10.0, 20.0), make_silence(20.0, 45.0, "music")),
    )
    assert found == ["ring", "turn", "silence", "music", "turn"]


def test_an_interruption_follows_the_turn_that_interrupts() -> None:
    turns = (make_turn(CUSTOMER, 10.0, "Es que yo", end_s=20.5), make_turn(AGENT, 20.0, "No, mire"))
    entries = entries_of(make_document(analysis=make_analysis(turns=turns, overlaps=(make_overlap(start_s=20.0),))))
    assert [(entry.kind, entry.party) for entry in entries[-3:-1]] == [("turn", "agent"), ("interruption", "agent")]


def test_listening_and_changes_of_turn_are_not_told() -> None:
    assert kinds(overlaps=(make_overlap("backchannel"), make_overlap("turn_change"))) == []


def test_a_mixed_channel_has_turns_alone() -> None:
    entries = entries_of(make_document(analysis=make_mixed_analysis(silences=(), answer=Answer(*[None] * 5))))
    assert {entry.kind for entry in entries} == {"turn"}


def test_words_heard_with_less_than_one_half_are_marked() -> None:
    words = (Word("Marta", 0.0, 0.5, 0.49), Word("Ruiz", 0.5, 1.0, 0.5))
    document = make_document(analysis=make_analysis(turns=(Turn(AGENT, 0.0, 1.0, words),)))
    assert [is_low(word) for word in document["turns"][0]["words"]] == [True, False]
