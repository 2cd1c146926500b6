from models.recording import Party
from models.transcript import Turn
from monitor.measures.reply_latency import reply_latency_s

AGENT, CUSTOMER = Party.AGENT, Party.CUSTOMER


def call(*turns: tuple[Party, float, float]) -> list[Turn]:
    return [Turn(party, start_s, end_s) for party, start_s, end_s in turns]


def test_the_latency_is_the_median_wait_for_a_reply() -> None:
    turns = call((CUSTOMER, 0, 2), (AGENT, 2.5, 4), (CUSTOMER, 5, 6), (AGENT, 7, 8), (CUSTOMER, 9, 10), (AGENT, 13, 14))
    assert reply_latency_s(turns, AGENT, longest_s=10) == 1.0  # of 0.5, 1 and 3 s


def test_a_reply_that_overlaps_counts_as_none_to_wait() -> None:
    assert reply_latency_s(call((CUSTOMER, 0, 5), (AGENT, 4, 8)), AGENT, longest_s=10) == 0.0


def test_a_listening_word_inside_the_other_s_turn_is_no_reply() -> None:
    assert reply_latency_s(call((CUSTOMER, 0, 5), (AGENT, 2, 2.5)), AGENT, longest_s=10) is None


def test_a_wait_over_the_limit_is_a_silence_and_not_a_reply() -> None:
    assert reply_latency_s(call((CUSTOMER, 0, 5), (AGENT, 20, 25)), AGENT, longest_s=10) is None
