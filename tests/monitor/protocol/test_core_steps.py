"""How often the core steps are judged right, on lines made before the patterns were tuned."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from models.analysis import Analysis, Silence
from models.recording import Party
from models.transcript import Turn
from models.verdict import StepVerdict
from tests.builders import make_words
from tests.monitor.protocol.spoken import call_with, close_of, judged, opening_of

OPENING = {"greeting", "company_identification", "agent_identification", "offer_of_help"}
CLOSE = {"further_help_offered", "thanks", "farewell"}
CORPUS = Path(__file__).parents[2] / "corpus"
LABELLED = Path(__file__).parents[4] / "shared" / "calls" / "dev"


@dataclass(frozen=True)
class Case:
    """A call and the core steps that the agent does in it."""

    analysis: Analysis
    judged: set[str]
    done: set[str]
    misheard: bool = False


def lines(file: str, rests: tuple[int, ...] = (0, 1)) -> Iterator[Case]:
    """The lines whose number leaves one of these rests when halved."""
    for text in (CORPUS / file).read_text(encoding="utf-8").splitlines():
        line = json.loads(text)
        if int(line["id"].rsplit("-", 1)[1]) % 2 not in rests:
            continue
        spoken = [(Party(turn["who"]), turn["text"]) for turn in line["turns"]]
        opens = line["phase"] == "opening"
        analysis = opening_of(*spoken) if opens else close_of(*spoken)
        yield Case(analysis, OPENING if opens else CLOSE, set(line["steps"]), line["misheard"])


def labelled_calls() -> Iterator[Case]:
    for file in sorted(LABELLED.glob("*.truth.json")):
        truth: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        turns = tuple(
            Turn(
                Party(said["who"]),
                said["start_s"],
                said["end_s"],
                make_words(said["text"], said["start_s"], said["end_s"]),
            )
            for said in truth["turns"]
        )
        holds = tuple(Silence(hold["start_s"], hold["end_s"], "music") for hold in truth["holds"])
        done = {step for said in truth["turns"] for step in said.get("steps", [])}
        yield Case(call_with(turns, silences=holds), OPENING | CLOSE, done & (OPENING | CLOSE))


def precision_and_recall(cases: Iterable[Case]) -> tuple[float, float]:
    right = wrong = missed = 0
    for case in cases:
        results = judged(case.analysis)
        met = {step for step in case.judged if results[step].verdict is StepVerdict.MET}
        right += len(met & case.done)
        wrong += len(met - case.done)
        missed += len(case.done - met)
    return right / (right + wrong), right / (right + missed)


@pytest.mark.parametrize(
    ("file", "rest"),
    [("core_steps.jsonl", 1), ("core_steps.jsonl", 0), ("core_steps_more.jsonl", 1), ("core_steps_more.jsonl", 0)],
)
def test_steps_of_the_written_lines_are_judged_right(file: str, rest: int) -> None:
    precision, recall = precision_and_recall(lines(file, (rest,)))
    assert precision >= 0.97
    assert recall >= 0.96


def test_steps_are_judged_right_through_mishearing() -> None:
    misheard = [case for case in lines("core_steps.jsonl") if case.misheard]
    assert len(misheard) >= 40
    precision, recall = precision_and_recall(misheard)
    assert precision >= 0.97
    assert recall >= 0.94


def test_steps_of_the_labelled_calls_texts_are_judged_right() -> None:
    if not LABELLED.is_dir():
        pytest.skip("../shared is not here: the labelled calls are no part of the product")
    precision, recall = precision_and_recall(labelled_calls())
    assert precision >= 0.97
    assert recall >= 0.96
