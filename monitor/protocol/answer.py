"""The one step that is heard before anyone speaks: answered in time."""

from __future__ import annotations

from models.analysis import Answer
from models.recording import Party
from models.rules import Limits
from models.verdict import Evidence, Searched, StepResult, StepVerdict


def answer_limit_s(answer: Answer, limits: Limits) -> float:
    """Seconds from the first ring by which a call must be answered: the third ring's end of its tone plan."""
    return limits.third_ring_ends_s if answer.third_ring_ends_s is None else answer.third_ring_ends_s


def answer_result(step: str, answer: Answer, limits: Limits) -> StepResult:
    """Whether the call rang no more often and no longer than it may; not evaluable where no ring was heard."""
    reason = answer_reason(answer, limits)
    if answer.rings is None and answer.ring_to_answer_s is None:
        return StepResult(step, StepVerdict.NOT_EVALUABLE, reason=answer.reason or "no_ring")
    span = _span(answer)
    if reason is None:
        evidence = (Evidence(Party.AGENT, *span, "", 1.0),) if span else ()
        return StepResult(step, StepVerdict.MET, evidence)
    return StepResult(step, StepVerdict.NOT_MET, reason=reason, searched=Searched(*span, None) if span else None)


def answer_reason(answer: Answer, limits: Limits) -> str | None:
    """`late_answer` or `too_many_rings`; `None` where the call was answered in time or nothing is known."""
    if answer.ring_to_answer_s is not None and answer.ring_to_answer_s > answer_limit_s(answer, limits):
        return "late_answer"
    if answer.rings is not None and answer.rings > limits.rings_max:
        return "too_many_rings"
    return None


def _span(answer: Answer) -> tuple[float, float] | None:
    if answer.first_ring_s is None or answer.answered_s is None:
        return None
    return answer.first_ring_s, max(answer.first_ring_s, answer.answered_s)
