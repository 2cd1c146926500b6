from __future__ import annotations

from dataclasses import replace

import pytest

from audio.events import LegAnswered, LegBegun, LegHeld, LegRinging, Signal
from models.call import Side
from monitor.calls.state import CallState
from monitor.calls.tracker import CallTracker
from monitor.capture.live import LiveCall, LiveFigures, live_call
from tests.audio.fake_source import START_S, sound

BEGUN = LegBegun(START_S, "a", "id-a", caller="600111222", callee="1001")
RINGING = LegRinging(START_S + 1.0, "a", status=180)
ANSWERED = LegAnswered(START_S + 5.0, "a")


def state(*signals: Signal) -> CallState:
    tracker = CallTracker("sip")
    for signal in signals:
        tracker.feed(signal)
    (call,) = tracker.calls
    return call


def at(now_s: float, *signals: Signal, figures: LiveFigures | None = None) -> LiveCall:
    return live_call(state(*signals), figures or LiveFigures(), START_S + now_s)


def test_a_call_that_rings_tells_for_how_long_and_no_silence() -> None:
    shown = at(4.0, BEGUN, RINGING)
    assert (shown.stage, shown.ring_s, shown.silent_s, shown.length_s) == ("ringing", 3.0, None, 4.0)


def test_ringing_stops_counting_at_the_answer() -> None:
    assert at(60.0, BEGUN, RINGING, ANSWERED).ring_s == 4.0


def test_silence_counts_from_the_answer_where_nobody_has_talked() -> None:
    assert at(12.0, BEGUN, RINGING, ANSWERED).silent_s == 7.0


def test_silence_counts_from_the_last_talk_of_either() -> None:
    figures = LiveFigures()
    figures.add(0, sound(6.0, 2.0))
    figures.add(1, sound(7.0, 3.0, Side.CALLEE))
    figures.add(0, sound(10.0, 4.0, level_dbov=-70.0))
    shown = at(14.0, BEGUN, ANSWERED, figures=figures)
    assert shown.talk_s == (pytest.approx(2.0, abs=0.02), pytest.approx(3.0, abs=0.02))
    assert shown.silent_s == pytest.approx(4.0, abs=0.02)


def test_who_was_heard_just_now_is_talking() -> None:
    figures = LiveFigures()
    figures.add(1, sound(6.0, 2.0))
    assert at(8.5, BEGUN, ANSWERED, figures=figures).talking == (False, True)
    assert at(20.0, BEGUN, ANSWERED, figures=figures).talking == (False, False)


def test_a_call_on_hold_says_so() -> None:
    assert at(9.0, BEGUN, ANSWERED, LegHeld(START_S + 8.0, "a", by=Side.CALLEE)).stage == "held"


def test_what_was_heard_of_a_joined_call_counts_on_its_channels_here() -> None:
    first, second = LiveFigures(), LiveFigures()
    first.add(0, sound(0.0, 1.0))
    second.add(0, sound(2.0, 2.0))
    second.add(1, sound(5.0, 3.0))
    first.absorb(second, (1, None))
    assert first.talk_s == [pytest.approx(1.0, abs=0.02), pytest.approx(2.0, abs=0.02)]
    assert first.last_s() == pytest.approx(START_S + 4.0)


def test_a_clock_that_went_back_gives_no_negative_times() -> None:
    shown = at(-100.0, BEGUN, RINGING, ANSWERED)
    assert (shown.length_s, shown.silent_s) == (0.0, 0.0)


def test_a_live_call_has_no_number_in_it() -> None:
    told = repr(at(9.0, BEGUN, RINGING, ANSWERED))
    assert "600111222" not in told
    assert replace(BEGUN).caller == "600111222"
