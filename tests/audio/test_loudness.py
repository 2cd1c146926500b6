"""Active speech level against vectors worked out for ITU-T P.56, method B, at 8 kHz."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.clip import Samples
from audio.loudness import active_speech_level, turn_levels
from models.span import Span
from tests import labelled
from tests.sounds import joined, mono, noise, silence, sine


def pulsed(on_s: float, off_s: float, duration_s: float = 10.0) -> Samples:
    """A sine of 440 Hz and -26 dBov, keyed on and off, its phase running through."""
    times_s = np.arange(round(duration_s * 8000)) / 8000
    return np.where(times_s % (on_s + off_s) < on_s, sine(duration_s, 440.0, -26.0), 0.0).astype(np.float32)


@pytest.mark.parametrize(
    ("samples", "level_dbov", "rms_dbov", "activity_ratio"),
    [
        (sine(10, 440, -26), -25.990, -26.000, 0.9977),
        (pulsed(1.0, 1.0), -27.06, -29.01, 0.639),
        (pulsed(0.3, 0.7), -28.92, -31.23, 0.588),
    ],
    ids=["continuous", "1 s in 2", "0.3 s in 1"],
)
def test_golden_vectors_of_p56_at_8_khz(
    samples: Samples, level_dbov: float, rms_dbov: float, activity_ratio: float
) -> None:
    active = active_speech_level(samples, 8000)
    assert active is not None
    assert active.level_dbov == pytest.approx(level_dbov, abs=0.005)
    assert active.rms_dbov == pytest.approx(rms_dbov, abs=0.005)
    assert active.activity_ratio == pytest.approx(activity_ratio, abs=0.0005)


@given(gain_db=st.floats(-30, 15))
@settings(max_examples=30, deadline=None)
def test_a_gain_moves_the_level_by_as_much(gain_db: float) -> None:
    """Between thresholds 6 dB apart the level is a straight line, hence the quarter of a decibel."""
    plain = active_speech_level(pulsed(1.0, 0.5), 8000)
    louder = active_speech_level(pulsed(1.0, 0.5) * np.float32(10 ** (gain_db / 20)), 8000)
    assert plain is not None
    assert louder is not None
    assert louder.level_dbov - plain.level_dbov == pytest.approx(gain_db, abs=0.25)


@pytest.mark.parametrize("pause_s", [2.0, 8.0, 30.0])
def test_pauses_take_no_part(pause_s: float) -> None:
    active = active_speech_level(joined(sine(4, 440, -26), silence(pause_s)), 8000)
    assert active is not None
    assert active.level_dbov == pytest.approx(-26.2, abs=0.15)


def test_noise_in_the_pauses_takes_no_part() -> None:
    speech = joined(silence(3), sine(4, 440, -26), silence(3))
    noisy = active_speech_level(speech + noise(10, -45), 8000)
    clean = active_speech_level(speech, 8000)
    assert noisy is not None
    assert clean is not None
    assert noisy.level_dbov == pytest.approx(clean.level_dbov, abs=0.15)


@pytest.mark.parametrize("samples", [silence(1), silence(0), noise(1, -85)], ids=["silent", "empty", "inaudible"])
def test_without_sound_there_is_no_level(samples: Samples) -> None:
    assert active_speech_level(samples, 8000) is None


def test_each_turn_has_its_level_and_short_ones_none() -> None:
    clip = mono(joined(sine(2, 440, -20), silence(1), sine(1, 440, -20), silence(1), sine(3, 440, -32)))
    levels = turn_levels(clip, 0, [Span(0, 2), Span(3, 4), Span(5, 8), Span(2, 3.9)])
    assert levels[0] == pytest.approx(-20, abs=0.1)
    assert levels[1] is None
    assert levels[2] == pytest.approx(-32, abs=0.1)
    assert turn_levels(clip, 0, [Span(100, 103)]) == (None,)


def test_of_an_endless_turn_the_first_two_minutes_are_measured() -> None:
    clip = mono(joined(sine(120, 440, -26), sine(60, 440, -6)))
    assert turn_levels(clip, 0, [Span(0, 180)])[0] == pytest.approx(-26, abs=0.1)


@pytest.mark.parametrize("call", labelled.calls("stereo"), ids=labelled.name)
def test_turns_of_labelled_calls_have_their_level_within_half_a_decibel(call: labelled.Call) -> None:
    clip = call.clip()
    for party in call.truth["channels"]:
        own = [turn for turn in call.truth["turns"] if turn["who"] == party and turn["end_s"] - turn["start_s"] >= 1.5]
        levels = turn_levels(clip, call.channel(party), [Span(turn["start_s"], turn["end_s"]) for turn in own])
        whole = [(level, turn["level_dbov"]) for level, turn in zip(levels, own, strict=True) if not turn.get("cut")]
        assert whole
        assert all(level == pytest.approx(truth, abs=0.5) for level, truth in whole)
