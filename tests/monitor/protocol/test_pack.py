from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from models.errors import ProtocolError
from models.rules import Rules
from models.verdict import ErrorClass
from monitor.protocol import pack
from monitor.protocol.lines import line_of, lines_of
from monitor.protocol.pack import protocol_from, read_protocol, shipped
from tests.monitor.protocol.spoken import HEAD, SHIPPED, STEP

GOOD = HEAD + f'[[steps]]\nid = "greeting"\n{STEP}said = ["{{hi}}"]\n[words]\nhi = "hola buenas"\n'


def mistakes(text: str) -> list[str]:
    with pytest.raises(ProtocolError) as error:
        protocol_from(text, "own.toml")
    return str(error.value).splitlines()


def test_a_protocol_is_read_as_it_is_written() -> None:
    protocol = protocol_from(GOOD, "own.toml")
    [step] = protocol.steps
    assert (step.id, step.weight, step.error_class) == ("greeting", 1.0, ErrorClass.CUSTOMER)
    assert protocol.lists == {"hi": ("hola", "buenas")}


def test_all_mistakes_are_told_at_once_each_with_its_line() -> None:
    text = (
        HEAD  # lines 1 to 3
        + '[[steps]]\nid = "greeting"\nphase = "oppening"\nweigth = 3\nweight = -1\n'  # 4 to 8
        + 'error_class = "customer_critical"\nseverity = "info"\ncondition = "complain"\n'  # 9 to 11
        + 'said = [\n  "hola",\n  "buenas {dai}",\n]\n'  # 12 to 15
        + '[[steps]]\nid = "greeting"\n'  # 16, 17
        + STEP  # 18 to 21
        + '[[conditions]]\nid = "complaint"\nsaid = ["queja"]\n[words]\nday = "dia"\n[[measures]]\nid = "dead_aire"\n'
    )
    told = mistakes(text)
    assert [line.split(": ")[0] for line in told] == sorted(
        [line.split(": ")[0] for line in told], key=lambda place: int(place.split(":")[1])
    )
    expected = {
        "own.toml:6": "opening",
        "own.toml:7": "did you mean 'weight'?",
        "own.toml:8": "greater than or equal to 0",
        "own.toml:11": "did you mean 'complaint'?",
        "own.toml:14": "there is no list 'dai': did you mean 'day'?",
        "own.toml:16": "add `said` or `fact`",
        "own.toml:17": "is there twice",
        "own.toml:28": "did you mean 'dead_air'?",
    }
    for place, what in expected.items():
        assert any(line.startswith(place + ":") and what in line for line in told), (place, told)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = ", "own.toml: it is no TOML: Invalid value"),
        ("", "steps"),
        (HEAD + "steps = 3\n", "steps"),
        (GOOD + "[word]\n", "did you mean 'words'?"),
        (GOOD + '[speakers]\nagent = ["("]\n', "there is nothing where words are expected"),
        (GOOD + '[[conditions]]\nid = "hold"\n', "add `said` or `fact`"),
        (GOOD.replace('"greeting"', '"Saludo inicial"'), "pattern"),
    ],
)
def test_what_is_no_protocol_is_refused_with_a_reason(text: str, message: str) -> None:
    assert any(message in line for line in mistakes(text))


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ProtocolError, match=r"none\.toml: it cannot be read"):
        read_protocol(tmp_path / "none.toml")
    latin = tmp_path / "latin.toml"
    latin.write_bytes('name = "ñ"'.encode("latin-1"))
    with pytest.raises(ProtocolError, match="save it as UTF-8"):
        read_protocol(latin)
    monkeypatch.setattr(pack, "SIZE_MAX", 5)
    with pytest.raises(ProtocolError, match="is it a protocol"):
        read_protocol(latin)


