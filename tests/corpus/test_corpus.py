"""The corpus is what its README says."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from monitor.protocol.pack import shipped
from tests.corpus.families import known_families, masked
from tests.corpus.scripts import FOLDER, ScriptError, Sentence, read_scripts, scripts_of
from tests.corpus.split import fitting_scripts, held_scripts, taught_scripts

PROTOCOL = shipped()
STEPS = {step.id for step in PROTOCOL.steps if step.fact is None}
VIOLATIONS = {entry.id for entry in PROTOCOL.violations}
SPANISH = [*taught_scripts(), *fitting_scripts(), *held_scripts()]
AGENT = [sentence for script in SPANISH for sentence in script.sentences if sentence.who == "agent"]


def labels_of(sentence: Sentence) -> frozenset[str]:
    return sentence.steps | sentence.violations


def test_there_are_more_than_fifteen_hundred_labelled_sentences_and_many_without_a_label() -> None:
    assert sum(bool(labels_of(sentence)) for sentence in AGENT) > 1500
    assert sum(not labels_of(sentence) for sentence in AGENT) > 1200


def test_every_label_is_one_of_the_protocol_and_has_many_examples() -> None:
    counts = Counter(label for sentence in AGENT for label in labels_of(sentence))
    assert set(counts) == STEPS | VIOLATIONS
    assert min(counts.values()) >= 80


def test_six_countries_speak_in_every_part() -> None:
    for part in (taught_scripts(), fitting_scripts(), held_scripts()):
        assert {script.variety[3:] for script in part} == {"ES", "MX", "CO", "AR", "PE", "CL"}


def test_no_call_stands_on_two_sides() -> None:
    names = [[script.id for script in part] for part in (taught_scripts(), fitting_scripts(), held_scripts())]
    assert len({name for part in names for name in part}) == sum(len(part) for part in names)


def test_most_held_out_phrasings_are_of_no_family_that_was_taught() -> None:
    """Formulas such as "buenos días" are shared by all hands; what is scored as unseen leaves them out."""
    taught = [sentence for script in taught_scripts() for sentence in script.sentences if sentence.steps]
    held = [sentence for script in held_scripts() for sentence in script.sentences if sentence.steps]
    known = known_families([one.text for one in held], [one.text for one in taught])
    assert sum(known) < 0.35 * len(held)


def test_a_family_does_not_see_names_numbers_and_accents() -> None:
    assert masked("¿Le atiendo yo, don Julián Pérez?") == masked("le atiendo yo don")
    assert known_families(["Gracias por llamar a Seguros Alba."], ["Gracias por llamar a Banco Norte, señora."]) == [
        True
    ]
    assert known_families(["Gracias por llamar."], ["Le agradezco mucho su paciencia."]) == [False]


def test_every_file_can_be_read() -> None:
    assert all(read_scripts(path) for path in sorted(FOLDER.glob("*.txt")))
    assert all(line for script in scripts_of("held-1") for line in script.lines)


@pytest.mark.parametrize("line", ["X hola", "H music", "A", "== nobody"])
def test_a_line_of_no_known_form_is_named(line: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.txt"
    path.write_text(f"== a-1 | es-ES | bank | type=claim | outcome=solved\n{line}\n", encoding="utf-8")
    with pytest.raises(ScriptError, match=r"odd\.txt:2"):
        read_scripts(path)
