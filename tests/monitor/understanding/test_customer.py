from __future__ import annotations

import pytest

from models.rules import Limits, Rules
from monitor.judge import judge
from monitor.understanding.facts import raised_levels
from tests.builders import make_mixed_analysis, make_overlap
from tests.monitor.protocol.spoken import AGENT, CUSTOMER, rules_with
from tests.monitor.understanding.calls import RULES, agent, call_of, facts, side_of, with_levels

LONG = "Pues le cuento que la factura de este mes vino distinta."


@pytest.mark.parametrize(
    ("fact_id", "said"),
    [
        ("dissatisfaction", "Esto es una vergüenza, de verdad."),
        ("leave_threat", "Me cambio de compañía mañana mismo."),
        ("complaint_threat", "Voy a poner una denuncia en consumo."),
        ("rude_words", "Es usted un maleducado."),
        ("demand", "Páseme con su supervisor ahora mismo."),
        ("hesitation", "Disculpe la molestia, no sé si llamo al sitio correcto."),
        ("detail_question", "¿El martes o el miércoles, y a qué hora exactamente?"),
    ],
)
def test_what_a_customer_says_is_a_fact_with_its_words_and_place(fact_id: str, said: str) -> None:
    [fact] = facts(side_of(agent("Buenos días, dígame."), said, agent("Entiendo.")), fact_id)
    assert fact.quote == said
    assert fact.start_s < fact.end_s


@pytest.mark.parametrize("said", ["Esto es una vergüenza.", "Me cambio de compañía.", "Es usted un maleducado."])
def test_what_the_agent_says_is_no_fact_of_the_customer(said: str) -> None:
    assert side_of("Hola, buenas tardes.", agent(said)).facts == ()


def test_a_demand_said_again_in_other_words_is_told_with_the_first() -> None:
    side = side_of(
        "Quería que me devolvieran el dinero del billete.",
        agent("Un momento, que lo reviso."),
        "Le digo que quiero que me devuelvan el dinero.",
    )
    [fact] = facts(side, "repeated_demand")
    assert fact.before_s == pytest.approx(1.0)
    assert fact.quote == "Le digo que quiero que me devuelvan el dinero."


def test_two_different_demands_are_no_repetition() -> None:
    side = side_of(
        "Quería que me devolvieran el dinero del billete.",
        agent("Hecho. ¿Algo más?"),
        "Quiero cambiar la dirección postal.",
    )
    assert facts(side, "repeated_demand") == []


def test_a_demand_made_twice_in_one_turn_is_made_once() -> None:
    side = side_of("Quiero que me devuelvan el dinero. Necesito que me devuelvan el dinero.", agent("Muy bien."))
    assert facts(side, "repeated_demand") == []


def test_the_customers_interruptions_are_told_and_the_agents_are_not() -> None:
    overlaps = (make_overlap(by=CUSTOMER, start_s=4.0, end_s=4.8), make_overlap(by=AGENT, start_s=9.0, end_s=9.9))
    [fact] = facts(side_of(agent("Buenos días."), "Hola, buenas.", overlaps=overlaps), "interruption")
    assert (fact.start_s, fact.measured, fact.unit) == (4.0, pytest.approx(0.8), "s")


def test_a_backchannel_is_no_interruption() -> None:
    overlap = make_overlap("backchannel", by=CUSTOMER)
    assert side_of(agent("Buenos días."), "Hola, buenas.", overlaps=(overlap,)).facts == ()


def test_a_turn_louder_than_the_customers_own_median_is_raised() -> None:
    call = with_levels(call_of(LONG, agent("Sí."), LONG, agent("Ya."), LONG, agent("Ya."), LONG), -30, -31, -20, -30)
    raised, reason = raised_levels(call, Limits())
    assert reason is None
    assert [(fact.measured, fact.limit, fact.unit) for fact in raised] == [(10.0, 6.0, "db")]
    assert raised[0].start_s == call.turns[4].start_s


def test_a_loud_voice_is_not_raised_by_itself() -> None:
    call = with_levels(call_of(LONG, agent("Sí."), LONG, agent("Ya."), LONG, agent("Ya."), LONG), -12, -12, -13, -12)
    assert raised_levels(call, Limits()) == ([], None)


def test_of_three_turns_no_level_is_told() -> None:
    call = with_levels(call_of(LONG, agent("Sí."), LONG, agent("Ya."), LONG), -30, -20, -30)
    assert raised_levels(call, Limits()) == ([], "too_little_speech")


def test_on_a_mixed_channel_the_reasons_say_what_is_not_known() -> None:
    side = judge(make_mixed_analysis(), RULES).customer
    assert side is not None
    assert side.reasons == {"interruption": "mixed_channel", "raised_level": "mixed_channel"}


def test_behaviour_is_counted_with_its_places() -> None:
    side = side_of(
        agent("Buenos días."), "Páseme con su jefe ya mismo.", agent("No está."), "Quiero hablar con su supervisor."
    )
    counted = {item.id: item for item in side.behaviour}
    assert (counted["demands"].measured, counted["demands"].unit) == (2.0, "times")
    assert [place.start_s for place in counted["demands"].places] == [fact.start_s for fact in facts(side, "demand")]


def test_how_much_the_customer_spoke_is_a_share_and_a_longest_turn() -> None:
    side = side_of(agent("uno dos tres cuatro"), "uno dos tres cuatro cinco seis siete ocho nueve diez once doce")
    counted = {item.id: item for item in side.behaviour}
    assert counted["talk_share"].measured == pytest.approx(75.0)
    assert counted["longest_turn"].measured == pytest.approx(12 * 0.38)


def test_nothing_said_is_nothing_counted() -> None:
    assert side_of(agent("¿Hola?")).behaviour == ()


def test_a_protocol_without_words_for_it_says_nothing_of_the_customer() -> None:
    verdict = judge(
        call_of(LONG),
        rules_with(
            '[[steps]]\nid = "one"\nphase = "any"\nweight = 1\nsaid = ["hola"]\n'
            'error_class = "customer_critical"\nseverity = "info"\n'
        ),
    )
    assert (verdict.understanding, verdict.customer) == (None, None)


def test_no_fact_and_no_behaviour_names_a_person_or_a_feeling() -> None:
    labels = {"aggressive", "demanding", "timid", "shy", "talkative", "meticulous", "angry", "nervous"}
    protocol = RULES.protocol
    ids = {saying.id for saying in protocol.customer} | {saying.behaviour for saying in protocol.customer}
    assert not ids & labels


def test_rules_of_today_judge_a_call_the_same_twice() -> None:
    call = call_of("Esto es una vergüenza, páseme con su jefe.", agent("No se puede."))
    assert judge(call, RULES) == judge(call, Rules(RULES.protocol))
