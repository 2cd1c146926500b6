"""Who is addressed as tú or vos, and what only looks like it."""

from __future__ import annotations

import pytest

from models.rules import Rules
from monitor.protocol.call import call_of
from monitor.protocol.violations import violations
from tests.monitor.protocol.spoken import AGENT, BUSINESS, CUSTOMER, SHIPPED, call_with, turns_of


def found(text: str, kind: str, *others: str) -> list[str]:
    """Quotes of one kind of violation where the agent says `text` in a call without any."""
    turns = turns_of([(AGENT, text), *((AGENT, other) for other in others), *BUSINESS])
    broken = violations(call_of(call_with(turns), Rules(SHIPPED)))
    return [violation.quote for violation in broken if violation.id == kind]


@pytest.mark.parametrize(
    "text",
    [
        "Te llamo mañana.",
        "Ya miré tu factura.",
        "Eso lo decides tú.",
        "¿Y vos qué plan preferís?",
        "Queremos hablar contigo.",
        "Mandaste la foto borrosa.",
        "Dame el número.",
        "Esperame un minuto.",
        "Cuéntame el problema.",
        "Necesito avisarte antes.",
        "Arreglate con ellos.",
        "No me discutas, que tienes la cuenta bloqueada.",
    ],
)
def test_second_persons_and_their_pronouns_are_informal(text: str) -> None:
    assert found(text, "informal_address")


@pytest.mark.parametrize(
    "text",
    [
        "Espéreme un minuto, por favor.",
        "Dígame su número de cliente.",
        "Existe un contraste que insiste aparte.",
        "La o ene te no levanta.",
        "El botón pone: actívalo tú mismo.",
        "Usted llame a Tu Salud Seguros.",
        "Las cuentas y las llamas de las facturas.",
        "Su consulta es parte del debate.",
        "Los días y las categorías.",
    ],
)
def test_usted_nouns_letters_names_and_quotes_are_not_informal(text: str) -> None:
    assert found(text, "informal_address") == []


def test_one_final_letter_alone_is_a_slip_of_the_recogniser() -> None:
    assert found("¿Alguna cosa que quieras saber?", "informal_address") == []
    assert found("¿Alguna cosa que quieras saber?", "informal_address", "Te lo mando hoy.")


def test_the_customers_own_words_do_not_count() -> None:
    turns = turns_of([(CUSTOMER, "Y tú me dijiste que te llamara."), *BUSINESS])
    broken = violations(call_of(call_with(turns), Rules(SHIPPED)))
    assert [violation for violation in broken if violation.id == "informal_address"] == []


@pytest.mark.parametrize(
    "text",
    [
        "Es cuatro, cinco, uno, ocho, nueve, cero, dos, dos, siete, siete, uno, tres, seis, cuatro, cinco, cero.",
        "Es la 4518 9022 7713 6450.",
        "Es cuarenta y cinco, dieciocho, noventa, veintidós, setenta y siete, trece, sesenta y cuatro, cincuenta.",
    ],
)
def test_a_whole_card_number_read_out_discloses(text: str) -> None:
    assert len(found(text, "discloses_confidential")) == 1


@pytest.mark.parametrize(
    "text",
    ["El teléfono es seis, uno, dos, tres, cuatro, cinco, seis, siete, ocho.", "Termina en seis, cuatro, cinco, cero."],
)
def test_phones_and_last_figures_disclose_nothing(text: str) -> None:
    assert found(text, "discloses_confidential") == []
