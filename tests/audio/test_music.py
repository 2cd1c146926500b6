import math

import numpy as np
import pytest

from audio.clip import Clip, Samples
from audio.music import is_music, music_spans
from models.span import Span, gaps
from tests import labelled
from tests.audio.test_pitch import voice
from tests.sounds import chords, joined, mono, noise, ringing, silence, sine, stereo


def speaking(duration_s: float) -> Samples:
    """A gliding voice in syllables of a quarter of a second, with a pause after every four."""
    times_s = np.arange(round(duration_s * 8000)) / 8000
    syllables = np.clip(np.sin(2 * np.pi * 4 * times_s), 0, 1) * (times_s % 1.4 < 1.0)
    glide = np.interp(times_s % 0.7, (0, 0.7), (0.8, 1.25))
    phase = 2 * np.pi * np.cumsum(150 * glide) / 8000
    return (0.05 * syllables * sum(np.sin(order * phase) for order in range(2, 20))).astype(np.float32)


def key(low_hz: float, high_hz: float) -> Samples:
    return joined(sine(0.12, low_hz) + sine(0.12, high_hz), silence(0.08)) + noise(0.2, -45)


def plucked(duration_s: float, seed: int = 3) -> Samples:
    """A guitar-like melody: one note at a time, dying away, with some noise of the strings."""
    notes = np.random.default_rng(seed).integers(0, 20, math.ceil(duration_s / 0.4))
    decay = np.exp(-np.arange(3200) / 2400)
    tune = [
        sum(decay**order * sine(0.4, 196.0 * 2 ** (note / 12) * order, -22 - 4 * order) for order in range(1, 6))
        for note in notes
    ]
    return (np.concatenate(tune)[: round(duration_s * 8000)] + noise(duration_s, -55)).astype(np.float32)


@pytest.mark.parametrize("piece", [chords(4), chords(4, -38, seed=5), plucked(4), plucked(4, seed=9)])
@pytest.mark.parametrize("noise_dbov", [-70, -50])
def test_music_is_music(piece: Samples, noise_dbov: float) -> None:
    assert is_music(piece + noise(4, noise_dbov), 8000) >= 0.5


@pytest.mark.parametrize("rate_hz", [16000, 48000])
def test_music_is_music_at_other_rates(rate_hz: int) -> None:
    times = np.arange(4 * rate_hz) * 8000 / rate_hz
    piece = np.interp(times, np.arange(4 * 8000), chords(4)).astype(np.float32)
    assert is_music(piece, rate_hz) >= 0.5


@pytest.mark.parametrize(
    "sound",
    [
        pytest.param(silence(4), id="silence"),
        pytest.param(silence(0), id="nothing"),
        pytest.param(noise(4, -30), id="noise"),
        pytest.param(noise(4, -60), id="comfort noise"),
        pytest.param(np.cumsum(noise(4, -50)).astype(np.float32) * 0.1, id="rumble"),
        pytest.param(sine(4, 425, -20) + noise(4, -60), id="dial tone"),
        pytest.param(sine(4, 440, -20) + sine(4, 480, -20) + noise(4, -60), id="dual tone"),
        pytest.param(ringing(1, 1.0, 3.0) + noise(4, -60), id="ring"),
        pytest.param(joined(*([sine(0.2, 425), silence(0.2)] * 10)) + noise(4, -60), id="busy"),
        pytest.param(sum((sine(4, 50.0 * n, -40) for n in range(1, 9)), noise(4, -60)), id="hum"),
        pytest.param(speaking(4) + noise(4, -60), id="speech"),
        pytest.param(voice(140, 4) + noise(4, -50), id="a singing glide"),
        pytest.param(chords(4, -75) + noise(4, -65), id="an echo of music"),
        pytest.param(joined(*map(key, (697, 770, 852, 941) * 5, (1209, 1336, 1477, 1209, 1336) * 4)), id="keys"),
        pytest.param(joined(*([sine(0.5, 440) + sine(0.5, 480), silence(0.5)] * 4)) + noise(4, -45), id="dual busy"),
    ],
)
def test_what_is_no_music_is_not(sound: Samples) -> None:
    assert is_music(sound, 8000) < 0.5


def edges_s(clip: Clip, quiet: list[Span]) -> list[tuple[float, float]]:
    return [(span.start_s, span.end_s) for span in music_spans(clip, quiet)]


def test_music_in_a_gap_spans_it() -> None:
    clip = stereo(joined(speaking(5), chords(12), speaking(5)) + noise(22, -60), noise(22, -60))
    assert edges_s(clip, [Span(5, 17)]) == [pytest.approx((5, 17), abs=0.15)]


def test_music_on_either_channel_is_found_and_silence_is_not() -> None:
    clip = stereo(noise(30, -60), joined(silence(15), plucked(15)) + noise(30, -60))
    assert edges_s(clip, [Span(0, 12), Span(15.2, 29.8)]) == [pytest.approx((15.2, 29.8), abs=0.15)]


def test_music_that_begins_within_a_gap_is_found_to_the_tenth() -> None:
    clip = mono(joined(silence(10), chords(15), silence(5)) + noise(30, -60))
    assert edges_s(clip, [Span(0, 30)]) == [pytest.approx((10, 25), abs=0.15)]


def test_long_holds_are_read_in_pieces_and_joined() -> None:
    assert edges_s(mono(np.tile(chords(15), 10)), [Span(1, 149)]) == [pytest.approx((1, 149), abs=0.15)]


def test_drums_between_notes_belong_to_the_piece_and_line_noise_does_not() -> None:
    beat = noise(8, -28) * np.tile(np.exp(-np.arange(4000) / 600), 16).astype(np.float32)
    clip = mono(joined(silence(1), chords(8), beat, silence(8)) + noise(25, -60))
    assert edges_s(clip, [Span(0, 25)]) == [pytest.approx((1, 17), abs=0.5)]


def test_gaps_too_short_for_music_are_not_looked_at() -> None:
    assert music_spans(mono(chords(10)), [Span(0, 1.5), Span(4, 5.9)]) == ()


@pytest.mark.parametrize("call", labelled.calls(), ids=labelled.name)
def test_holds_of_labelled_calls_have_music_where_they_have(call: labelled.Call) -> None:
    """One of the pieces fades out within its hold, hence not the whole of it."""
    clip = call.clip()
    turns = [Span(turn["start_s"], turn["end_s"]) for turn in call.truth["turns"]]
    quiet = [gap for gap in gaps(turns, clip.span) if gap.duration_s > 3]
    found = music_spans(clip, quiet)
    holds = [Span(hold["start_s"], hold["end_s"]) for hold in call.truth["holds"] if hold["music"]]
    assert len(found) == len(holds)
    assert all(span.overlap_s(hold) >= 0.8 * hold.duration_s for span, hold in zip(found, holds, strict=True))
