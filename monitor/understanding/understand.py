"""What a call was about, how it went and what the customer did in it: opinions of the protocol's words and of measures.

Pure, as all judging is: no sound, no clock, no file.
"""

from __future__ import annotations

from collections.abc import Iterable

from models.span import Span
from models.verdict import StepResult, StepVerdict, Violation


def places(steps: Iterable[StepResult], broken: Iterable[Violation]) -> dict[str, tuple[Span, ...]]:
    """Where steps were done and rules broken, by id."""
    found: dict[str, tuple[Span, ...]] = {}
    for result in steps:
        if result.verdict is StepVerdict.MET:
            found[result.id] = tuple(evidence.span for evidence in result.evidence)
    for violation in broken:
        found[violation.id] = (*found.get(violation.id, ()), Span(violation.start_s, violation.end_s))
    return found
