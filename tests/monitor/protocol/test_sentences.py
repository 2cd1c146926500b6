"""How well single sentences are told apart, on families of phrasings that no pattern was tuned on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from models.rules import Rules
from models.verdict import StepVerdict
from monitor.protocol.call import call_of
from monitor.protocol.engine import step_results
from monitor.protocol.violations import violations
from tests.monitor.protocol.spoken import AGENT, BUSINESS, CUSTOMER, SHIPPED, call_with, turns_of

FILE = Path(__file__).parents[2] / "corpus" / "steps_and_violations.jsonl"
LINES: list[dict[str, Any]] = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
AROUND = (CUSTOMER, "Sí, eso es lo que yo les había contado la otra vez.")
CORE = {"greeting", "company_identification", "agent_identification", "offer_of_help", "further_help_offered"}
CORE |= {"thanks", "farewell", "answered_in_time"}


def said_in(text: str, phase: str) -> set[str]:
    """Steps and violations heard in a call whose agent says one sentence besides the business."""
    middle = (AROUND, (AGENT, text), AROUND)
    lines = [*BUSINESS, *middle] if phase == "close" else [*BUSINESS, *middle, *BUSINESS]
    call = call_of(call_with(turns_of(lines)), Rules(SHIPPED))
    met = {result.id for result in step_results(call) if result.verdict is StepVerdict.MET} - CORE
    return met | {violation.id for violation in violations(call)}


def counts(half: str) -> tuple[int, int, int]:
    """Right, wrong and missed labels; what the business itself says is no sentence's."""
    right = wrong = missed = 0
    business = said_in("Ya.", "development")
    for line in LINES:
        if line["half"] == half:
            wanted = {*line["steps"], *line["violations"]}
            found = said_in(line["turns"][0]["text"], line["phase"]) - (business - wanted)
            right, wrong, missed = (
                right + len(found & wanted),
                wrong + len(found - wanted),
                missed + len(wanted - found),
            )
    return right, wrong, missed


@pytest.mark.parametrize(("half", "precision", "recall"), [("tuned", 0.85, 0.9), ("held", 0.8, 0.7)])
def test_sentences_are_told_apart(half: str, precision: float, recall: float) -> None:
    right, wrong, missed = counts(half)
    assert right / (right + wrong) >= precision
    assert right / (right + missed) >= recall


def test_no_family_stands_in_both_halves() -> None:
    families = {half: {line["family"] for line in LINES if line["half"] == half} for half in ("tuned", "held")}
    assert all(families.values())
    assert families["tuned"].isdisjoint(families["held"])
