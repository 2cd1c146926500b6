import pytest

from models.recording import Party
from models.span import Span
from models.transcript import Turn, Word
from monitor.measures.interruptions import OverlapSettings, overlaps, plain_word

AGENT, CUSTOMER = Party.AGENT, Party.CUSTOMER
LISTENING = frozenset({"si", "ya", "claro"})


def turn(party: Party, start_s: float, end_s: float, text: str = "") -> Turn:
    words = tuple(Word(part, start_s, end_s, 0.9) for part in text.split())
    return Turn(party, start_s, end_s, words)


def kinds(*turns: Turn, stopped: bool = False, pauses: tuple[Span, ...] = ()) -> list[tuple[str, Party, bool]]:
    """Kind, by whom and whether the other yielded; `pauses` are taken out of the customer's activity."""
    activity = {party: tuple(t.span for t in turns if t.party is party) for party in (AGENT, CUSTOMER)}
    if pauses:
        activity[CUSTOMER] = pauses
    found = overlaps(turns, activity, lambda _, *, surely: stopped, LISTENING, OverlapSettings())
    return [(overlap.kind, overlap.by, overlap.yielded) for overlap in found]


def test_one_who_starts_in_the_other_s_turn_and_goes_on_interrupts() -> None:
    assert kinds(turn(CUSTOMER, 0, 5), turn(AGENT, 4, 9)) == [("interruption", AGENT, False)]


def test_a_short_overlap_that_stops_the_other_in_mid_word_is_an_interruption() -> None:
    assert kinds(turn(CUSTOMER, 0, 5), turn(AGENT, 4.7, 9), stopped=True) == [("interruption", AGENT, True)]


def test_a_short_overlap_at_the_end_of_a_finished_turn_is_a_change_of_turn() -> None:
    assert kinds(turn(CUSTOMER, 0, 5), turn(AGENT, 4.7, 9)) == [("turn_change", AGENT, False)]


def test_an_overlap_of_a_tenth_of_a_second_is_none() -> None:
    assert kinds(turn(CUSTOMER, 0, 5), turn(AGENT, 4.9, 9)) == []


def test_a_tenth_of_a_second_counts_where_it_stopped_the_other_in_mid_word() -> None:
    assert kinds(turn(CUSTOMER, 0, 5), turn(AGENT, 4.9, 9), stopped=True) == [("interruption", AGENT, True)]


@pytest.mark.parametrize("text", ["", "Sí, claro.", "¡Ya!"])
def test_a_listening_word_while_the_other_goes_on_is_a_backchannel(text: str) -> None:
    assert kinds(turn(CUSTOMER, 0, 9), turn(AGENT, 4, 4.8, text)) == [("backchannel", AGENT, False)]


def test_other_words_while_the_other_goes_on_are_an_attempt() -> None:
    assert kinds(turn(CUSTOMER, 0, 9), turn(AGENT, 4, 4.8, "Un momento")) == [("attempt", AGENT, False)]


def test_a_long_utterance_that_gives_way_is_an_attempt() -> None:
    assert kinds(turn(CUSTOMER, 0, 9), turn(AGENT, 4, 6)) == [("attempt", AGENT, False)]


def test_two_who_start_together_do_not_interrupt() -> None:
    assert kinds(turn(CUSTOMER, 0, 5), turn(AGENT, 0.3, 9)) == [("turn_change", AGENT, False)]


def test_starting_in_the_other_s_pause_is_no_overlap() -> None:
    assert kinds(turn(CUSTOMER, 0, 5), turn(AGENT, 4, 9), pauses=(Span(0, 3.9),)) == []


def test_turns_on_a_mixed_channel_never_overlap() -> None:
    both = [turn(Party.BOTH, 0, 5), turn(Party.BOTH, 4, 9)]
    assert overlaps(both, {}, lambda _, *, surely: False, LISTENING, OverlapSettings()) == ()


def test_an_overlap_lasts_from_the_second_start_to_the_first_end() -> None:
    turns = [turn(CUSTOMER, 0, 5), turn(AGENT, 4, 9)]
    activity = {CUSTOMER: (Span(0, 5),), AGENT: (Span(4, 9),)}
    (found,) = overlaps(turns, activity, lambda _, *, surely: False, LISTENING, OverlapSettings())
    assert found.span == Span(4, 5)


def test_a_plain_word_has_neither_case_nor_accent_nor_punctuation() -> None:
    assert plain_word("¿Sí?") == "si"
