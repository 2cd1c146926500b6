from __future__ import annotations

import pytest

from models.document import document, verdict_from
from models.rules import Limits, Rules
from monitor.judge import judge
from tests.builders import make_silence
from tests.monitor.understanding.calls import RULES, agent, call_of, understood, verdict_of

GREETING = agent("Buenos días, Telenexo, le atiende Marta Ruiz, ¿en qué puedo ayudarle?")
CLOSING = agent("Gracias por llamar, que tenga un buen día.")
INFORMATION = (
    GREETING,
    "Hola, quería saber qué papeles hay que llevar para el trámite.",
    agent("Tiene que llevar el documento original y una fotocopia."),
    "¿Y a qué hora abren?",
    agent("Abrimos de lunes a viernes a las nueve."),
    "Ah, ya entendí, muchas gracias.",
    CLOSING,
)
COMPLAINT = (
    GREETING,
    "Esto es una vergüenza, me cobraron dos veces y estoy harto.",
    agent("Le pido disculpas por el error. Lo estoy mirando ahora mismo."),
    "¿Y cuándo me lo van a devolver?",
    agent("El viernes se le devuelve el importe a su cuenta. El jueves le llamo para confirmarlo."),
    "Bueno, está bien.",
    CLOSING,
)


def test_a_question_answered_is_information_and_informed() -> None:
    told = understood(*INFORMATION)
    assert (told.type.id, told.outcome.id) == ("information", "informed")


def test_a_complaint_with_a_date_is_a_complaint_with_a_promise() -> None:
    told = understood(*COMPLAINT)
    assert (told.type.id, told.outcome.id) == ("complaint", "promised")


def test_every_answer_shows_what_spoke_for_it() -> None:
    told = understood(*COMPLAINT)
    assert told.type.cues
    assert all(cue.quote and cue.weight > 0 for cue in (*told.type.cues, *told.outcome.cues))
    assert {cue.rule for cue in told.type.cues} <= {cue.id for cue in RULES.protocol.cues}


def test_a_call_of_small_talk_has_no_type() -> None:
    told = understood(agent("Hola."), "Hola.", agent("Adiós."))
    assert (told.type.id, told.type.reason) == (None, "no_cues")


def test_a_call_without_words_says_so() -> None:
    told = understood()
    assert (told.type.reason, told.outcome.reason) == ("no_words", "no_words")
    assert {phase.reason for phase in told.phases} == {"no_words"}


def test_two_answers_too_near_are_none_with_the_likeliest_named() -> None:
    strict = Rules(RULES.protocol, Limits(answer_probability_margin_min=0.999))
    found = judge(call_of(*COMPLAINT), strict).understanding
    assert found is not None
    assert (found.type.id, found.type.reason, found.type.runner_up) == (None, "ambiguous", "complaint")


def test_the_parts_of_a_call_follow_each_other() -> None:
    opening, development, close = understood(*COMPLAINT).phases
    assert (opening.id, development.id, close.id) == ("opening", "development", "close")
    assert opening.end_s == development.start_s
    assert development.end_s == close.start_s


def test_a_call_cut_off_has_no_close() -> None:
    *_, close = understood(*COMPLAINT[:4]).phases
    assert (close.start_s, close.reason) == (None, "not_found")


def test_the_moments_of_truth_are_told_in_order() -> None:
    hold = make_silence(20.0, 26.0, "music")
    moments = understood(*COMPLAINT, silences=(hold,)).moments
    assert [moment.start_s for moment in moments] == sorted(moment.start_s for moment in moments)
    assert {"answer", "complaint", "complaint_reply", "hold", "promise", "close"} <= {one.id for one in moments}


def test_the_first_reply_to_a_complaint_is_the_agents_next_turn() -> None:
    [reply] = [moment for moment in understood(*COMPLAINT).moments if moment.id == "complaint_reply"]
    assert reply.quote == "Le pido disculpas por el error. Lo estoy mirando ahora mismo."


def test_a_refusal_is_a_moment() -> None:
    moments = understood(GREETING, "Quiero el reembolso.", agent("Eso no se puede hacer."), "¿Por qué no?").moments
    assert [moment.quote for moment in moments if moment.id == "refusal"] == ["Eso no se puede hacer."]


def test_what_is_understood_comes_back_from_its_document() -> None:
    call = call_of(*COMPLAINT)
    verdict = judge(call, RULES)
    written = document(call, verdict)
    again = verdict_from(written)
    assert again is not None
    assert document(call, again) == written


def test_a_document_of_before_has_no_understanding() -> None:
    call = call_of(*COMPLAINT)
    older = document(call, judge(call, RULES))
    del older["understanding"], older["customer"]
    verdict = verdict_from(older)
    assert verdict is not None
    assert (verdict.understanding, verdict.customer) == (None, None)


@pytest.mark.parametrize("lines", [INFORMATION, COMPLAINT])
def test_a_call_is_understood_the_same_however_often(lines: tuple[str, ...]) -> None:
    assert verdict_of(*lines) == verdict_of(*lines)
