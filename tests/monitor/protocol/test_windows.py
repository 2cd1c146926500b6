from __future__ import annotations

from models.analysis import Silence
from models.protocol import Phase
from models.recording import Party
from models.rules import Limits
from monitor.protocol.windows import Windows, windows
from tests.monitor.protocol.spoken import AGENT, BUSINESS, CUSTOMER, turns_of

SMALL_TALK = frozenset({"ola", "buenos", "dias", "si"})


def parts(*lines: tuple[Party, str], silences: tuple[Silence, ...] = (), limits: Limits = Limits()) -> Windows:  # noqa: B008 - frozen
    return windows(turns_of(lines), AGENT, silences, limits, SMALL_TALK)


def indices(window: tuple[tuple[int, object], ...]) -> list[int]:
    return [index for index, _ in window]


def test_the_opening_ends_where_the_customer_says_what_they_want() -> None:
    found = parts(
        (AGENT, "Gas Norte, buenos días."), (CUSTOMER, "Sí, hola, buenos días."), (AGENT, "Soy Ana."), *BUSINESS
    )
    assert indices(found.opening) == [0, 2]


def test_an_agent_who_only_picked_up_may_open_in_the_next_turn() -> None:
    demand = (CUSTOMER, "Mire, le llamaba por un recibo que no entiendo bien.")
    assert indices(
        parts((AGENT, "¿Sí, dígame?"), demand, (AGENT, "Le atiende Ana de Gas Norte."), *BUSINESS).opening
    ) == [0, 2]
    assert indices(parts((AGENT, "Gas Norte, le atiende Ana."), demand, (AGENT, "A ver."), *BUSINESS).opening) == [0]


def test_the_opening_is_bounded_by_its_limit() -> None:
    lines = [(AGENT, "Bienvenido a Gas Norte."), (CUSTOMER, "Hola."), (AGENT, "Le atiende Ana.")]
    assert indices(parts(*lines, limits=Limits(opening_s=2.0)).opening) == [0]


def test_the_close_is_the_last_turns_within_its_limit_and_never_the_opening() -> None:
    found = parts((AGENT, "Gas Norte, le atiende Ana."), *BUSINESS, (AGENT, "Adiós."), limits=Limits(close_s=10.0))
    assert 0 not in indices(found.close)
    assert indices(found.close)[-1] == 8
    assert indices(parts((AGENT, "Gas Norte, le atiende Ana.")).close) == []


def test_listening_words_do_not_end_a_turn_of_the_other() -> None:
    found = parts(
        (AGENT, "Gas Norte."), *BUSINESS, (AGENT, "Queda anotado."), (CUSTOMER, "ajá"), (AGENT, "Hasta luego.")
    )
    assert indices(found.last) == [8, 10]


def test_the_turn_that_ends_a_hold_is_marked() -> None:
    turns = (*turns_of([(AGENT, "Un momento.")]), *turns_of([(AGENT, "Gracias por esperar.")], start_s=20.0))
    hold = Silence(turns[1].start_s - 9.0, turns[1].start_s - 0.5, "music")
    assert windows(turns, AGENT, (hold,), Limits(), SMALL_TALK).after_hold == {1}
    short = Silence(turns[1].start_s - 4.0, turns[1].start_s - 0.5, "silence")
    assert windows(turns, AGENT, (short,), Limits(), SMALL_TALK).after_hold == frozenset()


def test_development_is_what_comes_after_the_opening() -> None:
    found = parts((AGENT, "Gas Norte, le atiende Ana."), *BUSINESS)
    assert indices(found.of(Phase.ANY)) == [0, 2, 4, 6]
    assert indices(found.of(Phase.DEVELOPMENT)) == [2, 4, 6]


def test_a_party_without_words_has_no_parts() -> None:
    found = parts((CUSTOMER, "¿Hola?"))
    assert (found.everywhere, found.opening, found.close, found.last) == ((), (), (), ())
