from __future__ import annotations

from collections.abc import Sequence

import pytest

from models.transcript import Word
from monitor.measures.speakers import AgentSettings, agent_of


def words(text: str, start_s: float) -> list[Word]:
    return [Word(word, start_s + at, start_s + at + 0.5, 0.9) for at, word in enumerate(text.split())]


def favour(said: Sequence[Word]) -> float:
    """A fake: 2 for each "atiende", -2 for each "recibo"."""
    texts = [word.text for word in said]
    return 2.0 * texts.count("atiende") - 2.0 * texts.count("recibo")


def test_who_answers_and_speaks_as_an_agent_is_the_agent() -> None:
    found = agent_of({0: words("le atiende Marta", 5.0), 1: words("es por mi recibo", 9.0)}, favour)
    # odds 0.75/0.25 times e^min(4, 2 + 2) = 3 * 54.6 = 163.8
    assert found is not None
    assert (found.speaker, found.confidence) == (0, pytest.approx(163.8 / 164.8, abs=1e-4))


def test_whoever_speaks_first_the_words_can_outweigh_it() -> None:
    found = agent_of({0: words("es por mi recibo", 5.0), 1: words("le atiende Marta", 9.0)}, favour)
    # odds e^4 / 3 = 18.2
    assert found is not None
    assert (found.speaker, found.confidence) == (1, pytest.approx(18.2 / 19.2, abs=1e-3))


def test_speaking_first_is_not_enough_alone() -> None:
    assert agent_of({0: words("hola", 5.0), 1: words("hola", 9.0)}, favour) is None


def test_one_phrase_of_the_second_speaker_leaves_it_open() -> None:
    # odds e^2 / 3 = 2.46, probability 0.71
    assert agent_of({0: words("hola", 5.0), 1: words("le atiende Marta", 9.0)}, favour) is None


def test_a_customer_who_quotes_an_agent_all_the_time_does_not_count_without_limit() -> None:
    quoting = agent_of({0: words("hola", 5.0), 1: words("atiende " * 50, 9.0)}, favour)
    assert quoting is not None
    assert quoting.confidence < 0.95


def test_a_speaker_of_whom_no_words_are_known_leaves_it_open() -> None:
    assert agent_of({0: words("le atiende Marta", 5.0)}, favour) is None


@pytest.mark.parametrize("first", [0, 1])
def test_the_answer_does_not_depend_on_how_the_speakers_are_numbered(first: int) -> None:
    said = {first: words("le atiende Marta", 5.0), 1 - first: words("es por mi recibo", 9.0)}
    found = agent_of(said, favour)
    assert found is not None
    assert found.speaker == first


def test_how_sure_it_has_to_be_is_a_setting() -> None:
    said = {0: words("hola", 5.0), 1: words("hola", 9.0)}
    found = agent_of(said, favour, AgentSettings(least_confidence=0.7))
    assert found is not None
    assert (found.speaker, found.confidence) == (0, pytest.approx(0.75))
