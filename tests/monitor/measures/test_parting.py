import numpy as np
import pytest

from audio.mel import MelWindows
from audio.voices import Vectors, unit_rows
from models.recording import Party
from models.span import Span
from models.transcript import Word
from monitor.measures.parting import Voices, parted
from tests.sounds import Samples, joined, mono, noise, silence, sine


class BandEncoder:
    """Describes a window by the shape of its spectrum: enough to tell a hum from a hiss."""

    name = "bands"

    def encode(self, windows: MelWindows) -> Vectors:
        return unit_rows(np.asarray(windows, dtype=np.float32).mean(axis=1))


def low(duration_s: float) -> Samples:
    return (sine(duration_s, 300) + noise(duration_s, -50)).astype(np.float32)


def high(duration_s: float) -> Samples:
    return (sine(duration_s, 2200) + noise(duration_s, -50, seed=3)).astype(np.float32)


def favour(words: object) -> float:
    return 4.0 if any(word.text == "ayudarle" for word in words) else -1.0  # type: ignore[attr-defined]  # any words


CALL = joined(*(part for _ in range(8) for part in (low(4), silence(0.6), high(4), silence(0.6))))
SPEECH = [Span(index * 4.6, index * 4.6 + 4.0) for index in range(16)]
WORDS = [
    Word("ayudarle" if index == 1 else "bien", span.start_s + 1, span.start_s + 1.5, 0.9)
    for index, span in enumerate(SPEECH)
]


def test_the_voice_that_offers_help_is_the_agent_s() -> None:
    found = parted(mono(CALL), SPEECH, WORDS, Voices(BandEncoder(), favour))
    assert found is not None
    activity, heard = found
    assert [round(span.start_s, 1) for span in activity[Party.AGENT]] == [
        round(span.start_s, 1) for span in SPEECH[1::2]
    ]
    assert [word.start_s for word in heard[Party.AGENT]] == pytest.approx([word.start_s for word in WORDS[1::2]])
    assert len(heard[Party.CUSTOMER]) == 8


def test_one_voice_alone_is_not_taken_for_two() -> None:
    alone = joined(*(part for _ in range(16) for part in (low(4), silence(0.6))))
    assert parted(mono(alone), SPEECH, WORDS, Voices(BandEncoder(), favour)) is None


def test_where_nobody_says_what_agents_say_nobody_is_named() -> None:
    assert parted(mono(CALL), SPEECH, WORDS, Voices(BandEncoder(), lambda _: 0.0)) is None
