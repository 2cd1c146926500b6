"""The parts of a call as they went: opening, development, close."""

from __future__ import annotations

from collections.abc import Sequence

from models.protocol import Phase
from models.understanding import PhaseSpan
from models.verdict import StepResult, StepVerdict
from monitor.protocol.call import Call
from monitor.protocol.windows import window_span


def phases_of(call: Call, steps: Sequence[StepResult]) -> tuple[PhaseSpan, ...]:
    """Opening, development and close, one behind the other; a part that is not there says why.

    The opening ends with the agent's presentation, where the customer's demand begins. The close begins with
    the first thing that closes: a step of the close that was done.
    """
    opening = window_span(call.agent.opening)
    if opening is None:
        return tuple(PhaseSpan(phase.value, None, None, "no_words") for phase in _PARTS)
    ends_s = max(turn.end_s for turn in call.turns if turn.words)
    close_s = _close_s(call, steps, opening.end_s)
    middle_ends_s = ends_s if close_s is None else close_s
    return (
        PhaseSpan(Phase.OPENING.value, opening.start_s, opening.end_s),
        _span(Phase.DEVELOPMENT, opening.end_s, middle_ends_s),
        PhaseSpan(Phase.CLOSE.value, None, None, "not_found")
        if close_s is None
        else _span(Phase.CLOSE, close_s, ends_s),
    )


_PARTS = (Phase.OPENING, Phase.DEVELOPMENT, Phase.CLOSE)


def _span(phase: Phase, start_s: float, end_s: float) -> PhaseSpan:
    if end_s <= start_s:
        return PhaseSpan(phase.value, None, None, "not_found")
    return PhaseSpan(phase.value, start_s, end_s)


def _close_s(call: Call, steps: Sequence[StepResult], after_s: float) -> float | None:
    """Start of the first closing step done behind the opening."""
    closing = {step.id for step in call.compiled.protocol.steps if step.phase is Phase.CLOSE}
    begun = [
        evidence.start_s
        for result in steps
        if result.id in closing and result.verdict is StepVerdict.MET
        for evidence in result.evidence
        if evidence.start_s >= after_s
    ]
    return min(begun, default=None)
