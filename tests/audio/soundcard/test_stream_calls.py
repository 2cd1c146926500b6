from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from audio.clip import Samples
from audio.events import LegAnswered, LegBegun, LegEnded, LegRinging, Sound, SoundMissing, SourceEvent
from audio.soundcard.mark import Mark
from audio.soundcard.settings import CallSettings, SoundCardSettings
from audio.soundcard.stream_calls import StreamCalls
from audio.soundcard.timeline import Hole
from models.call import Side
from tests.audio.soundcard.voices import voiced
from tests.sounds import joined, ringing, silence

RATE_HZ = 8000
START_S = 1_795_000_000.0
LINE, AGENT = Side.CALLER, Side.CALLEE
SETTINGS = SoundCardSettings(sample_rate_hz=RATE_HZ, agent_id="ext-7")
BOTH = (AGENT, LINE)


def calls_of(
    settings: SoundCardSettings = SETTINGS, sides: tuple[Side, ...] = BOTH, holes: Sequence[tuple[Side, Hole]] = ()
) -> StreamCalls:
    return StreamCalls("soundcard", sides, settings, lambda _: holes)


def fed(
    calls: StreamCalls, duration_s: float, marks: Sequence[Mark] = (), line: Samples | None = None, from_s: float = 0.0
) -> list[SourceEvent]:
    """Both sides in quarter seconds: the line's samples (a count where not given), the agent's one higher."""
    events: list[SourceEvent] = []
    waiting = list(marks)
    for first in range(round(from_s * RATE_HZ), round((from_s + duration_s) * RATE_HZ), RATE_HZ // 4):
        at_s = START_S + first / RATE_HZ
        while waiting and waiting[0].at_s < at_s + 0.25:  # as the source does: never after the sound that it parts
            events += calls.mark(waiting.pop(0))
        numbers = np.arange(first, first + RATE_HZ // 4) // 8 % 20000
        heard = numbers if line is None else line[first : first + RATE_HZ // 4] * 32767
        events += calls.sound(LINE, at_s, heard.astype(np.int16))
        events += calls.sound(
            AGENT, at_s, (numbers + 1).astype(np.int16) if line is None else np.zeros(heard.size, np.int16)
        )
        events += calls.tick(at_s + 0.25)
    return events


def told(events: Sequence[SourceEvent], *kinds: type) -> list[SourceEvent]:
    return [event for event in events if isinstance(event, kinds)]


def span_of(events: Sequence[SourceEvent], side: Side) -> tuple[float, float]:
    """Of joined sounds: from the first's start to the last's end."""
    sounds = [event for event in events if isinstance(event, Sound) and event.side == side]
    for before, after in pairwise(sounds):
        assert after.start_s == pytest.approx(before.start_s + before.samples.size / RATE_HZ, abs=1e-6)
    end_s = sounds[-1].start_s + sounds[-1].samples.size / RATE_HZ
    return sounds[0].start_s - START_S, end_s - START_S


def mark(kind: str, at_s: float, **who: str) -> Mark:
    return Mark(kind, START_S + at_s, **who)


MARKED = SoundCardSettings(sample_rate_hz=RATE_HZ, calls=CallSettings(found=False))


def test_a_found_call_is_told_with_its_pre_roll_on_both_sides() -> None:
    line = joined(silence(20), ringing(2, 1.5, 3.0), voiced(8), silence(40))
    events = fed(calls_of(), 77, line=line)
    begun, ringing_, answered, ended = told(events, LegBegun, LegRinging, LegAnswered, LegEnded)
    assert isinstance(begun, LegBegun)
    assert (begun.agent_side, begun.agent_id, begun.mixed) == (AGENT, "ext-7", False)
    assert begun.at_s - START_S == pytest.approx(20, abs=0.05)
    assert isinstance(ringing_, LegRinging)
    assert ringing_.by_sound
    assert isinstance(answered, LegAnswered)
    assert answered.by_sound
    assert answered.at_s - START_S == pytest.approx(29, abs=0.1)
    assert isinstance(ended, LegEnded)
    assert (ended.reason, ended.at_s - START_S) == ("silence", pytest.approx(37, abs=0.2))
    for side in BOTH:
        start_s, end_s = span_of(events, side)
        assert start_s == pytest.approx(begun.at_s - START_S - 8.0, abs=0.01)
        assert end_s > 37
    assert {event.leg for event in events} == {begun.leg}  # type: ignore[union-attr]  # all of them have one


def test_the_samples_are_those_that_came() -> None:
    events = fed(calls_of(MARKED), 3, [mark("start", 1.0), mark("end", 2.0)])
    line = np.concatenate([event.samples for event in events if isinstance(event, Sound) and event.side is LINE])
    assert line.tolist() == (np.arange(8000, 16000) // 8).tolist()


def test_nothing_is_told_without_a_call() -> None:
    assert fed(calls_of(MARKED), 10) == []


def test_a_marked_call_has_the_sound_from_start_to_end_to_the_sample() -> None:
    events = fed(calls_of(MARKED), 10, [mark("start", 2.1, caller="1", callee="2", agent_id="ana"), mark("end", 7.3)])
    begun, ended = told(events, LegBegun, LegEnded)
    assert isinstance(begun, LegBegun)
    assert (begun.caller, begun.callee, begun.agent_id) == ("1", "2", "ana")
    assert isinstance(ended, LegEnded)
    assert (ended.reason, ended.at_s) == ("marked", START_S + 7.3)
    for side in BOTH:
        assert span_of(events, side) == pytest.approx((2.1, 7.3), abs=2 / RATE_HZ)
    assert events.index(ended) == len(events) - 1


def test_while_paused_nothing_is_recorded_and_the_gap_is_named() -> None:
    marks = [mark("start", 1), mark("pause", 3.1), mark("resume", 5.2), mark("end", 8)]
    events = fed(calls_of(MARKED), 10, marks)
    sounds = [event for event in events if isinstance(event, Sound)]
    inside = [
        s
        for s in sounds
        if s.start_s < START_S + 5.2 - 1e-3 and s.start_s + s.samples.size / RATE_HZ > START_S + 3.1 + 1e-3
    ]
    assert inside == []
    for side in BOTH:
        gaps = [event for event in told(events, SoundMissing) if event.side is side]
        assert {gap.reason for gap in gaps} == {"paused"}
        assert gaps[0].start_s - START_S == pytest.approx(3.1)
        assert gaps[-1].end_s - START_S == pytest.approx(5.2)
        assert sum(gap.end_s - gap.start_s for gap in gaps) == pytest.approx(2.1)
        recorded_s = sum(s.samples.size for s in sounds if s.side is side) / RATE_HZ
        assert recorded_s == pytest.approx(7 - 2.1, abs=0.001)


def test_a_pause_that_is_never_ended_lasts_to_the_calls_end_and_not_into_the_next() -> None:
    marks = [mark("start", 1), mark("pause", 2), mark("end", 4), mark("start", 5), mark("end", 6)]
    events = fed(calls_of(MARKED), 8, marks)
    second = told(events, LegBegun)[1]
    recorded_s = sum(e.samples.size for e in events if isinstance(e, Sound) and e.leg == second.leg) / RATE_HZ
    assert recorded_s == pytest.approx(2.0, abs=0.001)  # one second of each side


def test_a_start_ends_the_call_before() -> None:
    events = fed(calls_of(MARKED), 8, [mark("start", 1), mark("start", 4), mark("end", 6)])
    assert [type(event) for event in told(events, LegBegun, LegEnded)] == [LegBegun, LegEnded, LegBegun, LegEnded]
    names = [event.leg for event in told(events, LegBegun)]
    assert len(set(names)) == 2


@pytest.mark.parametrize("kind", ["end", "pause", "resume"])
def test_a_mark_without_a_call_tells_nothing(kind: str) -> None:
    assert fed(calls_of(MARKED), 3, [mark(kind, 1)]) == []


def test_the_pre_roll_never_reaches_into_the_call_before() -> None:
    settings = SoundCardSettings(sample_rate_hz=RATE_HZ, calls=CallSettings(found=False, mark_pre_roll_s=5.0))
    events = fed(calls_of(settings), 8, [mark("start", 1), mark("end", 4), mark("start", 6), mark("end", 7)])
    second = told(events, LegBegun)[1]
    sounds = [event for event in events if isinstance(event, Sound) and event.leg == second.leg]
    assert min(sound.start_s for sound in sounds) == pytest.approx(START_S + 4, abs=2 / RATE_HZ)


def test_a_mixed_stream_is_one_side_and_says_so() -> None:
    calls = calls_of(MARKED, (LINE,))
    (begun,) = told(list(calls.mark(mark("start", 0))), LegBegun)
    assert isinstance(begun, LegBegun)
    assert (begun.mixed, begun.agent_side) == (True, None)


def test_a_hole_in_a_call_is_told_within_its_bounds() -> None:
    calls = calls_of(MARKED)
    list(calls.mark(mark("start", 5)))
    (missing,) = calls.missing(LINE, Hole(START_S + 3, START_S + 6, "device_lost"))
    assert missing == SoundMissing(missing.leg, LINE, START_S + 5, START_S + 6, "device_lost")  # type: ignore[union-attr]  # it is one


def test_what_is_awaited_when_a_call_ends_is_told_as_missing() -> None:
    awaited = [(LINE, Hole(START_S + 2, START_S + 9, "no_callbacks"))]
    calls = calls_of(MARKED, holes=awaited)
    list(calls.mark(mark("start", 1)))
    list(calls.mark(mark("end", 8)))
    missing, ended = calls.tick(START_S + 9.5)
    assert isinstance(missing, SoundMissing)
    assert (missing.start_s, missing.end_s) == (START_S + 2, START_S + 8)
    assert isinstance(ended, LegEnded)


def test_closing_the_source_ends_what_is_open() -> None:
    calls = calls_of(MARKED)
    list(calls.mark(mark("start", 1)))
    (ended,) = calls.close(START_S + 5)
    assert isinstance(ended, LegEnded)
    assert (ended.reason, ended.at_s) == ("source_ended", START_S + 5)
    assert list(calls.close(START_S + 6)) == []
