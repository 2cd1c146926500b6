import numpy as np
import pytest

from audio.clip import Samples
from audio.cutoff import ending_db
from models.span import Span
from tests.sounds import RATE_HZ, mono, sine


def fading(duration_s: float, fade_s: float) -> Samples:
    """A tone whose level falls by 40 dB over its last `fade_s`."""
    samples = sine(duration_s, 600)
    fade = np.logspace(0, -2, round(fade_s * RATE_HZ)) if fade_s else np.ones(0)
    samples[samples.size - fade.size :] *= fade
    return samples.astype(np.float32)


def test_a_voice_that_stops_at_full_level_ends_at_its_level() -> None:
    assert ending_db(mono(fading(3, 0)), 0, Span(0, 3)) == pytest.approx(0.0, abs=0.5)


def test_a_voice_that_dies_away_ends_far_under_its_level() -> None:
    ending = ending_db(mono(fading(3, 0.4)), 0, Span(0, 3))
    assert ending is not None
    assert ending < -30  # the last 50 ms of 400 ms of fading by 40 dB


def test_only_the_given_span_is_looked_at() -> None:
    clip = mono(np.concatenate((fading(3, 0), fading(3, 0.4))))
    assert ending_db(clip, 0, Span(0, 3)) == pytest.approx(0.0, abs=0.5)


def test_what_is_too_short_has_no_ending() -> None:
    assert ending_db(mono(fading(3, 0)), 0, Span(0, 0.05)) is None
