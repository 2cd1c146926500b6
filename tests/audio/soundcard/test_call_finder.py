from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from audio.clip import Samples
from audio.soundcard.call_finder import AnswerHeard, CallBegun, CallEnded, CallFinder, Found, RingHeard
from audio.soundcard.settings import CallSettings
from audio.tone_plans import PLANS, TonePlan
from models.call import Side
from tests.audio.soundcard.voices import voiced
from tests.sounds import chords, joined, noise, ringing, silence, sine

RATE_HZ = 8000
START_S = 1_795_000_000.0
LINE, AGENT = Side.CALLER, Side.CALLEE


def found_in(
    line: Samples, agent: Samples | None = None, settings: CallSettings | None = None, rate_hz: int = RATE_HZ
) -> list[Found]:
    """What a finder tells of arrays fed in quarter seconds."""
    sides = {LINE: line} if agent is None else {LINE: line, AGENT: agent}
    finder = CallFinder(list(sides), LINE, rate_hz, settings or CallSettings())
    step, told = rate_hz // 4, []
    for first in range(0, max(samples.size for samples in sides.values()), step):
        for side, samples in sides.items():
            block = np.clip(samples[first : first + step] * 32768, -32768, 32767).astype(np.int16)
            if block.size:
                told += finder.hear(side, START_S + first / rate_hz, block)
        told += finder.tick(START_S + first / rate_hz + 0.3)
    return told


def told_of(finder: CallFinder, sound: npt.NDArray[np.int16]) -> list[Found]:
    step = RATE_HZ // 4
    starts = range(0, sound.size, step)
    return [
        item for first in starts for item in finder.hear(LINE, START_S + first / RATE_HZ, sound[first : first + step])
    ]


def at(found: list[Found], kind: type) -> float:
    (one,) = [item for item in found if isinstance(item, kind)]
    return one.at_s - START_S


def ring_of(plan: TonePlan) -> Samples:
    parts = []
    for index, part_s in enumerate(plan.cadence_s):
        level_dbov = -20.0 - 10 * np.log10(len(plan.frequencies_hz))
        tones = [sine(part_s, hz, level_dbov) for hz in plan.frequencies_hz]
        parts.append(silence(part_s) if index % 2 else np.sum(tones, axis=0, dtype=np.float32))
    return joined(*parts)


SOUNDING_DIFFERENT = {(plan.frequencies_hz, plan.cadence_s): plan for plan in PLANS}.values()


@pytest.mark.parametrize("plan", SOUNDING_DIFFERENT, ids=lambda plan: plan.id)
def test_rings_begin_a_call_and_speech_after_them_answers_it(plan: TonePlan) -> None:
    found = found_in(joined(silence(3), ring_of(plan), ring_of(plan), voiced(14), silence(1)))
    assert [type(item) for item in found] == [CallBegun, RingHeard, AnswerHeard]
    assert at(found, CallBegun) == pytest.approx(3.0, abs=0.05)
    assert at(found, RingHeard) == pytest.approx(3.0, abs=0.05)
    assert at(found, AnswerHeard) == pytest.approx(3.0 + 2 * plan.period_s, abs=0.3)


@pytest.mark.parametrize(("hz", "part_s"), [(425, 0.2), (425, 0.25), (425, 0.3), (450, 0.33), (425, 0.5), (400, 0.5)])
def test_a_busy_tone_ends_a_call_when_it_begins(hz: float, part_s: float) -> None:
    busy = ringing(20, part_s, part_s, hz)
    found = found_in(joined(silence(2), voiced(8), silence(1), busy, silence(2)))
    assert [type(item) for item in found] == [CallBegun, AnswerHeard, CallEnded]
    assert found[-1] == CallEnded(pytest.approx(START_S + 11.0, abs=0.05), "busy_tone")


@pytest.mark.parametrize("part_s", [0.2, 0.25, 0.3, 0.33, 0.5])
def test_a_busy_tone_alone_is_no_call(part_s: float) -> None:
    assert found_in(joined(silence(3), ringing(20, part_s, part_s), silence(20))) == []


def test_a_dial_tone_ends_a_call_when_it_begins() -> None:
    found = found_in(joined(silence(2), voiced(8), silence(2), sine(8, 425)))
    assert found[-1] == CallEnded(pytest.approx(START_S + 12.0, abs=0.1), "dial_tone")


def test_a_dial_tone_alone_is_no_call() -> None:
    assert found_in(joined(silence(3), sine(20, 425), silence(10))) == []


