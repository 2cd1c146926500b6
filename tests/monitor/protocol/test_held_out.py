"""The shipped protocol on calls by other hands that it was neither taught nor tuned on. Only totals are looked at.

The floors are some points under what was measured (docs/protocol.md), so that a change that forgets is seen.
"""

from __future__ import annotations

from functools import lru_cache

import pytest

from benchmarks.sentences.marks import marked
from benchmarks.sentences.score import Tally, tallied
from models.rules import Rules
from tests.corpus.recognised import as_recognised
from tests.corpus.scripts import scripts_of
from tests.monitor.protocol.spoken import SHIPPED

STEPS = [step.id for step in SHIPPED.steps if step.fact is None]
VIOLATIONS = [entry.id for entry in SHIPPED.violations]
PARTS = {
    "written": scripts_of("held-3"),
    "heard": tuple(heard for script in scripts_of("held-1", "held-2") if (heard := as_recognised(script)))[::2],
}


@lru_cache(maxsize=2)
def marks_of(part: str) -> Tally:
    """Judged once for steps and violations."""
    return tallied(mark for script in PARTS[part] for mark in marked(script, Rules(SHIPPED)))


@pytest.mark.parametrize(
    ("part", "labels", "precision", "recall"),
    [
        ("written", STEPS, 0.86, 0.88),
        ("written", VIOLATIONS, 0.88, 0.75),
        ("heard", STEPS, 0.72, 0.70),
        ("heard", VIOLATIONS, 0.72, 0.60),
    ],
    ids=["steps as written", "violations as written", "steps as recognised", "violations as recognised"],
)
def test_steps_and_violations_are_found_in_sentences_by_other_hands(
    part: str, labels: list[str], precision: float, recall: float
) -> None:
    tally = marks_of(part)
    right, found = tally.precision(labels)
    _, true = tally.recall(labels)
    assert true > 40
    assert right / found >= precision
    assert right / true >= recall
