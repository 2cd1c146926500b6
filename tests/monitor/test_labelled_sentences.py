from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import ProtocolError
from models.rules import Rules
from monitor.sentences import Count, Marks, Sentence, heard_in_sentence, judged_in, read_sentences
from tests.monitor.protocol.spoken import PHRASES

RULES = Rules(PHRASES)


def sentence(text: str, phase: str = "development", *labels: str, who: str = "agent", **changes: object) -> Sentence:
    values = {"id": "x", "phase": phase, "turns": [{"who": who, "text": text}], "steps": list(labels)}
    return Sentence.model_validate(values | changes)


@pytest.mark.parametrize("phase", ["opening", "development", "close"])
def test_nothing_is_heard_in_what_is_said_around_a_sentence(phase: str) -> None:
    assert heard_in_sentence(sentence("Brdufa.", phase), RULES) == {}


def test_a_sentence_is_heard_in_its_part_of_the_call_only() -> None:
    opening = "Buenos días, ¿en qué puedo ayudarle?"
    assert {"greeting", "offer_of_help"} <= heard_in_sentence(sentence(opening, "opening"), RULES).keys()
    assert not {"greeting", "offer_of_help"} & heard_in_sentence(sentence(opening, "development"), RULES).keys()
    assert "farewell" in heard_in_sentence(sentence("Que tenga un buen día.", "close"), RULES)


def test_what_the_customer_says_is_no_step() -> None:
    assert heard_in_sentence(sentence("Buenos días.", "opening", who="customer"), RULES) == {}


def test_a_step_is_judged_only_in_phases_that_some_sentence_is_labelled_in() -> None:
    given = [
        sentence("a", "opening", "greeting"),
        sentence("b", "close", "thanks"),
        sentence("c", "close", violations=["argues"]),
    ]
    assert judged_in(given) == {"opening": {"greeting", "argues"}, "close": {"thanks", "argues"}}
    marks = Marks([sentence("x", "close", "thanks")])
    marks.add(sentence("Gracias por llamar, hasta luego.", "close", "thanks"), RULES)
    assert marks.total == Count(right=1)


def test_counts_are_none_where_there_is_nothing_to_divide() -> None:
    assert (Count().precision, Count().recall) == (None, None)
    assert (Count(3, 1, 0).precision, Count(3, 1, 0).recall) == (0.75, 1.0)


def test_a_file_without_sentences_or_that_is_not_there_says_so(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n\n")
    for name, message in (("empty.jsonl", "no sentences"), ("none.jsonl", "cannot be read")):
        with pytest.raises(ProtocolError, match=message):
            read_sentences(tmp_path / name)


def test_only_the_first_mistakes_of_a_hostile_file_are_told(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text("[" * 5000 + "\n" + "x\n" * 1000)
    with pytest.raises(ProtocolError) as error:
        read_sentences(tmp_path / "bad.jsonl")
    assert len(str(error.value).splitlines()) == 20


@settings(deadline=None, max_examples=25)
@given(st.text(max_size=80), st.sampled_from(["opening", "development", "close"]))
def test_any_text_can_be_judged(text: str, phase: str) -> None:
    assert isinstance(heard_in_sentence(sentence(text, phase), RULES), dict)
