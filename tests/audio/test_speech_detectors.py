"""The contract of `SpeechDetector`, kept by every classifier and by the fake."""

import pytest

from audio.activity import ActivitySettings
from audio.speech import ClassifierDetector, SileroClassifier, SpeechDetector, WebRtcClassifier
from models.span import Span, intersection, total_s, union
from tests import examples
from tests.fakes import FakeDetector
from tests.sounds import chords, joined, mono, noise, ringing, silence, sine, stereo


def detectors() -> list[SpeechDetector]:
    settings = ActivitySettings()
    real = [ClassifierDetector(classifier, settings) for classifier in (SileroClassifier(), WebRtcClassifier())]
    return [*real, FakeDetector()]


@pytest.fixture(params=detectors(), ids=lambda detector: detector.name)
def detector(request: pytest.FixtureRequest) -> SpeechDetector:
    found: SpeechDetector = request.param
    return found


@pytest.fixture(scope="module")
def silero() -> SpeechDetector:
    return ClassifierDetector(SileroClassifier(), ActivitySettings())


def test_silence_has_no_speech(detector: SpeechDetector) -> None:
    assert detector.detect(mono(silence(5))) == ((),)


def test_a_clip_of_two_channels_gives_two_answers(detector: SpeechDetector) -> None:
    assert detector.detect(stereo(silence(2), silence(2))) == ((), ())


def test_a_clip_of_no_length_has_no_speech(detector: SpeechDetector) -> None:
    assert detector.detect(mono(silence(0))) == ((),)


def test_most_of_what_is_spoken_is_found_and_little_else(detector: SpeechDetector) -> None:
    found = detector.detect(examples.clip())
    for channel, party in enumerate(("agent", "customer")):
        truth = union(examples.spoken(party), bridge_s=1.2)
        heard = union(found[channel], bridge_s=1.2)
        shared_s = total_s(intersection(truth, heard))
        assert shared_s > 0.9 * total_s(truth)
        assert total_s(gap for gap in heard if not any(gap.overlap_s(span) for span in truth)) < 30


def test_the_same_sound_gives_the_same_answer(detector: SpeechDetector) -> None:
    clip = examples.clip()
    assert detector.detect(clip) == detector.detect(clip)


def test_spans_are_sorted_apart_and_within_the_clip(detector: SpeechDetector) -> None:
    clip = examples.clip()
    for spans in detector.detect(clip):
        assert list(spans) == list(union(spans))
        assert all(span.start_s >= 0 and span.end_s <= clip.duration_s for span in spans)


@pytest.mark.parametrize(
    "sound",
    [noise(10, -40), ringing(3, 1.5, 3.0), sine(5, 425), chords(20), joined(silence(2), noise(0.05, -10), silence(2))],
    ids=["noise", "ring-back", "dial tone", "hold music", "a click"],
)
def test_the_neural_detector_takes_no_other_sound_for_speech(silero: SpeechDetector, sound: object) -> None:
    assert silero.detect(mono(sound)) == ((),)  # type: ignore[arg-type]  # pytest's parameters are objects


def test_the_echo_of_the_agent_is_not_the_customer_s_speech(silero: SpeechDetector) -> None:
    clip = examples.clip()
    agent, customer = clip.read(0), clip.read(1)
    leak = 10 ** (-38 / 20)
    echoed = silero.detect(stereo(agent + leak * customer, customer + leak * agent))
    plain = silero.detect(clip)
    for with_echo, without in zip(echoed, plain, strict=True):
        assert total_s(with_echo) == pytest.approx(total_s(without), rel=0.03)


def test_the_block_that_sound_is_read_in_does_not_show(silero: SpeechDetector) -> None:
    """The example is longer than one block of 64 s."""
    clip = examples.clip()
    cut = clip.duration_s - 64 if clip.duration_s > 70 else 0.0
    assert cut > 0
    later = mono(clip.read(0, Span(cut, clip.duration_s)))
    whole = [span.shifted(-cut) for span in silero.detect(mono(clip.read(0)))[0] if span.start_s > cut + 2]
    part = [span for span in silero.detect(later)[0] if span.start_s > 2]
    assert [span.start_s for span in part] == pytest.approx([span.start_s for span in whole], abs=0.1)
