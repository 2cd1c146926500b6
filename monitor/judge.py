"""The rules' opinion of a call: steps, violations, flags and a score, each with its evidence.

Judging needs no audio and reads no clock, file or configuration: the same analysis and the same rules
give the same verdict, so stored calls are judged again when the rules change.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from models.analysis import Analysis, Silence
from models.protocol import Fact, Forbidden, Protocol, Step
from models.rules import Rules, digest_of
from models.verdict import ErrorClass, Flag, Score, ScoreItem, Severity, StepResult, StepVerdict, Verdict, Violation
from monitor.grades import GRADES, Grade, Measured, flag_of
from monitor.protocol.answer import answer_limit_s
from monitor.protocol.call import Call, call_of
from monitor.protocol.engine import announced, sounds_swapped, step_results
from monitor.protocol.violations import violations
from monitor.understanding.understand import understood


def judge(analysis: Analysis, rules: Rules) -> Verdict:
    """The verdict on a call, by the rules for the language that it was recognised in. Pure."""
    rules = rules.spoken_in(analysis.analysed_with.language)
    call, protocol = call_of(analysis, rules), rules.protocol
    steps = step_results(call)
    broken = violations(call)
    measured = Measured(analysis, rules.limits, _dead_air(call))
    understanding, customer = understood(call, steps, broken)
    grades = {weight.id: GRADES[weight.id](measured) for weight in protocol.measures}
    return Verdict(
        protocol_name=protocol.name,
        protocol_version=protocol.version,
        protocol_sha256=digest_of(protocol),
        rules_sha256=rules.sha256,
        steps=steps,
        violations=broken,
        score=_score(protocol, steps, grades, broken),
        flags=tuple(_flags(call, rules, steps, grades, broken)),
        limits={name: float(value) for name, value in asdict(rules.limits).items()},
        understanding=understanding,
        customer=customer,
        protocol_extends=protocol.extends,
    )


def _dead_air(call: Call) -> tuple[Silence, ...]:
    """Silences that nobody announced."""
    return tuple(silence for silence in call.analysis.silences if not announced(call, silence))


def _score(
    protocol: Protocol,
    steps: Sequence[StepResult],
    grades: dict[str, Grade | None],
    broken: Sequence[Violation],
) -> Score:
    """Points won of those that could be won, less the penalties; what is not judged is not in the sum."""
    items = [*_step_items(protocol, steps), *_measure_items(protocol, grades)]
    could = sum(item.of for item in items)
    if not could:
        return Score(None)
    penalties = {forbidden.id: forbidden.penalty for forbidden in protocol.violations}
    items += [ScoreItem(found.id, -penalties[found.id], 0.0) for found in broken if penalties[found.id]]
    won = sum(item.points for item in items if item.of)
    lost = -sum(item.points for item in items if not item.of)
    return Score(max(0.0, 100 * won / could - lost), tuple(items))


def _step_items(protocol: Protocol, steps: Sequence[StepResult]) -> Iterable[ScoreItem]:
    weights = {step.id: step.weight for step in protocol.steps}
    for result in steps:
        if weights[result.id] and result.verdict in (StepVerdict.MET, StepVerdict.NOT_MET):
            won = weights[result.id] if result.verdict is StepVerdict.MET else 0.0
            yield ScoreItem(result.id, won, weights[result.id])


def _measure_items(protocol: Protocol, grades: dict[str, Grade | None]) -> Iterable[ScoreItem]:
    for weight in protocol.measures:
        grade = grades[weight.id]
        if weight.weight and grade is not None:
            yield ScoreItem(weight.id, grade.share * weight.weight, weight.weight)


def _flags(
    call: Call,
    rules: Rules,
    steps: Sequence[StepResult],
    grades: dict[str, Grade | None],
    broken: Sequence[Violation],
) -> Iterable[Flag]:
    """Every flag: what concerns the recording first, then the call in the protocol's order."""
    protocol = rules.protocol
    if sounds_swapped(call):
        yield Flag("channels_swapped", Severity.WARNING, None, None, None, None, None, ErrorClass.BUSINESS)
    by_id = {step.id: step for step in protocol.steps}
    for result in steps:
        if result.verdict is StepVerdict.NOT_MET:
            yield _missing(call, by_id[result.id], result)
    for weight in protocol.measures:
        for excess in grade.excesses if (grade := grades[weight.id]) else ():
            yield flag_of(excess, weight)
    forbidden = {entry.id: entry for entry in protocol.violations}
    for violation in broken:
        yield _broken(forbidden[violation.id], violation)


def _missing(call: Call, step: Step, result: StepResult) -> Flag:
    """The flag of a step not done: late answers have figures, words have the window searched."""
    searched = result.searched
    start_s, end_s = (searched.start_s, searched.end_s) if searched else (None, None)
    if step.fact is not Fact.ANSWER_TIME:
        return Flag(step.id, step.severity, None, None, None, start_s, end_s, step.error_class)
    answer, limits = call.analysis.answer, call.limits
    measured, limit, unit = answer.ring_to_answer_s, answer_limit_s(answer, limits), "s"
    if result.reason == "too_many_rings" and answer.rings is not None:
        measured, limit, unit = float(answer.rings), float(limits.rings_max), "rings"
    return Flag(result.reason or step.id, step.severity, measured, limit, unit, start_s, end_s, step.error_class)


def _broken(entry: Forbidden, found: Violation) -> Flag:
    return Flag(entry.id, entry.severity, None, None, None, found.start_s, found.end_s, entry.error_class, found.quote)
