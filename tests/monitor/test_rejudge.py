from __future__ import annotations

from models.rules import Centre, Limits, Rules
from monitor.judge import judge
from monitor.rejudge import Cause, causes
from tests.builders import make_analysis
from tests.monitor.protocol.spoken import SHIPPED, STEP, rules_with

ANALYSIS = make_analysis()
BEFORE = judge(ANALYSIS, Rules(SHIPPED))


def test_a_changed_limit_is_a_cause_by_its_name() -> None:
    after = judge(ANALYSIS, Rules(SHIPPED, Limits(rings_max=1, dead_air_s=4.0)))
    assert causes(BEFORE, after) == (Cause("limit", "rings_max", 3.0, 1.0), Cause("limit", "dead_air_s", 5.0, 4.0))


def test_an_edited_protocol_is_a_cause_even_without_a_new_version() -> None:
    step = f'[[steps]]\nid = "greeting"\n{STEP}'
    before, after = (judge(ANALYSIS, rules_with(step + said)) for said in ('said = ["hola"]\n', 'said = ["buenas"]\n'))
    [cause] = causes(before, after)
    assert cause.kind == "protocol"
    assert str(cause.before).startswith("test 1 (")
    assert cause.before != cause.after


def test_names_of_the_centre_are_a_cause() -> None:
    after = judge(ANALYSIS, Rules(SHIPPED, centre=Centre(company_names=("Seguros Iberia",))))
    assert causes(BEFORE, after) == (Cause("centre", "names"),)


def test_under_the_same_rules_the_cause_is_the_program() -> None:
    assert causes(BEFORE, BEFORE) == (Cause("program", "judge"),)
