from dataclasses import replace

import pytest

from audio.tone_plans import TonePlan, plan_named
from audio.tones import RingTone
from models.recording import CallFacts
from models.span import Span
from monitor.measures.answer_time import answer_time

NOTHING_SIGNALLED = CallFacts()


def rung(country: str, rings: int, first_s: float = 0.4) -> RingTone:
    plan = plan_named(country)
    assert plan is not None
    starts_s = [first_s + ring * plan.period_s for ring in range(rings)]
    bursts = tuple(Span(start_s, start_s + plan.ring_s) for start_s in starts_s)
    return RingTone(bursts, plan, 0, plan.frequencies_hz, -20.0)


def test_from_the_first_burst_to_the_agents_first_word() -> None:
    answer = answer_time(rung("es", 2), NOTHING_SIGNALLED, 8.571)
    assert answer.ring_to_answer_s == pytest.approx(8.171)
    assert (answer.rings, answer.method, answer.tone_plan, answer.reason) == (2, "tone", "es", None)
    assert answer.third_ring_ends_s == 10.5
    assert (answer.first_ring_s, answer.answered_s) == (0.4, 8.571)


def test_by_tone_the_answer_lies_between_the_last_rings_end_and_when_the_next_was_due() -> None:
    """Spain rings 1.5 s in 4.5: the second from 4.9 to 6.4 s, a third would have begun at 9.4 s."""
    answer = answer_time(rung("es", 2), NOTHING_SIGNALLED, 12.0)
    assert answer.ring_to_answer_min_s == pytest.approx(6.4 - 0.4)
    assert answer.ring_to_answer_max_s == pytest.approx(9.4 - 0.4)


def test_an_agent_who_speaks_in_the_pause_ends_the_interval() -> None:
    answer = answer_time(rung("es", 2), NOTHING_SIGNALLED, 8.571)
    assert answer.ring_to_answer_max_s == pytest.approx(8.571 - 0.4)


def test_a_ring_that_was_cut_short_tells_the_moment_of_the_answer() -> None:
    whole = rung("es", 2)
    ring = replace(whole, bursts=(whole.bursts[0], Span(4.9, 5.5)))
    answer = answer_time(ring, NOTHING_SIGNALLED, 8.0)
    assert answer.ring_to_answer_min_s == pytest.approx(5.1)
    assert answer.ring_to_answer_max_s == pytest.approx(5.25)


def test_the_signalling_is_believed_before_the_sound() -> None:
    answer = answer_time(rung("es", 2), CallFacts(ring_to_answer_s=6.9, post_dial_delay_s=0.3), 8.571)
    assert (answer.ring_to_answer_s, answer.method) == (6.9, "signalling")
    assert (answer.rings, answer.post_dial_delay_s) == (2, 0.3)
    assert answer.answered_s == pytest.approx(7.3)


@pytest.mark.parametrize(("rung_s", "rings"), [(0.0, 1), (4.4, 1), (4.6, 2), (9.1, 3)])
def test_signalled_rings_that_nobody_recorded_are_counted_by_the_plan(rung_s: float, rings: int) -> None:
    answer = answer_time(None, CallFacts(ring_to_answer_s=rung_s), 0.5, country="es")
    assert (answer.rings, answer.method, answer.answered_s) == (rings, "signalling", None)


def test_signalled_rings_without_a_plan_cannot_be_counted() -> None:
    answer = answer_time(None, CallFacts(ring_to_answer_s=6.0), 0.5)
    assert (answer.rings, answer.ring_to_answer_s, answer.third_ring_ends_s) == (None, 6.0, None)


def test_the_configured_country_names_the_plan() -> None:
    answer = answer_time(rung("itu", 2), NOTHING_SIGNALLED, 7.0, country="MX")
    assert (answer.tone_plan, answer.third_ring_ends_s) == ("mx", 11.0)


def test_an_unknown_country_leaves_the_plan_to_the_sound() -> None:
    assert answer_time(rung("cl", 1), NOTHING_SIGNALLED, 3.0, country="atlantis").tone_plan == "cl"


def test_plans_of_ones_own_can_be_named() -> None:
    own = TonePlan("pbx", (425.0,), (2.0, 3.0))
    assert answer_time(None, NOTHING_SIGNALLED, 9.0, country="pbx", plans=(own,)).third_ring_ends_s == 12.0


def test_bursts_after_the_answer_are_not_counted() -> None:
    assert answer_time(rung("es", 3), NOTHING_SIGNALLED, 6.0).rings == 2


@pytest.mark.parametrize(
    ("ring", "first_word_s", "rings", "reason"),
    [
        (rung("es", 5), None, 5, "never_answered"),
        (None, None, None, "never_answered"),
        (None, 1.1, None, "recording_starts_after_answer"),
        (None, 12.0, None, "no_ring_heard"),
        (rung("es", 2, first_s=4.0), 1.0, None, "recording_starts_after_answer"),
    ],
)
def test_what_cannot_be_measured_says_why(
    ring: RingTone | None, first_word_s: float | None, rings: int | None, reason: str
) -> None:
    answer = answer_time(ring, NOTHING_SIGNALLED, first_word_s)
    assert (answer.ring_to_answer_s, answer.method) == (None, None)
    assert (answer.rings, answer.reason) == (rings, reason)
