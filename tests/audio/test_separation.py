from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.clip import Clip, Samples
from audio.mel import MelWindows
from audio.separation import Separation, SeparationSettings, separate
from audio.voices import Vectors, VoiceEncoder, unit_rows
from models.span import Span, total_s, union
from tests.labelled import Call, calls, name
from tests.sounds import joined, mono, noise, silence
from tests.voice_model import voice_encoder


class BandEncoder:
    """A fake: a voice is the mean power of each band."""

    name = "bands"

    def encode(self, windows: MelWindows) -> Vectors:
        return unit_rows(np.log(windows.mean(axis=1) + 1e-6).reshape(len(windows), -1) + 14.0)


def voice(duration_s: float, hz: float, seed: int) -> Samples:
    """Noise with a formant at `hz`: a resonance of two poles, radius 0.9."""
    source = noise(duration_s, -26.0, seed)
    angle = 2 * np.pi * hz / 8000
    out = np.zeros(source.size + 2)
    for at, sample in enumerate(source, 2):
        out[at] = sample + 1.8 * np.cos(angle) * out[at - 1] - 0.81 * out[at - 2]
    return (out[2:] / np.abs(out).max() / 4).astype(np.float32)


def dialogue(
    formants_hz: tuple[float, float], turn_s: float = 4.0, turns: int = 16, gap_s: float = 0.4
) -> tuple[Clip, tuple[Span, ...]]:
    """Turns of two voices in alternation, and when they speak."""
    parts: list[Samples] = []
    for turn in range(turns):
        parts += [voice(turn_s, formants_hz[turn % 2], turn), silence(gap_s)]
    spans = [Span(turn * (turn_s + gap_s), turn * (turn_s + gap_s) + turn_s) for turn in range(turns)]
    return mono(joined(*parts)), union(spans)


def test_two_voices_that_alternate_are_told_apart_turn_by_turn() -> None:
    clip, speech = dialogue((600.0, 1500.0))
    found = separate(clip, speech, BandEncoder())
    assert found is not None
    assert (found.of(0), found.of(1)) == (speech[::2], speech[1::2])
    assert found.confidence > 0.99


def test_a_change_of_voice_without_a_pause_is_placed_within_half_a_second() -> None:
    clip, speech = dialogue((600.0, 1500.0), gap_s=0.0)
    assert len(speech) == 1
    found = separate(clip, speech, BandEncoder())
    assert found is not None
    assert [item.speaker for item in found.spans] == [0, 1] * 8
    assert [item.span.end_s for item in found.spans] == pytest.approx(list(range(4, 65, 4)), abs=0.5)


def test_one_voice_is_not_divided() -> None:
    clip, speech = dialogue((900.0, 900.0))
    assert separate(clip, speech, BandEncoder()) is None


def test_voices_nearer_than_the_limit_are_not_told_apart() -> None:
    clip, speech = dialogue((600.0, 1500.0))
    assert separate(clip, speech, BandEncoder(), SeparationSettings(least_distance=1000.0)) is None


def test_under_20_seconds_of_speech_nobody_is_told_apart() -> None:
    clip, speech = dialogue((600.0, 1500.0), turns=4)
    assert total_s(speech) == pytest.approx(16.0)
    assert separate(clip, speech, BandEncoder()) is None


def test_who_says_less_than_3_seconds_is_not_a_second_speaker() -> None:
    """Two words of somebody else in a minute: the halves agree, but it is too little to call a party."""
    clip, speech = dialogue((600.0, 1500.0))
    assert separate(clip, speech, BandEncoder(), SeparationSettings(least_speaker_s=33.0)) is None
    assert separate(clip, speech, BandEncoder(), SeparationSettings(least_speaker_s=31.0)) is not None


def test_a_recording_without_speech_has_no_speakers() -> None:
    assert separate(mono(silence(5.0)), (), BandEncoder()) is None


def test_a_recording_shorter_than_a_window_has_no_speakers() -> None:
    asked = SeparationSettings(least_speech_s=0.1)
    assert separate(mono(noise(0.5, -26.0)), (Span(0.0, 0.5),), BandEncoder(), asked) is None


CLIP, SPEECH = dialogue((600.0, 1500.0))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.floats(0.0, 69.0), st.floats(0.05, 6.0)), min_size=8, max_size=30))
def test_the_speakers_share_out_exactly_the_speech_that_was_given(cuts: list[tuple[float, float]]) -> None:
    speech = union(Span(start_s, min(start_s + length_s, CLIP.duration_s)) for start_s, length_s in cuts)
    found = separate(CLIP, speech, BandEncoder(), SeparationSettings(least_speech_s=5.0, least_distance=0.0))
    if found is not None:
        assert union(item.span for item in found.spans) == speech
        assert all(a.span.end_s <= b.span.start_s for a, b in zip(found.spans, found.spans[1:], strict=False))
        assert found.spans[0].speaker == 0


def test_confidence_is_the_normal_integral_of_half_the_distance() -> None:
    # Φ(1.0) = 0.8413, Φ(0) = 0.5
    assert (Separation((), 2.0).confidence, Separation((), 0.0).confidence) == pytest.approx((0.8413, 0.5), abs=1e-4)


@pytest.fixture(scope="module")
def encoder() -> VoiceEncoder:
    found = voice_encoder()
    if found is None:
        pytest.skip("the voice encoder's weights are not in the cache")
    return found


def said(call: Call, party: str) -> tuple[Span, ...]:
    return union(Span(turn["start_s"], turn["end_s"]) for turn in call.truth["turns"] if turn["who"] == party)


@pytest.mark.parametrize("call", calls("mono"), ids=name)
def test_the_speakers_of_a_labelled_mono_call_are_told_apart(call: Call, encoder: VoiceEncoder) -> None:
    agent, customer = said(call, "agent"), said(call, "customer")
    found = separate(call.clip(), union(agent + customer), encoder)
    assert found is not None
    wrong_s = sum(a.overlap_s(b) for a in found.of(0) for b in customer) + sum(
        a.overlap_s(b) for a in found.of(1) for b in agent
    )
    assert wrong_s / (total_s(agent) + total_s(customer)) < 0.03


@pytest.mark.parametrize("call", calls("stereo")[:3], ids=name)
@pytest.mark.parametrize("party", ["agent", "customer"])
def test_one_leg_of_a_labelled_call_is_not_divided(call: Call, party: str, encoder: VoiceEncoder) -> None:
    clip = call.clip()
    assert separate(clip, said(call, party), encoder, channel=call.channel(party)) is None
