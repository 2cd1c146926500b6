import pytest

from models.recording import Party
from models.span import Span
from models.transcript import Turn, Word
from monitor.measures.speech_rate import articulation_s, speech_rate, with_rates


def turn(start_s: float, end_s: float, text: str, party: Party = Party.AGENT) -> Turn:
    return Turn(party, start_s, end_s, tuple(Word(word, start_s, end_s, 0.9) for word in text.split()))


CASA_30 = " ".join(["casa"] * 30)


def test_words_a_minute_and_syllables_a_second() -> None:
    """30 words of 2 syllables in a turn of 20 s, of which 12 s are speech: 90 words/min, 5 syllables/s."""
    rate = speech_rate([turn(0, 20, CASA_30)], [Span(0, 5), Span(9, 16)])
    assert rate.words == 30
    assert rate.speech_rate_wpm == pytest.approx(90)
    assert rate.articulation_rate_sps == pytest.approx(5)
    assert rate.reasons == {}


def test_figures_count_as_spoken() -> None:
    assert speech_rate([turn(0, 20, "112 euros")], [Span(0, 20)]).words == 3


@pytest.mark.parametrize(("pause_s", "spoken_s"), [(0.24, 10.0), (0.25, 9.75), (1.0, 9.0)])
def test_pauses_of_a_quarter_second_and_more_are_left_out(pause_s: float, spoken_s: float) -> None:
    speech = [Span(0, 5), Span(5 + pause_s, 10)]
    assert articulation_s([Span(0, 10)], speech) == pytest.approx(spoken_s)


def test_speech_outside_the_turns_does_not_count() -> None:
    assert articulation_s([Span(2, 4)], [Span(0, 3), Span(3.5, 9)]) == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("turns", "reason"),
    [([turn(0, 14.9, CASA_30)], "too_little_speech"), ([turn(0, 20, "")], "no_words"), ([], "too_little_speech")],
)
def test_what_cannot_be_measured_says_why(turns: list[Turn], reason: str) -> None:
    rate = speech_rate(turns, [Span(0, 20)])
    assert (rate.speech_rate_wpm, rate.articulation_rate_sps) == (None, None)
    assert rate.reasons == {"speech_rate_wpm": reason, "articulation_rate_sps": reason}


def test_the_least_speech_is_a_setting() -> None:
    assert speech_rate([turn(0, 10, CASA_30)], [Span(0, 10)], least_speech_s=5).speech_rate_wpm == pytest.approx(180)


def test_turns_without_detected_speech_have_no_rate() -> None:
    assert speech_rate([turn(0, 20, CASA_30)], []).reasons["articulation_rate_sps"] == "too_little_speech"


def test_each_turn_gets_the_rate_of_its_own_partys_speech() -> None:
    agent, customer = turn(0, 4, "casa casa casa casa"), turn(2, 6, "sol sol sol sol", Party.CUSTOMER)
    short, wordless = turn(7, 8, "casa"), turn(10, 14, "")
    activity = {Party.AGENT: [Span(0, 4), Span(7, 8), Span(10, 14)], Party.CUSTOMER: [Span(2, 4)]}
    rated = with_rates([agent, customer, short, wordless], activity)
    assert [each.rate_sps for each in rated] == [2.0, 2.0, None, None]
    assert rated[0].words == agent.words


def test_a_party_that_was_never_heard_has_no_rates() -> None:
    assert with_rates([turn(0, 4, "casa")], {})[0].rate_sps is None
