"""Our counter against a published one, silabeador (LGPL, here only in tests)."""

from pathlib import Path

import pytest
import silabeador

from monitor.measures.numerals import number_words
from monitor.measures.syllables import syllable_count, syllables

pytestmark = pytest.mark.filterwarnings("ignore:.*_text is deprecated:DeprecationWarning")  # of silabeador

WORDS = (Path(__file__).parent / "palabras.txt").read_text(encoding="utf-8").split()
ORTHOGRAPHIC = {"cliente", "confianza", "confiar", "cuídese", "guion", "incluía", "jesuita"}
"""Where silabeador says how a word is mostly pronounced and we count as the Academia's spelling does."""


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("sol", 1),
        ("hoy", 1),
        ("guion", 1),
        ("quién", 1),
        ("casa", 2),
        ("aéreo", 4),
        ("ahí", 2),
        ("ahora", 3),
        ("prohibir", 2),
        ("averiguáis", 4),
        ("pingüino", 3),
        ("guerra", 2),
        ("queso", 2),
        ("oía", 3),
        ("construía", 3),
        ("ciudad", 2),
        ("paraguayo", 4),
        ("cohete", 3),
        ("leído", 3),
        ("zoólogo", 4),
        ("y", 1),
        ("mm", 1),
        ("de-ene-i", 4),
    ],
)
def test_spanish_words_by_hand(word: str, count: int) -> None:
    assert syllables(word) == count


def test_the_list_is_long_enough_to_mean_something() -> None:
    assert len(set(WORDS)) >= 500


def test_we_agree_with_the_published_counter() -> None:
    published = {word: len(silabeador.syllabify(word)) for word in WORDS}
    assert {word for word, count in published.items() if syllables(word) != count} == ORTHOGRAPHIC


@pytest.mark.parametrize("number", [5, 16, 38, 112, 777, 2026, 45_500])
def test_spoken_numbers_agree_too(number: int) -> None:
    words = number_words(number, "es")
    assert syllable_count([str(number)]) == sum(
        len(silabeador.syllabify(word)) for word in words if word != "y"
    ) + words.count("y")


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("hello", 2),
        ("walked", 1),
        ("wanted", 2),
        ("table", 2),
        ("make", 1),
        ("boxes", 2),
        ("customer", 3),
        ("hundred", 2),
        ("the", 1),
    ],
)
def test_english_words_by_hand(word: str, count: int) -> None:
    assert syllables(word, "en") == count


def test_a_sentence_with_a_figure() -> None:
    """ "Son ciento doce euros": 1 + 2 + 2 + 2."""
    assert syllable_count(["Son", "112", "euros."]) == 7
