from audio.invented import WordLimits, kept_words, without_loops
from models.span import Span
from models.transcript import Word

LIMITS = WordLimits()


def words(text: str, start_s: float = 0.0, each_s: float = 0.3) -> list[Word]:
    return [
        Word(part, start_s + index * each_s, start_s + (index + 1) * each_s, 0.9)
        for index, part in enumerate(text.split())
    ]


def test_words_on_speech_are_kept() -> None:
    kept, dropped = kept_words(words("buenos días le atiende Marta"), [Span(0, 2)], LIMITS)
    assert " ".join(word.text for word in kept) == "buenos días le atiende Marta"
    assert dropped == {}


def test_a_goodbye_on_silence_is_dropped_and_counted() -> None:
    kept, dropped = kept_words(words("gracias adiós", start_s=10), [Span(0, 2)], LIMITS)
    assert kept == ()
    assert dropped == {"outside_speech": 2}


def test_a_phrase_in_a_loop_is_said_once() -> None:
    looped = words("bueno " + "muchas gracias " * 6 + "adiós")
    assert [word.text for word in without_loops(looped, LIMITS)] == ["bueno", "muchas", "gracias", "adiós"]


def test_the_same_word_three_times_is_no_loop() -> None:
    said = words("no no no eso no")
    assert without_loops(said, LIMITS) == said


def test_digits_read_out_are_no_loop() -> None:
    read = words("el 0 0 0 0 0 7")
    assert without_loops(read, LIMITS) == read


def test_more_words_than_anybody_can_say_are_dropped() -> None:
    rushed = words("una frase de nueve palabras en medio segundo imposible", each_s=0.02)
    kept, dropped = kept_words(rushed, [Span(0, 0.1)], LIMITS)
    assert kept == ()
    assert dropped == {"word_rate": 9}


def test_fast_speech_is_kept() -> None:
    fast = words("le comento que ahora mismo no tengo ese dato pero lo busco", each_s=0.18)
    kept, _ = kept_words(fast, [Span(0, 3)], LIMITS)
    assert len(kept) == len(fast)
