from __future__ import annotations

from dataclasses import replace

import pytest

from models.analysis import Silence
from models.rules import Centre, Rules
from models.verdict import StepResult, StepVerdict
from monitor.protocol.call import call_of
from monitor.protocol.engine import announced, sounds_swapped, step_results
from monitor.protocol.violations import violations
from tests.builders import make_answer, make_recording
from tests.monitor.protocol.spoken import (
    AGENT,
    BUSINESS,
    CUSTOMER,
    SHIPPED,
    STEP,
    call_with,
    close_of,
    judged,
    opening_of,
    rules_with,
    turns_of,
)

RULES = Rules(SHIPPED)
MET, NOT_MET, NOT_EVALUABLE = StepVerdict.MET, StepVerdict.NOT_MET, StepVerdict.NOT_EVALUABLE


def met(results: dict[str, StepResult]) -> set[str]:
    return {step for step, result in results.items() if result.verdict is MET}


def test_a_whole_opening_is_found_with_its_words_and_their_place() -> None:
    results = judged(opening_of("Buenos días, le atiende Marta Ruiz de Seguros Iberia. ¿En qué puedo ayudarle?"))
    assert met(results) == {"greeting", "company_identification", "agent_identification", "offer_of_help"}
    quotes = {step: results[step].evidence[0].quote for step in met(results)}
    assert quotes == {
        "greeting": "Buenos días",
        "company_identification": "le atiende Marta Ruiz de Seguros Iberia",
        "agent_identification": "le atiende Marta Ruiz",
        "offer_of_help": "En qué puedo ayudarle",
    }
    greeting = results["greeting"].evidence[0]
    assert (greeting.start_s, greeting.end_s) == pytest.approx((1.0, 1.0 + 2 * 0.38))
    assert greeting.confidence == pytest.approx(0.9)  # all words as expected, each heard with 0.9


def test_the_customers_formulas_never_count() -> None:
    said = "Buenos días, le atiende Marta de Seguros Iberia, ¿en qué puedo ayudarle? Eso me dijeron ayer."
    assert met(judged(opening_of("Un momento.", (CUSTOMER, said)))) == set()
    assert (
        met(judged(close_of("Ya está.", (CUSTOMER, "Gracias por llamar, que tenga buen día, hasta luego.")))) == set()
    )


@pytest.mark.parametrize(
    "line",
    [
        "Hola Móvil, le habla Ramiro Paz.",
        "Ola móvil le habla a Ramiro Paz.",
        "Gracias por llamar a Gas Norte.",
        "Señor Buendía, dígame su nombre.",
        "Señor buen día, dígame su nombre.",
    ],
)
def test_what_only_looks_like_a_greeting_is_none(line: str) -> None:
    assert "greeting" not in met(judged(opening_of(line)))


def test_a_greeting_within_a_configured_company_is_none() -> None:
    line = "Buenas Tardes Café, le habla Ana."
    assert "greeting" in met(judged(opening_of(line)))
    assert "greeting" not in met(judged(opening_of(line), Centre(company_names=("Buenas Tardes Café",))))


@pytest.mark.parametrize(
    ("line", "steps"),
    [
        ("Seguro Siberia, le atiende mata.", {"company_identification", "agent_identification"}),
        ("Medicina austral gaston habla.", {"company_identification", "agent_identification"}),
        ("Sector comercial de fibra pampa, mi cae la duate.", {"company_identification", "agent_identification"}),
        (
            "Buenas tardes, soporte técnico de Nube Clara, a sus órdenes.",
            {"greeting", "company_identification", "offer_of_help"},
        ),
        ("Hola, ¿con quién hablo? ¿Hablo con Marta?", {"greeting", "customer_name_asked"}),
        ("Usted dirá.", {"offer_of_help"}),
        ("Dígame su número de póliza.", set()),
        ("No le escucho bien.", set()),
    ],
)
def test_openings_are_understood_through_mishearing_and_without_known_names(line: str, steps: set[str]) -> None:
    assert met(judged(opening_of(line))) == steps


