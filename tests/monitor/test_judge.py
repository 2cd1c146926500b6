from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.document import analysis_from, document, verdict_from
from models.rules import Limits, Rules
from models.verdict import ErrorClass, Score, Severity, StepVerdict
from monitor.judge import judge
from tests.builders import AGENT, CUSTOMER, make_analysis, make_answer, make_measures, make_silence, make_turn
from tests.monitor.protocol.spoken import BUSINESS, SHIPPED, STEP, call_with, rules_with, turns_of

RULES = Rules(SHIPPED)
TWO_STEPS = (
    f'[[steps]]\nid = "greeting"\n{STEP.replace("weight = 1", "weight = 3")}said = ["hola"]\n'
    f'[[steps]]\nid = "offer_of_help"\n{STEP}said = ["digame"]\n'
)


def test_a_good_short_call_lacks_only_courtesies_and_is_not_flagged() -> None:
    verdict = judge(make_analysis(silences=()), RULES)
    missed = {step.id for step in verdict.steps if step.verdict is StepVerdict.NOT_MET}
    assert missed == {"customer_name_asked", "customer_name_used", "active_listening", "survey_invitation", "summary"}
    assert verdict.score.total == pytest.approx(100 * (38 + 30) / (48 + 30))  # points of steps and of measures
    assert not verdict.flagged


def test_judging_is_pure() -> None:
    analysis = make_analysis()
    assert judge(analysis, RULES) == judge(analysis, RULES)


def test_a_verdict_survives_its_document() -> None:
    analysis = make_analysis()
    verdict = judge(analysis, RULES)
    written = document(analysis, verdict)
    again = judge(analysis_from(written), RULES)
    assert [step.verdict for step in again.steps] == [step.verdict for step in verdict.steps]
    read = verdict_from(written)
    assert read is not None
    assert read.rules_sha256 == RULES.sha256
    assert read.limits == {name: float(value) for name, value in asdict(Limits()).items()}


def test_the_score_is_the_weighted_share_of_what_could_be_judged() -> None:
    analysis = call_with(turns_of([(AGENT, "Hola, Gas Norte."), *BUSINESS]))
    verdict = judge(analysis, rules_with(TWO_STEPS))
    assert verdict.score.total == pytest.approx(100 * 3 / 4)
    assert [(item.id, item.points, item.of) for item in verdict.score.items] == [
        ("greeting", 3.0, 3.0),
        ("offer_of_help", 0.0, 1.0),
    ]


def test_what_is_not_evaluable_leaves_the_sum() -> None:
    verdict = judge(call_with(()), rules_with(TWO_STEPS))
    assert verdict.score == Score(None)


def test_a_violation_takes_points_and_raises_its_flag_but_the_score_stays_at_0_or_more() -> None:
    body = TWO_STEPS + (
        '[[violations]]\nid = "unprofessional"\nerror_class = "compliance_critical"\nseverity = "critical"\n'
        'penalty = 60\nsaid = ["la joda"]\n'
    )
    analysis = call_with(
        turns_of(
            [(AGENT, "Hola, deje la joda, señora. Deje la joda."), BUSINESS[0], (AGENT, "Deje la joda."), *BUSINESS]
        )
    )
    verdict = judge(analysis, rules_with(body))
    assert [found.id for found in verdict.violations] == ["unprofessional"] * 2, "once a turn"
    assert verdict.score.total == 0.0  # 75 - 120
    flags = [flag for flag in verdict.flags if flag.id == "unprofessional"]
    assert [(flag.severity, flag.error_class, flag.quote) for flag in flags] == [
        (Severity.CRITICAL, ErrorClass.COMPLIANCE, "la joda")
    ] * 2


def test_a_missing_step_is_a_flag_of_its_severity_and_class_with_the_window_searched() -> None:
    verdict = judge(call_with(turns_of([(AGENT, "Gas Norte, le atiende Ana."), *BUSINESS])), RULES)
    flag = next(flag for flag in verdict.flags if flag.id == "greeting")
    assert (flag.severity, flag.error_class, flag.start_s) == (Severity.WARNING, ErrorClass.CUSTOMER, 1.0)


@pytest.mark.parametrize(
    ("answer", "flag"),
    [
        ({"ring_to_answer_s": 12.3, "rings": 3}, ("late_answer", 12.3, 10.5, "s")),
        ({"ring_to_answer_s": 10.0, "rings": 4}, ("too_many_rings", 4.0, 3.0, "rings")),
    ],
)
def test_a_late_answer_is_flagged_with_what_was_measured_and_its_limit(
    answer: dict[str, Any], flag: tuple[Any, ...]
) -> None:
    verdict = judge(make_analysis(answer=make_answer(**answer)), RULES)
    [found] = [one for one in verdict.flags if one.id in ("late_answer", "too_many_rings")]
    assert (found.id, found.measured, found.limit, found.unit) == flag
    assert found.start_s == 0.4


def test_a_measure_over_its_limit_is_flagged_as_the_protocol_says() -> None:
    parties = {AGENT: make_measures(articulation_rate_sps=8.1), CUSTOMER: make_measures(articulation_rate_sps=9.0)}
    verdict = judge(make_analysis(parties=parties), RULES)
    [flag] = [one for one in verdict.flags if one.unit == "sps"]
    assert (flag.id, flag.severity, flag.measured, flag.limit) == ("speech_too_fast", Severity.WARNING, 8.1, 7.0)


def test_a_silence_is_dead_air_only_where_nobody_announced_it() -> None:
    said = make_turn(AGENT, 22.0, "Deme un momento, por favor.")
    quiet = make_analysis(turns=(said,), silences=(make_silence(25.0, 40.0),))
    sudden = replace(quiet, turns=(make_turn(AGENT, 22.0, "La factura es del martes."),))
    assert [flag.id for flag in judge(quiet, RULES).flags if flag.unit == "s"] == []
    assert [(flag.id, flag.measured) for flag in judge(sudden, RULES).flags if flag.unit == "s"] == [("dead_air", 15.0)]


def test_swapped_channels_are_flagged_and_nothing_is_corrected() -> None:
    lines = [
        (CUSTOMER, "Gas Norte, le atiende Ana, ¿en qué puedo ayudarle?"),
        (AGENT, "Hola, mire, quería preguntar por un recibo de ayer."),
    ]
    verdict = judge(call_with(turns_of(lines)), RULES)
    assert verdict.flags[0].id == "channels_swapped"
    assert {step.id: step.verdict for step in verdict.steps}["offer_of_help"] is StepVerdict.NOT_MET


@settings(deadline=None)
@given(
    talk_s=st.floats(0, 1000),
    rate=st.none() | st.floats(0, 20),
    level=st.none() | st.floats(-90, 0),
    rings=st.none() | st.integers(0, 20),
    waited_s=st.none() | st.floats(0, 100),
)
def test_a_score_is_between_0_and_100_whatever_was_measured(
    talk_s: float, rate: float | None, level: float | None, rings: int | None, waited_s: float | None
) -> None:
    agent = make_measures(talk_s=talk_s, articulation_rate_sps=rate, level_dbov=level)
    analysis = make_analysis(parties={AGENT: agent}, answer=make_answer(rings=rings, ring_to_answer_s=waited_s))
    score = judge(analysis, RULES).score
    assert score.total is not None
    assert 0 <= score.total <= 100
    assert all(0 <= item.points <= item.of for item in score.items)
