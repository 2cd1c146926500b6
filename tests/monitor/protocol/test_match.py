from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.recording import Party
from models.rules import Centre
from models.transcript import Turn
from monitor.protocol.hearing import Ear, hear, likeness
from monitor.protocol.match import Match, apart, find
from monitor.protocol.names import names_of
from monitor.protocol.reader import compiled
from monitor.protocol.text import quote, tokens_of
from tests.builders import make_words

HEARD = {"h": "hola", "b": "buenas", "l": "hasta luego.", "t": "que tenga un buen dia", " ": "tardes,"}
NAMES = names_of({"given_names": ("marta",), "organisation": ("seguros",), "particles": ("de",)}, Centre())


def found(source: str, text: str, score_min: float = 0.84) -> list[tuple[str, float]]:
    """What a pattern matches in a text, each with its score."""
    pattern = compiled(source, {"mas": ("algo mas", "otra cosa")})
    tokens = tokens_of([(0, Turn(Party.AGENT, 0.0, 10.0, make_words(text, 0.0, 10.0)))])
    within = hear(tokens, Ear(sorted(pattern.literals, key=str)), NAMES.slot)
    return [
        (quote(tokens[match.start : match.end]), round(match.score, 3)) for match in find(pattern, within, score_min)
    ]


def test_equal_sounds_are_wholly_alike_and_short_words_need_that() -> None:
    assert likeness("ola", "ola") == 1.0
    assert likeness("mas", "mar") == 0.0


def test_a_slip_costs_a_little_more_than_its_share_of_the_word() -> None:
    assert likeness("atiende", "atiende") == 1.0
    assert likeness("atiende", "atienda") == pytest.approx(1 - 1.3 / 7)
    assert likeness("atiende", "saluda") == 0.0


@given(st.text("abcdelmno", min_size=1, max_size=12), st.text("abcdelmno", min_size=1, max_size=12))
def test_likeness_is_symmetric_and_between_0_and_1(first: str, second: str) -> None:
    assert likeness(first, second) == likeness(second, first)
    assert 0.0 <= likeness(first, second) <= 1.0


@pytest.mark.parametrize(
    ("source", "text", "matched"),
    [
        ("en que ..2 (puedo|podemos) ayud*", "¿En qué le puedo ayudar?", ["En qué le puedo ayudar"]),
        ("en que (puedo|podemos) ayud*", "¿En qué le puedo ayudar?", []),
        ("[muy] buenas tardes", "Muy buenas tardes", ["Muy buenas tardes", "buenas tardes"]),
        ("{mas} ..2 puedo", "otra cosa que puedo", ["otra cosa que puedo"]),
        ("que descanse", "que descanse usted", ["que descanse"]),
        ("hasta luego", "asta luego", ["asta luego"]),
        ("departamento", "de partamento", ["de partamento"]),
        ("=hasta luego", "basta luego", []),
        ("^ hola", "hola y hola", ["hola"]),
        ("hola $", "hola y hola", ["hola"]),
        (", hola ,", "sí, hola, y hola", ["hola"]),
        ("hola ~ movil", "hola, móvil y hola móvil", ["hola móvil"]),
        ("todo ?", "eso es todo. ¿Es todo?", ["todo"]),
        ("soy <name>", "soy Marta y soy buena", ["soy Marta"]),
    ],
)
def test_patterns_find_what_they_say(source: str, text: str, matched: list[str]) -> None:
    assert [words for words, _ in found(source, text)] == matched


def test_a_misheard_word_lowers_the_score_by_its_length() -> None:
    [(_, score)] = found("le atiende", "le atienda")
    assert score == pytest.approx((2 + 7 * (1 - 1.3 / 7)) / 9, abs=1e-3)


def test_a_gap_does_not_reach_into_the_next_sentence() -> None:
    assert found("que ..3 dia", "que tenga buen día")
    assert not found("que ..3 dia", "que sí. Era otro día")


def test_a_phrase_over_a_full_stop_loses_some_of_its_score() -> None:
    assert found("hasta luego", "hasta luego")[0][1] == 1.0
    assert found("hasta luego", "hasta. Luego", 0.5)[0][1] == pytest.approx((4 + 5 - 1.5) / 9, abs=1e-3)  # h is silent


def test_no_phrase_goes_on_over_a_long_pause() -> None:
    first, second = make_words("hasta", 0.0, 0.4), make_words("luego", 2.0, 2.4)
    tokens = tokens_of([(0, Turn(Party.AGENT, 0.0, 2.4, (*first, *second)))])
    pattern = compiled("hasta luego", {})
    assert find(pattern, hear(tokens, Ear(list(pattern.literals)), NAMES.slot), 0.5) == []


def test_of_overlapping_matches_the_better_one_is_kept() -> None:
    good, poor, other = (
        Match(0, 3, 1.0, (0, 1, 2), (), ""),
        Match(2, 4, 0.85, (2, 3), (), ""),
        Match(5, 6, 0.9, (5,), (), ""),
    )
    assert apart([poor, other, good]) == [good, other]


@given(st.text("hblt ").map(lambda text: [HEARD[letter] for letter in text if letter in HEARD]))
def test_a_match_lies_within_the_text_and_scores_as_asked(texts: list[str]) -> None:
    pattern = compiled("(hola|buenas [tardes]|que ..2 {bien} dia|hasta luego)", {"bien": ("buen",)})
    tokens = tokens_of([(0, Turn(Party.AGENT, 0.0, 9.0, make_words(" ".join(texts), 0.0, 9.0)))])
    for match in find(pattern, hear(tokens, Ear(list(pattern.literals)), NAMES.slot), 0.84):
        assert 0 <= match.start < match.end <= len(tokens)
        assert match.score >= 0.84
        assert all(match.start <= word < match.end for word in match.words)
