from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.measures.numerals import digit_words, number_words
from monitor.personal_data.numerals import READINGS, Heard, Reading, digits_at
from monitor.protocol.text import plain

words = st.sampled_from([
    "cero", "un", "cinco", "veinte", "cuarenta", "y", "ocho", "ciento", "seiscientos", "mil", "millones",
    "doble", "triple", "ceros", "45", "7", "coma",
])  # fmt: skip


def heard(text: str) -> list[Heard]:
    return [Heard(plain(word.strip(",")), word.endswith(",")) for word in text.split()]


def read(text: str, reading: Reading = READINGS[0]) -> str:
    """All digits of a text, what is none left out."""
    said, digits, at = heard(text), "", 0
    while at < len(said):
        found = digits_at(said, at, reading)
        digits, at = digits + (found[0] if found else ""), at + (found[1] if found else 1)
    return digits


@settings(deadline=None)
@given(st.integers(0, 999_999_999))
def test_every_number_is_read_back_from_its_words(number: int) -> None:
    spoken = number_words(number, "es")
    assert digits_at(heard(" ".join(spoken)), 0) == (str(number), len(spoken))


@settings(deadline=None)
@given(st.text("0123456789", min_size=1, max_size=24))
def test_digits_read_out_one_by_one_are_those_digits(digits: str) -> None:
    assert read(" ".join(digit_words(digits, "es"))) == digits


@settings(deadline=None)
@given(st.lists(st.integers(10, 99), min_size=1, max_size=10))
def test_numbers_of_two_figures_with_pauses_are_read_one_after_the_other(pairs: list[int]) -> None:
    spoken = ", ".join(" ".join(number_words(pair, "es")) for pair in pairs)
    assert read(spoken) == "".join(map(str, pairs))


@settings(deadline=None)
@given(st.lists(words, max_size=30), st.sampled_from(READINGS))
def test_whatever_is_said_reading_ends_and_takes_words_that_are_there(said: list[str], reading: Reading) -> None:
    spoken = heard(" ".join(said))
    for at in range(len(spoken)):
        found = digits_at(spoken, at, reading)
        assert found is None or (found[0].isdecimal() and 1 <= found[1] <= len(spoken) - at)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("doble cero siete", "007"),
        ("triple cinco", "555"),
        ("tres ceros", "000"),
        ("sinco nuebe dose", "5912"),
        ("seis cientos doce", "612"),
        ("45 millones 123 mil 456", "45123456"),
        ("4518 90 doce", "45189012"),
        ("lo siento cinco", "5"),
    ],
)
def test_what_people_and_recognisers_say_of_digits_is_read(text: str, digits: str) -> None:
    assert read(text) == digits


def test_a_pause_parts_hundreds_from_what_follows() -> None:
    assert (read("seiscientos doce"), read("seiscientos, doce")) == ("612", "60012")


def test_a_lost_y_can_be_read_both_ways() -> None:
    assert {read("cuarenta ocho", reading) for reading in READINGS} == {"408", "48"}