def test_a_file_is_read_like_its_text(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(GOOD, encoding="utf-8")
    assert read_protocol(file) == protocol_from(GOOD, "own.toml")


def test_there_is_no_protocol_of_an_unknown_name() -> None:
    with pytest.raises(ProtocolError, match="no protocol 'nothing'"):
        shipped("nothing")


def test_the_shipped_protocol_has_the_steps_of_the_design_and_scores_them() -> None:
    weights = {step.id: step.weight for step in SHIPPED.steps}
    assert list(weights) == [
        "answered_in_time",
        "greeting",
        "company_identification",
        "agent_identification",
        "offer_of_help",
        "customer_name_asked",
        "customer_name_used",
        "active_listening",
        "empathy",
        "apology",
        "hold_permission",
        "hold_thanks",
        "solution_started",
        "solution_informed",
        "reasoned_refusal",
        "alternatives_offered",
        "case_number",
        "follow_up",
        "survey_invitation",
        "further_help_offered",
        "summary",
        "thanks",
        "farewell",
    ]
    assert all(weight > 0 for weight in weights.values())


def test_the_shipped_protocol_has_the_violations_of_the_design() -> None:
    assert [violation.id for violation in SHIPPED.violations] == [
        "informal_address",
        "blunt_refusal",
        "blames_colleague",
        "blames_customer",
        "argues",
        "sarcasm",
        "jargon",
        "hedging",
        "evasion",
        "generalization",
        "unprofessional",
        "discloses_confidential",
    ]


def test_the_points_of_steps_and_measures_are_a_hundred() -> None:
    points = sum(step.weight for step in SHIPPED.steps) + sum(measure.weight for measure in SHIPPED.measures)
    assert points == 100


def test_a_change_of_one_word_changes_the_digest_of_the_rules() -> None:
    same, other = protocol_from(GOOD, "a.toml"), protocol_from(GOOD.replace("buenas", "buenos"), "a.toml")
    assert Rules(same).sha256 == Rules(protocol_from(GOOD, "b.toml")).sha256
    assert Rules(same).sha256 != Rules(other).sha256


def test_lines_are_found_through_comments_strings_and_nested_arrays() -> None:
    text = '# [x]\na = "]" # "b"\n[t]\n"k" = [ # one\n  "[",\n  """\n\n""",\n  "c"]\n[[e]]\n[[e]]\nb.c = 1\n'
    lines = lines_of(text)
    assert lines["a",] == 2
    assert lines["t", "k"] == 4
    assert [lines["t", "k", place] for place in range(3)] == [5, 6, 9]
    assert lines["e", 1, "b", "c"] == 12
    assert line_of(lines, ("e", 0, "missing", 3)) == 10
    assert line_of(lines, ("nowhere",)) is None


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ('[[cues]]\nid = "a"\nfound = "greting"\n', "did you mean 'greeting'?"),
        ('[[cues]]\nid = "a"\n', "add `said` or `found`"),
        ('[[cues]]\nid = "a"\nsaid = ["hola"]\ntypes = { complaint = 1 }\n', "there is no 'complaint'"),
        ('[[promises]]\nid = "a"\nowed_by = "company"\nparty = "agent"\nsaid = ["va"]\nfound = ["gone"]\n', "'gone'"),
        ('[[customer]]\nid = "a"\nsaid = ["(hola"]\n', "')' is missing"),
        ('[[times]]\nid = "a"\nkind = "moon"\nsaid = ["luna"]\n', "times"),
    ],
)
def test_mistakes_in_what_understands_a_call_are_told(body: str, what: str) -> None:
    step = (
        '[[steps]]\nid = "greeting"\nphase = "opening"\nweight = 1\nsaid = ["hola"]\n'
        'error_class = "customer_critical"\nseverity = "info"\n'
    )
    with pytest.raises(ProtocolError, match=re.escape(what)):
        protocol_from(f'name = "test"\nversion = "1"\nlanguage = "es"\n{step}{body}', "test.toml")


@pytest.mark.parametrize("name", ["nobody", "/etc/passwd", "../service-sentences"])
def test_a_sentence_model_that_does_not_come_with_the_product_is_a_mistake(name: str) -> None:
    with pytest.raises(ProtocolError, match="classifier"):
        protocol_from(GOOD.replace('language = "es"', f'language = "es"\nclassifier = "{name}"'), "own.toml")


def test_another_sentence_model_is_another_protocol() -> None:
    other = replace(SHIPPED, classifier_sha256="0" * 64)
    assert SHIPPED.classifier_sha256 is not None
    assert Rules(other).sha256 != Rules(SHIPPED).sha256
