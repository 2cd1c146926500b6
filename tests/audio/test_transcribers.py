"""The contract of `Transcriber`, kept by faster-whisper and by the fake; and that nothing is invented."""

from pathlib import Path

import pytest

from audio.activity import ActivitySettings
from audio.clip import Samples
from audio.speech import ClassifierDetector, SileroClassifier
from audio.transcriber import Transcriber, WhisperSettings, WhisperTranscriber
from models.errors import ModelError
from models.span import Span
from tests import examples
from tests.fakes import FakeTranscriber
from tests.sounds import chords, joined, mono, noise, ringing, silence, stereo


@pytest.fixture(params=["faster-whisper", "fake"])
def any_transcriber(request: pytest.FixtureRequest) -> Transcriber:
    if request.param == "fake":
        return FakeTranscriber("uno dos tres cuatro cinco seis", "siete ocho nueve")
    found: Transcriber = request.getfixturevalue("transcriber")
    return found


SPEECH = [examples.spoken("agent")[:2], examples.spoken("customer")[:1]]


@pytest.mark.slow
def test_no_speech_gives_no_words(any_transcriber: Transcriber) -> None:
    transcript = any_transcriber.transcribe(examples.clip(), [(), ()])
    assert transcript.words == {0: (), 1: ()}


@pytest.mark.slow
def test_words_lie_on_the_given_speech_in_order_with_a_probability(any_transcriber: Transcriber) -> None:
    transcript = any_transcriber.transcribe(examples.clip(), SPEECH)
    for channel, spans in enumerate(SPEECH):
        words = transcript.words[channel]
        assert words
        assert [word.start_s for word in words] == sorted(word.start_s for word in words)
        assert all(0.0 <= word.probability <= 1.0 for word in words)
        assert all(any(Span(word.start_s, word.end_s).overlap_s(span) for span in spans) for word in words)


@pytest.mark.slow
def test_a_transcript_says_which_model_made_it(any_transcriber: Transcriber) -> None:
    transcript = any_transcriber.transcribe(examples.clip(), [(), ()])
    assert (transcript.model, transcript.model_sha256) == (any_transcriber.name, any_transcriber.model_sha256)


@pytest.mark.slow
def test_what_the_agent_says_is_recognised(transcriber: WhisperTranscriber) -> None:
    first = next(turn for turn in examples.truth()["turns"] if turn["who"] == "agent")
    span = Span(first["start_s"], first["end_s"])
    heard = {
        word.text.strip(".,¿?¡!").lower() for word in transcriber.transcribe(examples.clip(), [[span], []]).words[0]
    }
    said = [word.strip(".,¿?¡!").lower() for word in first["text"].split()]
    assert sum(word in heard for word in said) >= 0.6 * len(said)


@pytest.mark.slow
@pytest.mark.parametrize(
    "sound",
    [
        silence(30),
        noise(30, -38),
        chords(30),
        ringing(4, 1.5, 3.0),
        joined(ringing(2, 1, 4, 400), chords(15), silence(5)),
    ],
    ids=["silence", "noise", "hold music", "ring tones", "all of them"],
)
def test_no_words_are_invented_where_nobody_speaks(transcriber: WhisperTranscriber, sound: Samples) -> None:
    clip = stereo(sound, silence(5))
    detector = ClassifierDetector(SileroClassifier(), ActivitySettings())
    transcript = transcriber.transcribe(clip, detector.detect(clip))
    assert transcript.words == {0: (), 1: ()}


@pytest.mark.slow
def test_the_language_is_found_where_none_is_given(transcriber: WhisperTranscriber) -> None:
    automatic = WhisperTranscriber.__new__(WhisperTranscriber)
    automatic.__dict__.update(transcriber.__dict__, _settings=WhisperSettings(language=None))
    assert automatic.transcribe(examples.clip(), SPEECH).language == "es"


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be loaded"):
        WhisperTranscriber(tmp_path, "base", "0" * 64, WhisperSettings())


@pytest.mark.slow
def test_mono_sound_has_one_channel_of_words(transcriber: WhisperTranscriber) -> None:
    clip = mono(examples.clip().read(0))
    assert set(transcriber.transcribe(clip, [SPEECH[0]]).words) == {0}
