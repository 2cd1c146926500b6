"""Why a call got its verdict on one step or violation: what was looked for, where, what was heard, what it lacked.

Nothing here judges: the verdict is given, and what led to it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.protocol import Condition, Fact, Forbidden, Step
from models.recording import Party
from models.span import Span
from models.verdict import Evidence, Searched, StepResult, StepVerdict, Violation
from monitor.protocol.call import Call
from monitor.protocol.candidates import Candidate, heard_as, nearest_candidates, unheeded
from monitor.protocol.compiled import Phrases
from monitor.protocol.engine import holds, window_of
from monitor.protocol.evidence import heard_in, matches
from monitor.protocol.hearing import Heard
from monitor.protocol.match import Match
from monitor.protocol.weighing import LEARNED, weighed
from monitor.protocol.windows import window_span

SHOWN_MAX = 3


@dataclass(frozen=True, slots=True)
class ConditionFound:
    """The condition of a step: whether it holds, and where it was heard or measured."""

    id: str
    holds: bool
    heard: tuple[Candidate, ...] = ()
    spans: tuple[Span, ...] = ()
    """Silences and music that a fact is read from."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What led to the verdict on one step or violation."""

    kind: str
    """`step` or `violation`."""
    id: str
    verdict: str
    """Of a step; of a violation `found` or `not_found`."""
    reason: str | None
    phase: str | None
    window: Span | None
    """Where it counts; `None` where the call has no such part, or it is not found by words."""
    evidence: tuple[Candidate, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    """The nearest that did not count, each with what it lacks."""
    condition: ConditionFound | None = None
    fact: str | None = None
    """Set where a step is judged on a measurement."""
    measured: tuple[tuple[str, float | None, float | None], ...] = ()
    """Measure, its value and its limit."""
    spans: tuple[Span, ...] = ()
    """Where it was measured."""
    searched: Searched | None = None
    """Of a missing step: the window and the nearest clause said in it, as the verdict has it."""


def explained_step(call: Call, step: Step, result: StepResult) -> Explanation:
    """What led to `result`, which is what judging `step` gave."""
    condition = next((one for one in call.compiled.protocol.conditions if one.id == step.condition), None)
    found = None if condition is None else condition_found(call, condition)
    if step.fact is not None:
        return _measured(call, step, result, found)
    window = window_of(call, step)
    phrases = call.compiled.steps[step.id]
    evidence = tuple(_of_evidence(call, step, item, phrases) for item in result.evidence)
    met = result.verdict is StepVerdict.MET
    near = () if met else tuple(nearest_candidates(call, step, phrases, window))
    return Explanation(
        "step",
        step.id,
        result.verdict.value,
        result.reason,
        step.phase.value,
        window_span(window),
        evidence=evidence,
        candidates=near,
        condition=found,
        searched=result.searched,
    )


def explained_violation(call: Call, forbidden: Forbidden, found: Sequence[Violation]) -> Explanation:
    """What led to `found`, which is what judging gave; without any, what was heard and did not count."""
    within = call.heard(call.agent.everywhere)
    phrases = call.compiled.violations[forbidden.id]
    own = [one for one in found if one.id == forbidden.id]
    party = Party.BOTH if call.mixed else Party.AGENT
    items = (Evidence(party, one.start_s, one.end_s, one.quote, one.confidence) for one in own)
    return Explanation(
        "violation",
        forbidden.id,
        "found" if own else "not_found",
        None,
        None,
        window_span(call.agent.everywhere),
        evidence=tuple(_of_evidence(call, forbidden, item, phrases) for item in items),
        candidates=tuple(
            unheeded(call, forbidden, phrases, within, [Span(one.start_s, one.end_s) for one in own])[:SHOWN_MAX]
        ),
    )


def condition_found(call: Call, condition: Condition) -> ConditionFound:
    """Whether a condition holds, and where."""
    if condition.fact is Fact.HOLD:
        spans = _silences(call)
        return ConditionFound(condition.id, holds(call, condition), spans=spans)
    phrases = call.compiled.conditions[condition.id]
    parties = (condition.party,) if condition.party else (Party.AGENT, Party.CUSTOMER)
    heard: list[Candidate] = []
    for party in parties:
        within = call.heard(call.windows_of(party).everywhere)
        heard += [heard_as(call, phrases.said, within, match) for match, _ in matches(call, phrases, within)]
    first = sorted(heard, key=lambda one: one.start_s)[:SHOWN_MAX]
    return ConditionFound(condition.id, holds(call, condition), heard=tuple(first))


def _silences(call: Call) -> tuple[Span, ...]:
    """Music, and silences over the dead-air limit."""
    limit_s = call.limits.dead_air_s
    silences = call.analysis.silences
    return tuple(one.span for one in silences if one.kind == "music" or one.span.duration_s >= limit_s)


def _measured(call: Call, step: Step, result: StepResult, condition: ConditionFound | None) -> Explanation:
    answer, limits = call.analysis.answer, call.limits
    measured: tuple[tuple[str, float | None, float | None], ...] = (("dead_air_s", None, limits.dead_air_s),)
    spans = _silences(call)
    if step.fact is Fact.ANSWER_TIME:
        limit_s = limits.third_ring_ends_s if answer.third_ring_ends_s is None else answer.third_ring_ends_s
        rings = None if answer.rings is None else float(answer.rings)
        measured = (("rings", rings, float(limits.rings_max)), ("ring_to_answer_s", answer.ring_to_answer_s, limit_s))
        known = answer.first_ring_s is not None and answer.answered_s is not None
        spans = (Span(answer.first_ring_s or 0.0, answer.answered_s or 0.0),) if known else ()
    return Explanation(
        "step",
        step.id,
        result.verdict.value,
        result.reason,
        step.phase.value,
        None,
        condition=condition,
        fact=step.fact.value if step.fact else None,
        measured=measured,
        spans=spans,
    )


def _of_evidence(call: Call, entry: Step | Forbidden, item: Evidence, phrases: Phrases) -> Candidate:
    """The evidence with the pattern that found it; without one where it was not found by a pattern."""
    patterns = phrases.said + phrases.said_last
    for window in (call.agent.everywhere, call.agent.opening, call.agent.close, call.agent.last):
        within = call.heard(window)
        for match in _covering(heard_in(call, patterns, within), within, item):
            return heard_as(call, patterns, within, match, confidence=item.confidence)
    within = call.heard(call.agent.everywhere)
    alone = weighed(call, entry, within, ())
    learned = any(_covering([match for match in alone if match.pattern == LEARNED], within, item))
    how = "model" if learned else "form"
    return Candidate(item.party, item.start_s, item.end_s, item.quote, None, None, None, item.confidence, (), how)


def _covering(found: Sequence[Match], within: Heard, item: Evidence) -> Iterable[Match]:
    """Of some matches those that the evidence was made of, the best first."""
    for match in sorted(found, key=lambda one: -one.score):
        part = within.tokens[match.start : match.end]
        if (part[0].start_s, part[-1].end_s) == (item.start_s, item.end_s):
            yield match
