import numpy as np
import pytest

from models.recording import Party
from models.transcript import Turn, Word
from monitor.measures.conversation import Conversation
from monitor.measures.stopped_short import stopped_short
from tests.builders import make_recording
from tests.sounds import RATE_HZ, mono, sine


def stops(text: str, ending_db: float, *, surely: bool = False, words_end_s: float = 3.0) -> bool:
    """Of a turn of 3 s whose last 50 ms lie `ending_db` under the rest."""
    samples = sine(3, 600)
    samples[-round(0.05 * RATE_HZ) :] *= np.float32(10 ** (ending_db / 20))
    turn = Turn(Party.AGENT, 0.0, 3.0, tuple(Word(part, 0.0, words_end_s, 0.9) for part in text.split()))
    conversation = Conversation(make_recording(channels=(Party.AGENT,)), mono(samples), {}, (turn,), "es")
    return stopped_short(turn, conversation, surely=surely)


@pytest.mark.parametrize(
    ("text", "ending_db", "short"),
    [
        ("todo perfecto.", -2, True),
        ("todo perfecto.", -12.5, True),
        ("todo perfecto.", -16, False),
        ("todo perfecto.", -30, False),
        ("porque el contrato", -16, True),
        ("porque el...", -16, True),
        ("porque el contrato", -30, False),
        ("", -16, False),
    ],
)
def test_a_turn_stops_short_by_its_voice_or_by_voice_and_words(text: str, ending_db: float, short: bool) -> None:
    assert stops(text, ending_db) is short


def test_to_be_sure_the_voice_must_be_nearly_full() -> None:
    assert stops("todo perfecto.", -9, surely=True)
    assert not stops("porque el contrato", -13, surely=True)


def test_speech_behind_the_last_word_is_one_that_was_cut_off() -> None:
    assert stops("todo perfecto.", -30, words_end_s=2.7)
    assert not stops("todo perfecto.", -30, words_end_s=2.8)
