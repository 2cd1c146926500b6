from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.clip import Clip
from audio.mel import WINDOW_S, mel_windows, window_spans
from models.span import Span, gaps
from tests.sounds import joined, mono, noise, silence, sine

MINUTE = Span(0.0, 60.0)


def test_two_seconds_of_speech_are_covered_by_windows_every_half_second() -> None:
    starts_s = [window.start_s for window in window_spans(Span(10.0, 12.0), 0.5, MINUTE)]
    assert starts_s == pytest.approx([10.0, 10.5, 11.0, 11.2])


def test_a_word_shorter_than_a_window_lies_in_the_middle_of_one() -> None:
    (window,) = window_spans(Span(10.0, 10.4), 0.5, MINUTE)
    assert (window.start_s, window.end_s) == pytest.approx((9.8, 10.6))


def test_a_recording_shorter_than_a_window_has_none() -> None:
    assert window_spans(Span(0.0, 0.5), 0.5, Span(0.0, 0.7)) == ()


@given(st.floats(0.0, 59.0), st.floats(0.01, 30.0))
def test_windows_are_of_one_length_within_the_recording_and_leave_little_uncovered(
    start_s: float, length_s: float
) -> None:
    span = Span(start_s, min(start_s + length_s, MINUTE.end_s))
    windows = window_spans(span, 0.5, MINUTE)
    assert all(window.duration_s == pytest.approx(WINDOW_S) for window in windows)
    assert all(window.start_s >= 0 and window.end_s <= MINUTE.end_s + 1e-9 for window in windows)
    assert sum(gap.duration_s for gap in gaps(windows, span)) <= 0.5 / 3 + 1e-6


def described(clip: Clip, *starts_s: float) -> np.ndarray:
    spans = [Span(start_s, start_s + WINDOW_S) for start_s in starts_s]
    return np.concatenate(list(mel_windows(clip, 0, spans)))


def test_a_sine_of_1000_hz_is_strongest_in_the_band_around_1000_hz() -> None:
    # 40 bands up to 8 kHz, 15 mels of Slaney's scale to 1000 Hz, 73.8 Hz a band there: band 12 is centred on 956 Hz,
    # band 13 on 1031 Hz.
    window = described(mono(sine(2.0, 1000.0)), 0.5)
    assert window.shape == (1, 80, 40)
    assert int(window[0].sum(axis=0).argmax()) in {12, 13}


def test_level_plays_no_part() -> None:
    loud, soft = described(mono(noise(1.0, -20.0)), 0.1), described(mono(noise(1.0, -44.0)), 0.1)
    assert soft == pytest.approx(loud, rel=0.03)


def test_sound_at_16_khz_is_heard_as_at_8_khz() -> None:
    narrow = described(mono(sine(1.0, 440.0)), 0.1)
    wide = described(Clip.of(sine(1.0, 440.0, rate_hz=16000), 16000), 0.1)
    assert wide[0].mean(axis=0) == pytest.approx(narrow[0].mean(axis=0), rel=0.02, abs=1e-4)


def test_silence_is_all_zeros_and_not_a_division_by_zero() -> None:
    assert not described(mono(silence(2.0)), 0.5).any()


def test_the_batches_are_of_a_minute_so_that_memory_does_not_grow_with_the_call() -> None:
    clip = mono(joined(*[noise(1.0, -26.0)] * 150))
    spans = [Span(float(at), at + WINDOW_S) for at in range(149)]
    assert [len(batch) for batch in mel_windows(clip, 0, spans)] == [60, 60, 29]