@pytest.mark.parametrize(
    ("line", "steps"),
    [
        ("¿Alguna otra duda que tenga?", {"further_help_offered"}),
        ("¿Le ha quedado algo por preguntar?", {"further_help_offered"}),
        ("Tarda algo más de diez días.", set()),
        ("¿Me da algún otro dato?", set()),
        ("A usted por avisarnos.", {"thanks"}),
        ("Gracias.", {"thanks"}),
        ("Gracias a Dios no hubo heridos.", set()),
        ("Gracias por la espera.", {"hold_thanks"}),
        ("El supervisor que tenga libre le llama.", set()),
        ("Se abona en la tarjeta que tenga registrada.", set()),
        ("Que tenga un lindo día.", {"farewell"}),
        ("Que Dios lo bendiga y feliz tarde.", {"farewell"}),
        ("No estará listo hasta el viernes.", set()),
    ],
)
def test_closes_are_understood_and_near_misses_are_not_them(line: str, steps: set[str]) -> None:
    assert met(judged(close_of(line))) == steps


def test_steps_said_too_late_do_not_count() -> None:
    late = "Por cierto, le atiende Marta de Seguros Iberia, ¿en qué puedo ayudarle?"
    assert met(
        judged(call_with(turns_of([(AGENT, "Buenos días, un segundo."), *BUSINESS, (AGENT, late), *BUSINESS])))
    ) == {"greeting"}


def test_thanks_at_the_opening_are_not_thanks_at_the_close() -> None:
    assert "thanks" not in met(judged(opening_of("Gracias por llamar a Gas Norte.")))


def test_thanks_that_end_a_hold_are_not_those_of_the_close() -> None:
    turns = turns_of(
        [(AGENT, "Buenos días."), *BUSINESS, (AGENT, "Gracias por su paciencia, ya lo tengo."), *BUSINESS[:5]]
    )
    hold = Silence(turns[8].start_s - 9.0, turns[8].start_s - 0.2, "music")
    assert "thanks" in met(judged(call_with(turns)))
    assert "thanks" not in met(judged(call_with(turns, silences=(hold,))))


def test_a_missing_step_shows_where_it_was_looked_for_and_the_nearest_thing_said() -> None:
    result = judged(close_of("Le puedo mirar otra factura."))["further_help_offered"]
    assert (result.verdict, result.reason) == (NOT_MET, "not_found")
    assert result.searched is not None
    assert result.searched.nearest == "Le puedo mirar otra factura"
    assert result.searched.start_s <= (result.searched.nearest_start_s or 0.0) <= result.searched.end_s


def test_words_heard_badly_are_no_evidence_and_no_proof_of_absence() -> None:
    lines = [(AGENT, "Buenos días, le atiende Marta."), *BUSINESS]
    results = judged(call_with(turns_of(lines, probability=0.2)))
    assert (results["greeting"].verdict, results["greeting"].reason) == (NOT_EVALUABLE, "low_confidence")


def test_without_words_nothing_is_evaluable() -> None:
    results = judged(call_with(()))
    assert {result.reason for step, result in results.items() if step != "answered_in_time"} == {"no_words"}


def test_a_recording_that_starts_in_mid_speech_may_lack_its_opening() -> None:
    turns = turns_of([(AGENT, "ayudarle."), *BUSINESS], start_s=0.05)
    assert judged(call_with(turns))["greeting"].reason == "recording_starts_late"
    rung = judged(call_with(turns, answer=make_answer()))["greeting"]
    assert (rung.verdict, rung.reason) == (NOT_MET, "not_found")


def test_a_recording_that_ends_in_mid_speech_may_lack_its_close() -> None:
    analysis = close_of("Y entonces le")
    cut = replace(analysis, recording=make_recording(duration_s=analysis.turns[-1].end_s + 0.05))
    assert judged(analysis)["farewell"].reason == "not_found"
    assert judged(cut)["farewell"].reason == "cut_recording"


