from models.recording import Party
from models.span import Span
from models.transcript import Turn
from monitor.measures.silences import quiet_spans, silences


def turns(*spans: tuple[float, float]) -> list[Turn]:
    return [Turn(Party.AGENT, start_s, end_s) for start_s, end_s in spans]


def test_only_gaps_over_the_limit_are_quiet() -> None:
    assert quiet_spans(turns((0, 2), (5, 6), (9.5, 10)), shortest_s=3.0) == (Span(6, 9.5),)


def test_nothing_before_the_first_and_after_the_last_turn_is_a_silence() -> None:
    assert quiet_spans(turns((20, 22)), shortest_s=3.0) == ()


def test_a_call_without_speech_has_no_silences() -> None:
    assert quiet_spans([], shortest_s=3.0) == ()


def test_speech_of_either_party_breaks_a_silence() -> None:
    both = [Turn(Party.AGENT, 0, 2), Turn(Party.CUSTOMER, 4, 5), Turn(Party.AGENT, 7, 8)]
    assert quiet_spans(both, shortest_s=3.0) == ()


def test_music_for_half_of_a_quiet_span_makes_it_music() -> None:
    found = silences([Span(0, 10), Span(20, 30)], [Span(0, 5), Span(20, 24)])
    assert [(silence.kind, silence.start_s) for silence in found] == [("music", 0), ("silence", 20)]
