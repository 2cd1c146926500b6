from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from models.recording import Party
from models.rules import Rules
from models.transcript import Turn
from models.verdict import StepVerdict
from monitor.protocol.call import call_of
from tests.builders import make_recording
from tests.monitor.protocol.spoken import AGENT, BOTH, CUSTOMER, SHIPPED, call_with, judged, turns_of

LINES = (
    (AGENT, "Medicina Austral, Gastón habla. ¿En qué le puedo ayudar?"),
    (CUSTOMER, "Hola, buen día. Mire, me rechazaron la autorización y tengo el turno mañana."),
    (AGENT, "¿Me indica su número de afiliada, por favor?"),
    (CUSTOMER, "Sí, mire, yo lo tengo aquí en mi tarjeta, señorita."),
    (AGENT, "¿Le puedo ayudar en algo más, señora Marta?"),
    (CUSTOMER, "No, nada más. Muchas gracias, señorita."),
    (AGENT, "Gracias por llamar a Medicina Austral. Que tenga buen día."),
    (CUSTOMER, "Igualmente, señorita, hasta luego."),
)


def mixed(lines: tuple[tuple[Party, str], ...]) -> tuple[Turn, ...]:
    """The same words as one turn of one channel."""
    apart = turns_of(lines)
    words = tuple(word for turn in apart for word in turn.words)
    return (Turn(BOTH, apart[0].start_s, apart[-1].end_s, words),)


def test_who_says_what_is_told_from_what_they_say() -> None:
    call = call_of(call_with(mixed(LINES)), Rules(SHIPPED))
    assert [(turn.party, turn.text) for turn in call.turns] == list(LINES)


def test_steps_of_a_mixed_channel_are_found_marked_both_and_less_certain() -> None:
    analysis = replace(call_with(mixed(LINES)), recording=make_recording(duration_s=90.0, channels=(BOTH,)))
    results = judged(analysis)
    apart = judged(call_with(turns_of(LINES)))
    for step in ("company_identification", "agent_identification", "offer_of_help", "thanks", "farewell"):
        assert results[step].verdict is StepVerdict.MET
        assert results[step].evidence[0].party is BOTH
        assert results[step].evidence[0].confidence < apart[step].evidence[0].confidence


def test_the_customers_greeting_is_not_taken_for_the_agents() -> None:
    assert judged(call_with(mixed(LINES)))["greeting"].verdict is StepVerdict.NOT_MET


@settings(deadline=None)
@given(st.lists(st.sampled_from([text for _, text in LINES]), min_size=1, max_size=12))
def test_no_word_is_lost_or_moved_whatever_is_said(texts: list[str]) -> None:
    turns = mixed(tuple((AGENT, text) for text in texts))
    call = call_of(call_with(turns), Rules(SHIPPED))
    assert [word for turn in call.turns for word in turn.words] == list(turns[0].words)
    assert all(before.party is not after.party for before, after in zip(call.turns, call.turns[1:], strict=False))
