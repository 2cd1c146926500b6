import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.measures.numerals import LARGEST, digit_words, number_words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "cero"),
        (16, "dieciséis"),
        (21, "veintiuno"),
        (31, "treinta y uno"),
        (40, "cuarenta"),
        (100, "cien"),
        (112, "ciento doce"),
        (999, "novecientos noventa y nueve"),
        (1000, "mil"),
        (1001, "mil uno"),
        (2026, "dos mil veintiséis"),
        (21_000, "veintiún mil"),
        (31_500, "treinta y un mil quinientos"),
        (100_000, "cien mil"),
        (840_000, "ochocientos cuarenta mil"),
        (1_000_000, "un millón"),
        (2_500_001, "dos millones quinientos mil uno"),
        (
            LARGEST,
            " ".join(["novecientos noventa y nueve mil novecientos noventa y nueve"] * 2).replace(
                "nueve nov", "nueve millones nov"
            ),
        ),
    ],
)
def test_numbers_in_spanish(number: int, words: str) -> None:
    assert " ".join(number_words(number, "es")) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (13, "thirteen"),
        (20, "twenty"),
        (42, "forty two"),
        (300, "three hundred"),
        (1250, "one thousand two hundred fifty"),
        (2_000_019, "two million nineteen"),
        (7_000_000_000, "seven billion"),
    ],
)
def test_numbers_in_english(number: int, words: str) -> None:
    assert " ".join(number_words(number, "en")) == words


@pytest.mark.parametrize("number", [-1, LARGEST + 1])
def test_numbers_out_of_range_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="is not from 0 to"):
        number_words(number, "es")


def test_digits_are_named_one_by_one_and_another_language_reads_spanish() -> None:
    assert digit_words("407", "es") == ["cuatro", "cero", "siete"]
    assert number_words(7, "xx") == ["siete"]


@given(number=st.integers(0, LARGEST), language=st.sampled_from(["es", "en"]))
def test_no_two_neighbours_sound_alike(number: int, language: str) -> None:
    words = number_words(number, language)
    assert words
    assert all(word.isalpha() for word in words)
    assert words != number_words(number - 1 if number else 1, language)
