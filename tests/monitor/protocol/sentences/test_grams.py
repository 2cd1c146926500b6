import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.protocol.sentences.grams import BUCKETS, counts_of, grams_of, words_of

EVEN = np.ones(2 * BUCKETS, np.float32)


def test_accents_and_capitals_do_not_matter_and_a_question_mark_is_a_word() -> None:
    assert words_of("¿Dígame, señor Núñez?") == ["digame", "señor", "nuñez", "?"]


def test_words_pairs_and_parts_are_counted() -> None:
    words, parts = counts_of(["a", "dios"])
    assert sum(words.values()) == 3, "a, dios, a dios"
    assert sum(parts.values()) == 3 + (4 + 3 + 2), '" a " in three sizes; " dios " in parts of 3, 4 and 5'
    assert max(words) < BUCKETS <= min(parts)


def test_both_kinds_have_length_one_and_rare_grams_weigh_more() -> None:
    rarity = EVEN.copy()
    rare = next(iter(counts_of(["gracias"])[0]))
    rarity[rare] = 3.0
    buckets, values = grams_of(["muchas", "gracias"], rarity)
    words = buckets < BUCKETS
    assert np.linalg.norm(values[words]) == pytest.approx(1.0, abs=1e-6)
    assert np.linalg.norm(values[~words]) == pytest.approx(1.0, abs=1e-6)
    assert values[buckets == rare] == pytest.approx(3 / np.sqrt(9 + 1 + 1), abs=1e-6)


@given(st.text(max_size=200))
def test_any_text_gives_grams(text: str) -> None:
    buckets, values = grams_of(words_of(text), EVEN)
    assert len(buckets) == len(values)
    assert np.isfinite(values).all()
