from __future__ import annotations

from models.verdict import Score
from monitor.judging import Difference, differences
from tests.builders import make_flag, make_verdict, make_violation, met, not_met


def test_two_verdicts_that_say_the_same_have_no_difference() -> None:
    assert list(differences(make_verdict(), make_verdict())) == []


def test_every_thing_that_changed_is_named_with_what_it_was() -> None:
    before = make_verdict(
        steps=(met("greeting"), not_met("farewell")),
        violations=(make_violation("argues"),),
        flags=(make_flag("late_answer"),),
        score=Score(80.0),
    )
    after = make_verdict(
        steps=(met("greeting"), met("farewell")),
        violations=(make_violation("jargon"),),
        flags=(make_flag("dead_air"),),
        score=Score(90.0),
    )
    assert list(differences(before, after)) == [
        Difference("score", "", 80.0, 90.0),
        Difference("step", "farewell", "not_met", "met"),
        Difference("violation_added", "jargon"),
        Difference("violation_gone", "argues"),
        Difference("flag_added", "dead_air"),
        Difference("flag_gone", "late_answer"),
    ]


def test_a_first_verdict_is_all_new() -> None:
    kinds = {difference.kind for difference in differences(None, make_verdict(flags=(make_flag(),)))}
    assert {"score", "step", "flag_added"} <= kinds
