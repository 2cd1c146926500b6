from __future__ import annotations

import pytest

from models.verdict import Severity, StepResult, StepVerdict
from reports.findings import Finding, attention_of, findings_of, flags_of, steps_of, violations_of
from tests.builders import (
    AGENT,
    CUSTOMER,
    make_analysis,
    make_document,
    make_evidence,
    make_flag,
    make_overlap,
    make_verdict,
    make_violation,
    met,
    not_applicable,
    not_evaluable,
    not_met,
)


def attention(**verdict: object) -> list[tuple[str, str]]:
    found = attention_of(make_document(verdict=make_verdict(**({"steps": ()} | verdict))))
    return [(finding.id, finding.state) for finding in found]


def test_a_call_not_judged_has_no_findings() -> None:
    assert findings_of(make_document(verdict=None)) == ()
    assert attention_of(make_document(verdict=None)) == ()


def test_findings_are_flags_then_violations_then_steps() -> None:
    verdict = make_verdict(steps=(met("greeting"),), violations=(make_violation(),), flags=(make_flag(),))
    assert [finding.kind for finding in findings_of(make_document(verdict=verdict))] == ["flag", "violation", "step"]


def test_a_met_step_points_at_its_first_evidence_and_knows_the_rest() -> None:
    evidence = (make_evidence("don Julián", 10.0, 11.0), make_evidence("don Julián", 50.0, 51.0))
    step = StepResult("customer_name_used", StepVerdict.MET, evidence)
    (finding,) = steps_of(make_document(verdict=make_verdict(steps=(step,))))
    assert (finding.start_s, finding.end_s, finding.quote) == (10.0, 11.0, "don Julián")
    assert finding.also == ((50.0, 51.0),)


def test_a_flag_of_interruptions_knows_all_of_the_agents() -> None:
    overlaps = (
        make_overlap("interruption", AGENT, 20.0, 20.8),
        make_overlap("attempt", AGENT, 30.0, 30.8),
        make_overlap("interruption", CUSTOMER, 40.0, 40.8),
        make_overlap("interruption", AGENT, 50.0, 50.8),
    )
    flag = make_flag("interruptions", measured=2.0, limit=1.0, start_s=20.0, end_s=20.8)
    document = make_document(analysis=make_analysis(overlaps=overlaps), verdict=make_verdict(flags=(flag,)))
    assert flags_of(document)[0].also == ((50.0, 50.8),)


def test_a_missing_step_is_placed_at_the_nearest_thing_said() -> None:
    (finding,) = steps_of(make_document(verdict=make_verdict(steps=(not_met("offer_of_help", "Se lo miro", 19.0),))))
    assert finding.start_s is None
    assert finding.place_s == 19.0
    assert (finding.searched_start_s, finding.searched_end_s) == (6.4, 21.4)


def test_a_missing_step_with_nothing_near_is_placed_where_the_search_began() -> None:
    (finding,) = steps_of(make_document(verdict=make_verdict(steps=(not_met("offer_of_help", None, None),))))
    assert finding.place_s == 6.4


def test_what_has_no_place_says_so() -> None:
    assert Finding("flag", "channels_swapped", "warning").place_s is None


def test_what_needs_attention_is_the_gravest_first_then_in_order_of_time() -> None:
    flags = (
        make_flag("volume_drift", severity=Severity.INFO, start_s=None, end_s=None),
        make_flag("dead_air", start_s=30.0, end_s=42.0),
        make_flag("late_answer", start_s=0.4, end_s=12.7),
        make_flag("clipping", severity=Severity.CRITICAL, start_s=50.0, end_s=51.0),
    )
    assert [item for item, _ in attention(flags=flags)] == ["clipping", "late_answer", "dead_air", "volume_drift"]


def test_a_missing_step_and_its_flag_are_told_once_with_the_window_searched() -> None:
    flag = make_flag("offer_of_help", severity=Severity.INFO, measured=None, limit=None, unit=None)
    verdict = make_verdict(steps=(not_met("offer_of_help"),), flags=(flag,))
    (finding,) = attention_of(make_document(verdict=verdict))
    assert (finding.kind, finding.state) == ("step", "info")
    assert finding.nearest == "Se lo miro"
    assert finding.start_s is None


def test_a_late_answer_and_the_step_that_it_breaks_are_told_once() -> None:
    step = StepResult("answered_in_time", StepVerdict.NOT_MET, reason="late_answer")
    assert attention(steps=(step,), flags=(make_flag("late_answer"),)) == [("late_answer", "warning")]


def test_a_violation_and_its_flag_are_told_once_with_the_words() -> None:
    violation = make_violation("blunt_refusal", start_s=19.0, end_s=21.0, quote="No se puede.")
    flag = make_flag("blunt_refusal", severity=Severity.CRITICAL, start_s=19.0, end_s=21.0)
    (finding,) = attention_of(make_document(verdict=make_verdict(steps=(), violations=(violation,), flags=(flag,))))
    assert (finding.kind, finding.state, finding.quote) == ("violation", "critical", "No se puede.")
    assert finding.confidence == 0.9


def test_two_violations_of_a_kind_stay_two() -> None:
    violations = (make_violation("hedging", start_s=19.0), make_violation("hedging", start_s=25.0, end_s=26.0))
    flags = (make_flag("hedging", start_s=19.0, end_s=21.0), make_flag("hedging", start_s=25.0, end_s=26.0))
    assert attention(violations=violations, flags=flags) == [("hedging", "warning")] * 2


def test_what_raised_no_flag_needs_attention_all_the_same() -> None:
    assert attention(steps=(not_met("summary"),), violations=(make_violation("jargon"),)) == [
        ("jargon", "violation"),
        ("summary", "not_met"),
    ]


@pytest.mark.parametrize("step", [met("thanks"), not_applicable("apology"), not_evaluable("thanks")])
def test_a_step_that_is_not_missing_needs_no_attention(step: StepResult) -> None:
    assert attention(steps=(step,)) == []


def test_a_violation_is_the_agents() -> None:
    (finding,) = violations_of(make_document(verdict=make_verdict(violations=(make_violation(),))))
    assert finding.party == "agent"