def test_long_silence_ends_a_call_at_its_last_sound() -> None:
    found = found_in(joined(silence(2), voiced(8), silence(40)))
    assert found[-1] == CallEnded(pytest.approx(START_S + 10.0, abs=0.2), "silence")


def test_silence_shorter_than_the_setting_keeps_a_call_open() -> None:
    found = found_in(joined(silence(2), voiced(8), silence(25), voiced(4)))
    assert [type(item) for item in found] == [CallBegun, AnswerHeard]


def test_a_ring_that_stops_unanswered_ends_the_call_with_its_last_ring() -> None:
    found = found_in(joined(silence(3), ringing(4, 1.5, 3.0), silence(30)))
    assert [type(item) for item in found] == [CallBegun, RingHeard, CallEnded]
    assert at(found, CallEnded) == pytest.approx(3 + 3 * 4.5 + 1.5, abs=0.05)


@pytest.mark.parametrize("line", [noise(60, -40.0), silence(60)], ids=["hiss", "none"])
def test_no_call_is_found_where_nobody_speaks(line: Samples) -> None:
    assert found_in(line) == []


def test_a_word_alone_is_no_call() -> None:
    assert found_in(joined(silence(5), voiced(0.6), silence(20))) == []


def test_an_agent_who_talks_to_a_colleague_opens_no_call() -> None:
    assert found_in(silence(40), joined(silence(5), voiced(20), silence(15))) == []


def test_an_agent_who_speaks_opens_a_call_where_it_is_set_so() -> None:
    talk = joined(silence(5), voiced(20), silence(15))
    found = found_in(silence(40), talk, CallSettings(opened_by="either"))
    assert at(found, CallBegun) == pytest.approx(5.0, abs=0.2)


def test_the_agents_speech_keeps_a_call_open() -> None:
    line = joined(silence(2), voiced(5), silence(60))
    agent = joined(silence(7), *[joined(silence(15), voiced(5)) for _ in range(3)])
    assert [type(item) for item in found_in(line, agent)] == [CallBegun, AnswerHeard]


def test_the_agents_first_word_answers_a_ring_on_the_line() -> None:
    line = joined(silence(3), ringing(2, 1.0, 4.0), silence(2), voiced(10))
    agent = joined(silence(11.5), voiced(4), silence(10))
    assert at(found_in(line, agent), AnswerHeard) == pytest.approx(11.5, abs=0.1)


def test_a_call_that_goes_on_for_too_long_is_closed_and_another_begins() -> None:
    found = found_in(joined(silence(1), voiced(30)), settings=CallSettings(longest_s=10.0))
    assert [item.reason for item in found if isinstance(item, CallEnded)] == ["limit", "limit"]
    assert sum(isinstance(item, CallBegun) for item in found) == 3


def test_music_on_hold_keeps_a_call_open() -> None:
    found = found_in(joined(silence(2), voiced(6), chords(45), voiced(4)))
    assert [type(item) for item in found] == [CallBegun, AnswerHeard]


def test_sound_that_stops_coming_ends_a_call_as_a_source_that_ended() -> None:
    finder = CallFinder([LINE], LINE, RATE_HZ, CallSettings())
    sound = (voiced(10) * 32767).astype(np.int16)
    found = told_of(finder, sound)
    found += finder.tick(START_S + 30)
    assert [type(item) for item in found] == [CallBegun, AnswerHeard]
    (ended,) = finder.tick(START_S + 60)
    assert ended == CallEnded(pytest.approx(START_S + 10, abs=0.6), "source_ended")


def test_16_khz_tells_the_same_as_8_khz() -> None:
    line = joined(silence(3), ringing(2, 1.5, 3.0), voiced(12), silence(35))
    twice = np.repeat(line, 2)
    narrow, wide = found_in(line), found_in(twice, rate_hz=16000)
    assert (
        [type(item) for item in wide]
        == [type(item) for item in narrow]
        == [CallBegun, RingHeard, AnswerHeard, CallEnded]
    )
    assert [item.at_s for item in wide] == pytest.approx([item.at_s for item in narrow], abs=0.15)


def test_a_marked_call_tells_rings_and_answer_but_never_its_end() -> None:
    finder = CallFinder([LINE], LINE, RATE_HZ, CallSettings())
    finder.begin(START_S)
    line = joined(silence(3), ringing(2, 1.5, 3.0), voiced(12), ringing(20, 0.25, 0.25), silence(40))
    sound = (line * 32767).astype(np.int16)
    found = told_of(finder, sound)
    assert [type(item) for item in found] == [RingHeard, AnswerHeard]
