from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.clip import Clip
from audio.covering import Cover
from audio.listening import encoded
from models.span import Span
from tests.sounds import RATE_HZ, noise

LOUD = np.full((1000, 2), 9000, np.int16)


def test_what_is_covered_is_silent_on_every_channel_and_the_rest_is_untouched() -> None:
    heard = Cover((Span(0.02, 0.05),)).over(LOUD, 0, 8000)
    assert not heard[160:400].any()
    assert (heard[:160] == 9000).all()
    assert (heard[400:] == 9000).all()
    assert (LOUD == 9000).all()


def test_a_tone_is_soft_and_runs_on_from_block_to_block() -> None:
    cover = Cover((Span(0.0, 1.0),), tone=True)
    whole = cover.over(LOUD, 0, 8000)
    assert 500 < np.abs(whole).max() < 1100
    assert (np.concatenate([cover.over(LOUD[:300], 0, 8000), cover.over(LOUD[300:], 300, 8000)]) == whole).all()


def test_nothing_to_cover_costs_nothing() -> None:
    assert Cover().over(LOUD, 0, 8000) is LOUD


@settings(deadline=None)
@given(st.integers(0, 5000), st.floats(0, 1), st.floats(0, 1))
def test_whatever_the_block_exactly_the_frames_of_the_span_are_covered(
    start: int, first_s: float, length_s: float
) -> None:
    span = Span(first_s, first_s + length_s)
    heard = Cover((span,)).over(LOUD, start, 8000)
    frames = np.arange(start, start + len(LOUD))
    covered = (frames >= round(span.start_s * 8000)) & (frames < round(span.end_s * 8000))
    assert (heard[covered] == 0).all()
    assert (heard[~covered] == 9000).all()


@pytest.mark.parametrize("tone", [False, True])
def test_covered_sound_is_encoded_as_long_as_it_was(tone: bool) -> None:
    clip = Clip.of(noise(2.0, -26.0, 1), RATE_HZ)
    assert len(encoded(clip, Cover((Span(0.5, 1.5),), tone=tone))) < len(encoded(clip))
