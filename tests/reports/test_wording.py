from __future__ import annotations

import pytest

from reports.catalogue import Catalogue
from reports.findings import Finding
from reports.gauges import Gauge
from reports.transcript import Entry
from reports.wording import Wording


@pytest.fixture
def wording() -> Wording:
    return Wording(Catalogue("es", strict=True))


def test_a_flag_is_told_by_its_own_name(wording: Wording) -> None:
    assert wording.title(Finding("flag", "late_answer", "warning")) == "Respuesta tardía"


def test_the_flag_of_a_missing_step_says_that_it_is_missing(wording: Wording) -> None:
    assert wording.title(Finding("flag", "greeting", "warning")) == "Falta: Saludo"


@pytest.mark.parametrize(
    ("state", "title"), [("met", "Saludo"), ("not_met", "Falta: Saludo"), ("info", "Falta: Saludo")]
)
def test_a_step_is_told_as_missing_only_where_it_is(wording: Wording, state: str, title: str) -> None:
    assert wording.title(Finding("step", "greeting", state)) == title


def test_a_step_of_a_centre_of_its_own_is_told_in_words(wording: Wording) -> None:
    assert wording.title(Finding("step", "verify_policy", "met")) == "Verify policy"
    assert wording.item("verify_policy") == "Verify policy"


def test_a_score_item_is_told_as_what_wins_points(wording: Wording) -> None:
    assert wording.item("dead_air") == "Silencios anunciados"
    assert wording.flag("dead_air") == "Silencio sin anunciar"


@pytest.mark.parametrize(
    ("state", "text"),
    [("critical", "Grave"), ("violation", "Aviso"), ("not_evaluable", "No evaluable"), ("met", "Cumplido")],
)
def test_the_state_of_a_finding_has_its_word(wording: Wording, state: str, text: str) -> None:
    assert wording.state(Finding("flag", "any", state)) == text


def test_figures_have_their_units(wording: Wording) -> None:
    finding = Finding("flag", "late_answer", "warning", measured=12.34, limit=10.5, unit="s")
    assert (wording.measured(finding), wording.limit(finding)) == ("12,3\u00a0s", "10,5\u00a0s")


def test_a_finding_without_figures_has_none(wording: Wording) -> None:
    assert wording.measured(Finding("flag", "greeting", "warning")) is None


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (None, 10.5, "máx. 10,5\u00a0s"),
        (4.0, None, "mín. 4,0\u00a0s"),
        (4.6, 7.0, "de 4,6 a 7,0\u00a0s"),
        (None, None, None),
    ],
)
def test_limits_are_told_by_which_ends_they_have(
    wording: Wording, low: float | None, high: float | None, text: str | None
) -> None:
    assert wording.limits(Gauge("any", 5.0, "s", low=low, high=high)) == text


def test_the_reason_of_a_missing_leg_tells_what_was_wrong_with_it(wording: Wording) -> None:
    assert (
        wording.reason("leg_empty") == "El archivo de una de las dos personas no sirve: El archivo no contiene sonido."
    )
    assert wording.reason(None) == ""


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        (Entry("ring", 0.4, 6.4, rings=1), "Un tono de llamada"),
        (Entry("ring", 0.4, 6.4, rings=3), "3 tonos de llamada"),
        (Entry("silence", 30.0, 36.2), "Silencio de 6,2\u00a0s"),
        (Entry("music", 30.0, 130.0), "Música de espera, 1:40"),
        (Entry("interruption", 20.0, 20.8, party="agent"), "Agente interrumpe durante 0,8\u00a0s"),
        (
            Entry("interruption", 20.0, 20.8, party="customer", yielded=True),
            "Cliente interrumpe durante 0,8\u00a0s; la otra persona se calla",
        ),
        (Entry("attempt", 20.0, 20.8, party="agent"), "Agente intenta tomar la palabra y cede"),
    ],
)
def test_what_happens_between_turns_is_told_in_words(wording: Wording, entry: Entry, text: str) -> None:
    assert wording.event(entry) == text


@pytest.mark.parametrize(("value", "text"), [(10.0, "10"), (7.5, "7,5"), (3.333, "3,33"), (-2.0, "−2")])
def test_points_have_no_more_decimals_than_they_need(wording: Wording, value: float, text: str) -> None:
    assert wording.plain(value) == text


def test_praise_for_a_measure_tells_the_figure(wording: Wording) -> None:
    finding = Finding("measure", "articulation_rate_sps", "met", measured=5.8, unit="sps")
    assert wording.praise(finding) == "Habló a un ritmo fácil de seguir: 5,8\u00a0sílabas/s."


def test_what_has_no_advice_of_its_own_gets_none(wording: Wording) -> None:
    assert wording.advice(Finding("step", "verify_policy", "not_met")) is None
    assert wording.praise(Finding("step", "verify_policy", "met")) == "Verify policy"
