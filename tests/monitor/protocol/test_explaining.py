from __future__ import annotations

from models.analysis import Analysis
from models.recording import Party
from models.rules import Limits, Rules
from models.transcript import Turn
from monitor.protocol.call import Call, call_of
from monitor.protocol.engine import step_results
from monitor.protocol.explaining import Explanation, explained_step, explained_violation
from monitor.protocol.violations import violations
from tests.builders import make_answer, make_silence
from tests.monitor.protocol import test_weighing
from tests.monitor.protocol.spoken import (
    AGENT,
    BUSINESS,
    CUSTOMER,
    SHIPPED,
    STEP,
    call_with,
    close_of,
    opening_of,
    rules_with,
    turns_of,
)

RULES = Rules(SHIPPED)
"""With the sentence model that the pack names, if any; `test_weighing` has one whose word is set by hand."""


def explained(analysis: Analysis, step_id: str, rules: Rules = RULES) -> Explanation:
    call = call_of(analysis, rules)
    steps = {step.id: step for step in rules.protocol.steps}
    result = next(one for one in step_results(call) if one.id == step_id)
    return explained_step(call, steps[step_id], result)


def broken(analysis: Analysis, violation_id: str, rules: Rules = RULES) -> Explanation:
    call = call_of(analysis, rules)
    forbidden = next(one for one in rules.protocol.violations if one.id == violation_id)
    return explained_violation(call, forbidden, violations(call))


def whys(explanation: Explanation) -> list[str]:
    return [why.kind for candidate in explanation.candidates for why in candidate.why]


def test_evidence_is_shown_with_the_phrase_and_each_word_that_found_it() -> None:
    found = explained(opening_of("Buenoz dias, le atiende Marta."), "greeting")
    [evidence] = found.evidence
    assert [(word.expected, word.heard, word.likeness) for word in evidence.words] == [
        ("buenos", "Buenoz", 1.0),  # z and s sound alike
        ("dias", "dias", 1.0),
    ]
    assert evidence.pattern == "(buenos|buen|bonito|lindo|excelente) (dia|dias)"
    assert found.window is not None


def test_the_confidence_shown_is_that_of_the_verdict() -> None:
    call = call_of(opening_of("Muy buenas, le atiende Marta."), RULES)
    for result in step_results(call):
        step = next(one for one in SHIPPED.steps if one.id == result.id)
        explanation = explained_step(call, step, result)
        if step.fact is None:
            assert [item.confidence for item in explanation.evidence] == [item.confidence for item in result.evidence]
            assert all(item.pattern for item in explanation.evidence)


def test_a_near_miss_that_explains_a_candidate_is_named() -> None:
    found = explained(close_of("Gracias por la espera."), "thanks")
    assert "near_miss" in whys(found)
    [why] = [why for candidate in found.candidates for why in candidate.why if why.kind == "near_miss"]
    assert why.pattern in next(step.near_misses for step in SHIPPED.steps if step.id == "thanks")


def test_what_lacks_a_word_is_shown_with_the_word() -> None:
    found = explained(opening_of("Le atiende Marta."), "company_identification")
    candidate = found.candidates[0]
    assert candidate.quote.startswith("Le atiende")
    assert any("de/del/desde" in why.text for why in candidate.why)
    assert any(not word.heard for word in candidate.words)


def test_what_was_said_too_late_or_by_the_customer_is_no_evidence_and_says_so() -> None:
    rules = rules_with(f'[[steps]]\nid = "notice"\n{STEP}said = ["esta llamada se graba"]\n')
    late = [(AGENT, "Dígame, le escucho."), *BUSINESS, (AGENT, "Esta llamada se graba.")]
    assert whys(explained(call_with(turns_of(late)), "notice", rules)) == ["window"]
    other = [(AGENT, "Dígame, le escucho."), *BUSINESS, (CUSTOMER, "¿Esta llamada se graba?")]
    assert whys(explained(call_with(turns_of(other)), "notice", rules)) == ["party"]


def test_words_heard_too_unsurely_say_how_unsurely() -> None:
    turns = turns_of([(AGENT, "Buenos días."), *BUSINESS], probability=0.2)
    found = explained(call_with(turns), "greeting")
    assert {"probability", "confidence"} <= set(whys(found))