def test_a_step_applies_only_where_its_condition_holds() -> None:
    rules = rules_with(
        f'[[steps]]\nid = "apology"\n{STEP.replace("opening", "any")}said = ["disculpe"]\ncondition = "complaint"\n'
        f'[[steps]]\nid = "hold_permission"\n{STEP.replace("opening", "development")}'
        'said = ["me espera"]\ncondition = "hold"\n'
        '[[conditions]]\nid = "complaint"\nparty = "customer"\nsaid = ["(queja|reclamo)"]\n'
        '[[conditions]]\nid = "hold"\nfact = "hold"\n'
    )
    calm = call_with(turns_of([(AGENT, "Hola, una queja."), (CUSTOMER, "Hola.")]))
    angry = call_with(
        turns_of(
            [
                (AGENT, "Hola, gas norte, dígame."),
                (CUSTOMER, "Tengo una queja de ustedes por la factura."),
                (AGENT, "Disculpe, ¿me espera?"),
            ]
        ),
        silences=(Silence(20.0, 27.0, "music"),),
    )
    absent = [(StepVerdict.NOT_APPLICABLE, "condition_absent")] * 2
    assert [(result.verdict, result.reason) for result in step_results(call_of(calm, rules))] == absent
    assert [result.verdict for result in step_results(call_of(angry, rules))] == [MET, MET]


def test_a_window_of_its_own_bounds_a_step() -> None:
    body = f'[[steps]]\nid = "greeting"\n{STEP}said = ["hola"]\nwindow_s = 3.0\n'
    lines = [(AGENT, "Gas Norte al habla."), (CUSTOMER, "¿Sí?"), (AGENT, "Ah, hola.")]
    [soon] = step_results(call_of(call_with(turns_of(lines)), rules_with(body)))
    [late] = step_results(
        call_of(
            call_with(turns_of([(AGENT, "Gas Norte al habla, un segundo por favor."), *lines[1:]])), rules_with(body)
        )
    )
    assert (soon.verdict, late.verdict) == (MET, NOT_MET)


def test_what_the_agent_must_not_say_is_found_with_its_place_unless_a_near_miss_explains_it() -> None:
    rules = rules_with(
        f'[[steps]]\nid = "greeting"\n{STEP}said = ["hola"]\n'
        '[[violations]]\nid = "blunt_refusal"\nerror_class = "customer_critical"\nseverity = "warning"\n'
        'said = ["no se puede"]\nnear_misses = ["no se puede imaginar"]\n'
    )
    call = call_with(
        turns_of([(AGENT, "No se puede imaginar."), (CUSTOMER, "No se puede."), (AGENT, "Eso no se puede.")])
    )
    [found] = violations(call_of(call, rules))
    assert (found.id, found.quote) == ("blunt_refusal", "no se puede")
    assert found.start_s > call.turns[2].start_s


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Deme un momento, por favor.", True),
        ("Espéreme ahí en la línea, ahorita regreso.", True),
        ("¿Le parece bien que le ponga un poquito de música?", True),
        ("El importe se cargó el martes.", False),
    ],
)
def test_a_silence_is_announced_by_what_was_said_just_before_it(line: str, expected: bool) -> None:
    turns = turns_of([(AGENT, line)])
    call = call_of(call_with(turns), RULES)
    silence = Silence(turns[0].end_s + 0.5, turns[0].end_s + 12.0, "silence")
    assert announced(call, silence) is expected
    assert not announced(call, Silence(turns[0].end_s + 9.0, turns[0].end_s + 20.0, "silence"))


def test_without_the_condition_nothing_announces_a_silence() -> None:
    rules = rules_with(f'[[steps]]\nid = "greeting"\n{STEP}said = ["hola"]\n')
    turns = turns_of([(AGENT, "Deme un momento, por favor.")])
    assert not announced(call_of(call_with(turns), rules), Silence(4.0, 15.0, "silence"))


def test_channels_sound_swapped_when_the_customer_serves() -> None:
    served = [
        (AGENT, "Gas Norte, le atiende Ana, ¿en qué puedo ayudarle?"),
        *BUSINESS,
        (AGENT, "¿Puedo ayudarle en algo más?"),
        (CUSTOMER, "No, gracias."),
    ]
    other = {AGENT: CUSTOMER, CUSTOMER: AGENT}
    right = call_of(call_with(turns_of(served)), RULES)
    swapped = call_of(call_with(turns_of([(other[party], text) for party, text in served])), RULES)
    assert not sounds_swapped(right)
    assert sounds_swapped(swapped)
