import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.measures.spoken import spoken_words, word_count
from tests import labelled


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("¡Buenos días, Patricia!", "buenos días patricia"),
        ("112,", "ciento doce"),
        ("840.000", "ochocientos cuarenta mil"),
        ("1,250.50", "mil doscientos cincuenta punto cincuenta"),
        ("1.250,5", "mil doscientos cincuenta coma cinco"),
        ("3,5", "tres coma cinco"),
        ("10:30", "diez treinta"),
        ("25%", "veinticinco por ciento"),
        ("4-4-2", "cuatro cuatro dos"),
        ("73091", "siete tres cero nueve uno"),
        ("15000", "quince mil"),
        ("007", "cero cero siete"),
        ("4518902277136450", "cuatro cinco uno ocho nueve cero dos dos siete siete uno tres seis cuatro cinco cero"),
        ("SN4", "ese-ene cuatro"),
        ("DNI", "de-ene-i"),
        ("ADSL", "a-de-ese-ele"),
        ("IVA", "iva"),
        ("TRES", "tres"),
        ("Sra. Díaz", "señora díaz"),
        ("60 Gb", "sesenta gigas"),
        ("B o V", "be o uve"),
        ("a y o", "a y o"),
        ("…", ""),
        ("", ""),
    ],
)
def test_spanish_is_read_aloud(written: str, spoken: str) -> None:
    assert " ".join(spoken_words(written)) == spoken


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("$3.5 million", "dollars three point five million"),
        ("Mr. X", "mister ex"),
        ("1,250", "one thousand two hundred fifty"),
    ],
)
def test_english_is_read_aloud(written: str, spoken: str) -> None:
    assert " ".join(spoken_words(written, "en")) == spoken


def test_figures_count_as_the_words_they_are() -> None:
    assert word_count(["Son", "112", "euros."]) == 4


@given(st.text(max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    words = spoken_words(text)
    assert all(words)
    assert not any(character.isspace() for word in words for character in word)


@given(st.text("0123456789", min_size=1, max_size=40))
def test_any_figure_can_be_read(digits: str) -> None:
    assert all(word.isalpha() for word in spoken_words(digits))


@pytest.mark.parametrize("call", labelled.calls(), ids=labelled.name)
def test_words_of_labelled_calls_are_counted_as_their_writers_did(call: labelled.Call) -> None:
    counted = [len(spoken_words(turn["text"])) for turn in call.truth["turns"]]
    assert counted == [turn["words"] for turn in call.truth["turns"]]
