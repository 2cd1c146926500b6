from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.understanding import Promise
from monitor.measures.numerals import number_words
from monitor.protocol.text import tokens_of
from monitor.understanding.times import calendar_of, meaning
from tests.builders import make_facts, make_recording, make_turn
from tests.monitor.protocol.spoken import AGENT, SHIPPED
from tests.monitor.understanding.calls import agent, understood

SUNDAY = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
KNOWN = calendar_of(SHIPPED)


def promised(*lines: str | tuple[object, str]) -> tuple[Promise, ...]:
    recording = make_recording(facts=make_facts(started_at=SUNDAY))
    return understood(agent("Buenos días."), *lines, recording=replace(recording, duration_s=300.0)).promises  # type: ignore[arg-type]  # lines are text or (party, text)


def day(kind: str, text: str) -> date | None:
    return meaning(kind, tokens_of([(0, make_turn(AGENT, 0.0, text))]), KNOWN, SUNDAY).date


@pytest.mark.parametrize(
    ("said", "text", "due"),
    [
        ("Se lo entregamos el jueves en su casa.", "el jueves", "2026-11-26"),
        ("Mañana le llamo para confirmarlo.", "Mañana", "2026-11-23"),
        ("Pasado mañana le llega a su casa.", "Pasado mañana", "2026-11-24"),
        ("Le llega en cuatro días hábiles.", "en cuatro días hábiles", "2026-11-26"),
        ("Le abonamos el importe en 48 horas.", "en 48 horas", "2026-11-24"),
        ("La factura le llega el quince de diciembre.", "el quince de diciembre", "2026-12-15"),
    ],
)
def test_a_promise_has_its_time_as_said_and_as_a_date(said: str, text: str, due: str) -> None:
    [promise] = promised("Hola.", agent(said))
    assert (promise.owed_by, promise.quote, promise.due_text, promise.due_date) == ("company", said, text, due)


def test_an_hour_with_its_half_of_the_day_is_an_hour_and_one_without_is_words() -> None:
    [sure] = promised("Hola.", agent("Le llamo hoy antes de las ocho de la noche."))
    [unsure] = promised("Hola.", agent("Le llamo hoy antes de las ocho."))
    assert (sure.due_time, unsure.due_time) == ("20:00", None)


def test_what_the_customer_will_do_is_owed_by_the_customer() -> None:
    [promise] = promised(agent("Necesitamos el recibo."), "Lo mando mañana por la mañana.")
    assert (promise.owed_by, promise.due_date) == ("customer", "2026-11-23")


@pytest.mark.parametrize(
    "said",
    [
        "Creo que le llega el jueves, no le prometo.",
        "¿Le viene bien el jueves?",
        "O sea, que usted pagó el jueves.",
        "Le mando el formulario.",
        "Gracias por la paciencia que tuvo hoy.",
    ],
)
def test_doubts_questions_and_what_has_no_time_are_no_promises(said: str) -> None:
    assert promised("Hola.", agent(said)) == ()


def test_without_the_start_of_the_recording_a_time_stays_words() -> None:
    recording = make_recording(facts=make_facts(started_at=None))
    told = understood(agent("Buenos días."), "Hola.", agent("Le llega el jueves."), recording=recording)
    assert [(one.due_text, one.due_date) for one in told.promises] == [("el jueves", None)]


@given(st.integers(min_value=1, max_value=99))
def test_a_term_of_any_number_of_days_ends_so_many_days_later(days: int) -> None:
    spoken = " ".join(number_words(days, "es"))
    assert day("within", f"en {spoken} días") == SUNDAY.date() + timedelta(days=days)


@given(st.sampled_from(["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"]))
def test_a_weekday_is_one_of_the_next_seven_days(weekday: str) -> None:
    found = day("weekday", f"el {weekday}")
    assert found is not None
    assert SUNDAY.date() < found <= SUNDAY.date() + timedelta(days=7)


@given(st.integers(min_value=1, max_value=60))
def test_working_days_end_on_one(days: int) -> None:
    found = day("within", f"en {days} días hábiles")
    assert found is not None
    assert found.weekday() < 5


@pytest.mark.parametrize(
    ("text", "found"), [("el treinta y uno de febrero", None), ("el dos de enero", date(2027, 1, 2))]
)
def test_a_date_that_is_none_is_none(text: str, found: date | None) -> None:
    assert day("date", text) == found
