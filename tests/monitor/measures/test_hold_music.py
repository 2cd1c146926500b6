from models.span import Span
from models.transcript import Word
from monitor.measures.hold_music import without_music
from tests.sounds import chords, joined, mono, noise, silence

CALL = joined(noise(3, -30), silence(1), chords(12, level_dbov=-14), noise(3, -30))
WORDS = [Word("espere", 1.0, 1.5, 0.9), Word("gracias", 17.0, 17.5, 0.9)]


def test_the_beginning_of_music_is_taken_out_of_the_speech() -> None:
    speech = [Span(0, 3), Span(4, 5.5), Span(16, 19)]
    assert without_music(mono(CALL), 0, speech, WORDS) == (Span(0, 3), Span(16, 19))


def test_where_words_were_heard_music_takes_nothing_away() -> None:
    speech = [Span(4, 5.5)]
    assert without_music(mono(CALL), 0, speech, [Word("sí", 5.0, 5.3, 0.9)]) == (Span(4, 5.5),)


def test_speech_without_words_that_is_no_music_stays() -> None:
    assert without_music(mono(CALL), 0, [Span(0, 3)], []) == (Span(0, 3),)
