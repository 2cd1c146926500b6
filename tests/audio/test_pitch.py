import numpy as np
import pytest

from audio.clip import Clip, Samples
from audio.pitch import pitch
from models.span import Span
from tests import labelled
from tests.sounds import joined, mono, noise, silence, sine

PEAK_ST = 3.0
SD_ST = PEAK_ST / 2**0.5
"""Of a sine's values."""


def voice(f0_hz: float, duration_s: float = 12.0, rate_hz: int = 8000, lowest_hz: float = 300.0) -> Samples:
    """Harmonics within the telephone band, the pitch swinging by `PEAK_ST` semitones around `f0_hz` every 2 s."""
    times_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    swinging_hz = f0_hz * 2 ** (PEAK_ST / 12 * np.sin(np.pi * times_s))
    phase = 2 * np.pi * np.cumsum(swinging_hz) / rate_hz
    sound = np.zeros(times_s.size)
    for order in range(1, 50):
        heard = (order * swinging_hz > lowest_hz) & (order * swinging_hz < 3400)
        sound += heard * np.sin(order * phase) / order**0.5
    return (0.3 * sound / np.abs(sound).max()).astype(np.float32)


@pytest.mark.parametrize("f0_hz", [85.0, 110.0, 140.0, 210.0, 320.0])
def test_a_voice_without_its_fundamental_keeps_its_pitch(f0_hz: float) -> None:
    clip = mono(voice(f0_hz) + noise(12, -50))
    found = pitch(clip, 0, [clip.span])
    assert found is not None
    assert found.median_hz == pytest.approx(f0_hz, rel=0.01)
    assert found.sd_st == pytest.approx(SD_ST, abs=0.1)


@pytest.mark.parametrize("rate_hz", [16000, 48000])
def test_the_sample_rate_does_not_matter(rate_hz: int) -> None:
    clip = Clip.of(voice(120, rate_hz=rate_hz), rate_hz)
    found = pitch(clip, 0, [clip.span])
    assert found is not None
    assert found.median_hz == pytest.approx(120, rel=0.01)


def test_a_monotone_has_no_spread() -> None:
    tone = sum((sine(8, 150.0 * order, -26 - order) for order in range(2, 12)), silence(8))
    found = pitch(mono(tone), 0, [Span(0, 8)])
    assert found is not None
    assert found.median_hz == pytest.approx(150, rel=0.005)
    assert found.sd_st < 0.1


def test_only_the_speech_given_is_listened_to() -> None:
    clip = mono(joined(voice(110), voice(220)))
    first, second = pitch(clip, 0, [Span(0, 12)]), pitch(clip, 0, [Span(12, 18), Span(18, 24)])
    assert first is not None
    assert second is not None
    assert second.median_hz / first.median_hz == pytest.approx(2, rel=0.02)


@pytest.mark.parametrize(
    "samples",
    [noise(20, -26), silence(20), voice(150, 1.0), silence(0)],
    ids=["noise", "silence", "one second", "empty"],
)
def test_without_enough_voice_there_is_no_pitch(samples: Samples) -> None:
    clip = mono(samples)
    assert pitch(clip, 0, [clip.span]) is None


def test_without_speech_there_is_no_pitch() -> None:
    assert pitch(mono(voice(150)), 0, []) is None
    assert pitch(mono(voice(150)), 0, [Span(100, 120)]) is None


VOICES_HZ = {"f1": 266, "f2": 302, "f3": 232, "f4": 242, "m1": 92, "m2": 128, "m3": 126}
"""Median of Praat's cross-correlation method over the same calls, De Looze and Hirst's bounds."""


@pytest.mark.parametrize("call", labelled.calls("stereo"), ids=labelled.name)
def test_voices_of_labelled_calls_agree_with_praat_within_a_semitone(call: labelled.Call) -> None:
    clip = call.clip()
    for party in call.truth["channels"]:
        turns = [Span(turn["start_s"], turn["end_s"]) for turn in call.truth["turns"] if turn["who"] == party]
        found = pitch(clip, call.channel(party), turns)
        assert found is not None
        assert abs(12 * np.log2(found.median_hz / VOICES_HZ[call.truth["voices"][party]])) < 1.0
        assert 2.0 < found.sd_st < 4.0
