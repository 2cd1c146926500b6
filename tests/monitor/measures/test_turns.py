from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from models.recording import Party
from models.span import Span, total_s, union
from models.transcript import Word
from monitor.measures.turns import TurnSettings, turn_spans, turns_of, with_words

SETTINGS = TurnSettings(bridge_s=1.2, floor_taken_s=1.0, word_reach_s=0.5)


def word(text: str, start_s: float) -> Word:
    return Word(text, start_s, start_s + 0.2, 0.9)


def test_a_pause_of_one_second_stays_in_the_turn() -> None:
    assert turn_spans([Span(0, 2), Span(3, 5)], [], SETTINGS) == (Span(0, 5),)


def test_a_pause_of_two_seconds_ends_the_turn() -> None:
    assert turn_spans([Span(0, 2), Span(4, 5)], [], SETTINGS) == (Span(0, 2), Span(4, 5))


def test_a_pause_in_which_the_other_takes_the_floor_ends_the_turn() -> None:
    assert turn_spans([Span(0, 2), Span(3, 5)], [Span(2.1, 3.4)], SETTINGS) == (Span(0, 2), Span(3, 5))


def test_a_listening_word_in_a_pause_does_not_end_the_turn() -> None:
    assert turn_spans([Span(0, 2), Span(3, 5)], [Span(2.2, 2.8)], SETTINGS) == (Span(0, 5),)


def test_turns_of_both_parties_come_in_order_of_time() -> None:
    turns = turns_of({Party.AGENT: (Span(0, 1), Span(5, 6)), Party.CUSTOMER: (Span(2, 4),)}, SETTINGS)
    assert [(turn.party, turn.start_s) for turn in turns] == [
        (Party.AGENT, 0),
        (Party.CUSTOMER, 2),
        (Party.AGENT, 5),
    ]


def test_on_a_mixed_channel_turns_are_of_both() -> None:
    (turn,) = turns_of({Party.BOTH: (Span(0, 1), Span(1.5, 3))}, SETTINGS)
    assert (turn.party, turn.span) == (Party.BOTH, Span(0, 3))


def test_a_word_joins_the_turn_of_its_own_party_that_holds_its_middle() -> None:
    turns = turns_of({Party.AGENT: (Span(0, 2),), Party.CUSTOMER: (Span(1, 3),)}, SETTINGS)
    filled, outside = with_words(
        turns, {Party.AGENT: (word("hola", 1.5),), Party.CUSTOMER: (word("sí", 1.5),)}, SETTINGS
    )
    assert [turn.text for turn in filled] == ["hola", "sí"]
    assert outside == 0


def test_a_word_far_from_every_turn_is_left_out_and_counted() -> None:
    turns = turns_of({Party.AGENT: (Span(0, 2),)}, SETTINGS)
    filled, outside = with_words(turns, {Party.AGENT: (word("gracias", 9.0),)}, SETTINGS)
    assert [turn.text for turn in filled] == [""]
    assert outside == 1


def test_a_word_between_two_turns_joins_the_nearer() -> None:
    turns = turns_of({Party.AGENT: (Span(0, 2), Span(4, 6))}, SETTINGS)
    filled, _ = with_words(turns, {Party.AGENT: (word("bien", 3.6),)}, SETTINGS)
    assert [turn.text for turn in filled] == ["", "bien"]


spans = st.lists(
    st.tuples(st.integers(0, 1000), st.integers(1, 60)).map(lambda pair: Span(pair[0] / 10, sum(pair) / 10)),
    max_size=20,
).map(union)


@given(spans, spans)
def test_turns_cover_all_speech_and_stay_apart(activity: tuple[Span, ...], other: tuple[Span, ...]) -> None:
    turns = turn_spans(activity, other, SETTINGS)
    assert all(before.end_s < after.start_s for before, after in pairwise(turns))
    assert total_s([*turns, *activity]) == total_s(turns)
