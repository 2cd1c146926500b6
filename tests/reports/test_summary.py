from __future__ import annotations

from models.verdict import Score, Severity
from reports.summary import CallSummary, StepRate, summary_of, totals_of
from tests.builders import (
    make_analysis,
    make_document,
    make_flag,
    make_recording,
    make_verdict,
    met,
    not_applicable,
    not_met,
)


def call(recording_id: str = "a", **verdict: object) -> CallSummary:
    analysis = make_analysis(recording=make_recording(id=recording_id))
    return summary_of(make_document(analysis=analysis, verdict=make_verdict(**verdict)))


def test_a_flag_raised_often_is_listed_once_and_as_its_gravest() -> None:
    flags = (
        make_flag("dead_air", severity=Severity.INFO),
        make_flag("late_answer", severity=Severity.WARNING),
        make_flag("dead_air", severity=Severity.CRITICAL),
    )
    assert call(flags=flags).flags == (("dead_air", "critical"), ("late_answer", "warning"))


def test_a_call_that_was_not_judged_has_no_score_and_no_flags() -> None:
    summary = summary_of(make_document(verdict=None))
    assert (summary.score, summary.flags, summary.steps) == (None, (), ())
    assert summary.agent_id == "104"


def test_only_flags_above_information_make_a_call_flagged() -> None:
    calls = [call(flags=(make_flag(severity=Severity.INFO),)), call(flags=(make_flag(),)), call()]
    assert totals_of(calls).flagged == 1


def test_scores_are_counted_by_bands_of_ten_and_100_is_in_the_last() -> None:
    totals = totals_of([call(score=Score(total)) for total in (0.0, 9.9, 10.0, 95.0, 100.0, None)])
    assert totals.scores_by_ten == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]
    assert totals.unscored == 1


def test_flags_are_counted_by_calls() -> None:
    calls = [call(flags=(make_flag("dead_air"), make_flag("dead_air"))), call(flags=(make_flag("dead_air"),))]
    assert totals_of(calls).flags == {"dead_air": 2}


def test_a_step_is_rated_over_the_calls_in_which_it_could_be_judged() -> None:
    steps = [(met("apology"),), (not_met("apology"),), (not_applicable("apology"),), (not_applicable("apology"),)]
    assert totals_of([call(steps=one) for one in steps]).steps == (StepRate("apology", met=1, judged=2, left_out=2),)


def test_durations_add_up() -> None:
    assert totals_of([call(), call()]).duration_s == 120.0


def test_no_calls_have_no_totals() -> None:
    totals = totals_of([])
    assert (totals.calls, totals.flagged, totals.steps, totals.scores_by_ten) == (0, 0, (), [0] * 10)
