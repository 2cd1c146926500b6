"""Phrases and the sentence model together, with a model whose word is set by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.protocol import LEARNED_FROM
from models.rules import Rules
from monitor.protocol.call import Call, call_of
from monitor.protocol.engine import step_results
from monitor.protocol.sentences.classifier import Classifier, ReadSentence
from monitor.protocol.sentences.pieces import Pieces
from monitor.protocol.sentences.splitting import floors_of
from monitor.protocol.sentences.weights import weights_from
from monitor.protocol.violations import violations
from monitor.protocol.weighing import certainty
from tests.builders import make_turn
from tests.monitor.protocol.sentences.small_model import LABELS, content, tokeniser
from tests.monitor.protocol.spoken import AGENT, BUSINESS, CUSTOMER, STEP, call_with, rules_with, turns_of

BODY = f"""
[[steps]]
id = "greeting"
{STEP}
said = ["hola"]
near_misses = ["hola movil"]

[[violations]]
id = "jargon"
error_class = "customer_critical"
severity = "info"
said = ["=backoffice"]
excused_by = ["es decir"]
"""
SURE, UNSURE = 6.0, -6.0


def heard(*lines: str, **logits: float) -> Call:
    """A call that opens with these lines, of which the model says `logits` for every sentence (-6 if not told)."""
    call = call_of(call_with(turns_of([*((AGENT, line) for line in lines), *BUSINESS])), RULES)
    values = np.array([logits.get(label, UNSURE) for label in LABELS], np.float32)
    sentences = tuple(
        ReadSentence(said, values, np.zeros(len(LABELS), np.float32), np.tile(values, (len(said), 1)))
        for floor in floors_of(call.turns, (), 5.0)
        if floor.party is AGENT
        for said in floor.sentences
    )
    classifier = Classifier(weights_from(content()), Pieces(tokeniser()))
    return replace(call, sentences=sentences, compiled=replace(call.compiled, classifier=classifier))


RULES: Rules = rules_with(BODY)


def verdict(call: Call) -> str:
    return step_results(call)[0].verdict.value


def test_certainty_is_the_logistic_of_what_the_model_says_and_what_a_phrase_adds() -> None:
    call = heard("Buenas.", greeting=-2.0)
    sentence = call.sentences[0]
    assert certainty(call, 0, sentence, 0.0) == pytest.approx(1 / (1 + np.exp(2.0)), abs=1e-4)
    assert certainty(call, 0, sentence, 1.0) == 0.5, "the phrase weighs 2 in this model: -2 + 2 = 0"


def test_a_sentence_that_no_phrase_foresaw_counts_when_the_model_is_sure() -> None:
    call = heard("Muy felices los ojos que la oyen.", greeting=SURE)
    result = step_results(call)[0]
    assert result.verdict == "met"
    assert result.evidence[0].quote.startswith("Muy felices los ojos")
    assert result.evidence[0].confidence == pytest.approx(0.9975 * 0.9, abs=1e-3), (
        "the model's certainty times the words'"
    )


def test_a_phrase_counts_where_the_model_only_doubts() -> None:
    assert verdict(heard("Hola, dígame.", greeting=-1.5)) == "met"


def test_a_phrase_is_overruled_where_the_model_is_sure_that_it_is_none() -> None:
    assert verdict(heard("Hola, dígame.")) == "not_met"


def test_a_near_miss_of_the_protocol_overrules_the_model() -> None:
    assert verdict(heard("Hola móvil. Hola móvil. Hola móvil.", greeting=SURE)) == "not_met"


def test_what_the_protocol_demands_of_the_certainty_is_obeyed() -> None:
    strict = replace(RULES.protocol.steps[0], learned_from=0.999)
    call = heard("Muy felices los ojos.", greeting=SURE)
    protocol = replace(call.compiled.protocol, steps=(strict,))
    assert verdict(replace(call, compiled=replace(call.compiled, protocol=protocol))) == "not_met"
    assert LEARNED_FROM < 0.999


def test_a_violation_that_no_phrase_foresaw_is_told_once_a_turn() -> None:
    found = violations(heard("Eso lo gestiona el tier dos. Hay que reflashear el CPE.", jargon=SURE))
    assert [violation.id for violation in found].count("jargon") == len({violation.start_s for violation in found})
    assert sum(violation.start_s < 5 for violation in found) == 1


def test_what_excuses_a_violation_excuses_the_models_too() -> None:
    call = heard("Eso lo gestiona el tier dos, es decir, el taller.", jargon=SURE)
    assert not any(violation.start_s < 5 for violation in violations(call))


def test_without_a_model_phrases_alone_decide() -> None:
    call = call_of(call_with(turns_of([(AGENT, "Hola, dígame."), *BUSINESS])), RULES)
    assert call.sentences == ()
    assert verdict(call) == "met"


def test_what_is_said_briefly_over_the_customer_is_not_read_and_stands() -> None:
    turns = (
        make_turn(CUSTOMER, 1.0, "Buenas, mire, muchísimas gracias por todo y adiós.", end_s=5.0),
        make_turn(AGENT, 4.2, "Hola.", end_s=4.6),
    )
    call = call_of(call_with(turns), RULES)
    classifier = Classifier(weights_from(content()), Pieces(tokeniser()))
    read = classifier.read(turns, (), 5.0)
    call = replace(call, sentences=read, compiled=replace(call.compiled, classifier=classifier))
    assert read == ()
    assert verdict(call) == "met"


def test_a_centres_own_phrase_is_never_overruled() -> None:
    call = heard("Hola, dígame.", greeting=-30.0)
    assert verdict(call) == "not_met"
    own = replace(call.compiled.protocol.steps[0], never_overruled=("hola",))
    protocol = replace(call.compiled.protocol, steps=(own,))
    assert verdict(replace(call, compiled=replace(call.compiled, protocol=protocol))) == "met"


def test_turns_out_of_order_are_judged() -> None:
    turns = (make_turn(AGENT, 1.0, "Hola."), make_turn(AGENT, 0.2, "gracias", end_s=0.8))
    call = heard("Hola.", greeting=SURE)
    assert step_results(replace(call_of(call_with(turns), RULES), compiled=call.compiled))
