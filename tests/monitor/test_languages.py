from monitor.languages import listening_words
from monitor.measures.interruptions import plain_word


def test_spanish_and_english_have_listening_words() -> None:
    words = listening_words()
    assert {"si", "ya", "claro", "aja"} <= words["es"]
    assert {"yes", "right", "mhm"} <= words["en"]


def test_listening_words_are_written_as_words_are_compared() -> None:
    for words in listening_words().values():
        assert {plain_word(word) for word in words} == words


def test_thanks_and_greetings_say_more_than_listening() -> None:
    assert not {"gracias", "hola", "adios"} & listening_words()["es"]
