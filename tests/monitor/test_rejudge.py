from __future__ import annotations

from models.rules import Centre, Limits, Rules
from monitor.judge import judge
from monitor.rejudge import Cause, Change, difference
from tests.builders import AGENT, make_analysis, make_answer
from tests.monitor.protocol.spoken import BUSINESS, SHIPPED, STEP, call_with, rules_with, turns_of

ANALYSIS = make_analysis(silences=(), answer=make_answer(rings=2, ring_to_answer_s=9.0))


def test_the_same_rules_change_nothing() -> None:
    verdict = judge(ANALYSIS, Rules(SHIPPED))
    assert difference(verdict, verdict).changes == ()
    assert difference(verdict, verdict).causes == ()


def test_a_new_limit_is_told_as_the_cause_of_what_it_changes() -> None:
    strict = Limits(rings_max=1)
    found = difference(judge(ANALYSIS, Rules(SHIPPED)), judge(ANALYSIS, Rules(SHIPPED, strict)))
    assert found.causes == (Cause("limit", "rings_max", 3.0, 1.0),)
    assert found.changes[:2] == (
        Change("step", "answered_in_time", "met", "not_met"),
        Change("flag", "too_many_rings", None, "warning"),
    )
    [score] = [change for change in found.changes if change.kind == "score"]
    assert score.before == 100.0
    assert isinstance(score.after, float)
    assert score.after < 100.0


def test_a_new_protocol_is_told_with_the_words_that_decide_now() -> None:
    call = call_with(turns_of([(AGENT, "Muy buenas, Gas Norte."), *BUSINESS]))
    step = f'[[steps]]\nid = "greeting"\n{STEP}'
    violation = (
        '[[violations]]\nid = "jargon"\nerror_class = "customer_critical"\nseverity = "info"\nsaid = ["formulario"]\n'
    )
    before = judge(call, rules_with(step + 'said = ["hola"]\n'))
    after = judge(call, rules_with(step + 'said = ["hola", "muy buenas"]\n' + violation))
    found = difference(before, after)
    assert Change("step", "greeting", "not_met", "met", "Muy buenas") in found.changes
    assert Change("violation", "jargon", None, "found", "formulario") in found.changes
    assert Change("flag", "greeting", "info", None) in found.changes
    assert [cause.kind for cause in found.causes] == ["protocol"]


def test_new_names_are_a_cause_of_their_own() -> None:
    call = call_with(turns_of([(AGENT, "Buenas Tardes Café, le habla Ana."), *BUSINESS]))
    named = Rules(SHIPPED, centre=Centre(company_names=("Buenas Tardes Café",)))
    found = difference(judge(call, Rules(SHIPPED)), judge(call, named))
    assert Change("step", "greeting", "met", "not_met") in found.changes
    assert [cause.kind for cause in found.causes] == ["centre"]