def test_evidence_under_the_confidence_says_what_is_asked() -> None:
    rules = Rules(SHIPPED, Limits(confidence_min=0.95, opening_probability_min=0.0))
    [why] = explained(opening_of("Buenos días."), "greeting", rules).candidates[0].why
    assert (why.kind, why.limit) == ("confidence", 0.95)


def test_a_condition_is_shown_with_the_words_that_it_was_heard_in() -> None:
    lines = [(AGENT, "Dígame, le escucho."), (CUSTOMER, "Quiero poner una queja por el recibo de este mes."), *BUSINESS]
    found = explained(call_with(turns_of(lines)), "apology")
    assert found.condition is not None
    assert found.condition.holds
    assert found.condition.heard[0].party is Party.CUSTOMER
    assert "queja" in found.condition.heard[0].quote


def test_a_condition_of_a_hold_is_shown_with_its_silences() -> None:
    analysis = call_with(turns_of([(AGENT, "Dígame."), *BUSINESS]), silences=(make_silence(3.0, 20.0, "music"),))
    condition = explained(analysis, "hold_permission").condition
    assert condition is not None
    assert [(span.start_s, span.end_s) for span in condition.spans] == [(3.0, 20.0)]


def test_the_answer_is_explained_by_its_figures_and_limits() -> None:
    analysis = call_with(turns_of([(AGENT, "Dígame."), *BUSINESS]), answer=make_answer())
    found = explained(analysis, "answered_in_time")
    assert found.measured == (("rings", 2.0, 3.0), ("ring_to_answer_s", 6.0, 10.5))
    assert found.fact == "answer_time"


def test_a_violation_is_explained_by_its_phrase_and_an_excused_one_by_its_excuse() -> None:
    lines = [(AGENT, "Dígame, le escucho."), *BUSINESS, (AGENT, "Eso no se puede."), *BUSINESS]
    found = broken(call_with(turns_of(lines)), "blunt_refusal")
    assert found.verdict == "found"
    assert found.evidence[0].pattern is not None
    lines[-len(BUSINESS) - 1] = (AGENT, "Eso no se puede, porque el plazo terminó ayer.")
    excused = broken(call_with(turns_of(lines)), "blunt_refusal")
    assert (excused.verdict, "excused" in whys(excused)) == ("not_found", True)


def test_what_is_found_by_the_form_of_words_has_no_phrase() -> None:
    lines = [(AGENT, "Dígame, le escucho."), *BUSINESS, (AGENT, "Tienes que llamarme tú mismo, ¿quieres?"), *BUSINESS]
    found = broken(call_with(turns_of(lines)), "informal_address")
    assert found.verdict == "found"
    assert found.evidence[0].pattern is None
    assert found.evidence[0].confidence is not None


def test_every_step_of_a_mixed_channel_and_of_an_empty_call_can_be_explained() -> None:
    mixed = tuple(Turn(Party.BOTH, turn.start_s, turn.end_s, turn.words) for turn in turns_of(BUSINESS))
    for analysis in (call_with(mixed), call_with(())):
        for step in SHIPPED.steps:
            assert explained(analysis, step.id).id == step.id
        for forbidden in SHIPPED.violations:
            assert broken(analysis, forbidden.id).id == forbidden.id


def by_model(call: Call) -> Explanation:
    step = call.compiled.protocol.steps[0]
    return explained_step(call, step, step_results(call)[0])


def test_what_the_sentence_model_finds_alone_says_so() -> None:
    found = by_model(test_weighing.heard("Le deseo lo mejor.", greeting=test_weighing.SURE))
    assert found.verdict == "met"
    assert [(item.how, item.pattern) for item in found.evidence] == [("model", None)]


def test_a_phrase_that_the_sentence_model_overrules_says_how_sure_it_is() -> None:
    found = by_model(test_weighing.heard("Hola.", greeting=-30.0))
    assert found.verdict == "not_met"
    [why] = found.candidates[0].why
    assert (why.kind, why.limit) == ("overruled", 0.05)
    assert why.value is not None
    assert why.value < 0.05
