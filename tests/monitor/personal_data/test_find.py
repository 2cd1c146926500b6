from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.recording import Party
from models.transcript import Turn, Word
from monitor.measures.numerals import number_words
from monitor.personal_data.context import _BY_SOUND
from monitor.personal_data.find import find
from monitor.personal_data.finding import Found, Kind, Proof
from monitor.personal_data.letters import _NAMES
from monitor.protocol.text import plain, sound
from tests.builders import AGENT, BOTH, CUSTOMER, make_turn


def call(*said: tuple[Party, str]) -> tuple[Turn, ...]:
    turns: list[Turn] = []
    for party, text in said:
        turns.append(make_turn(party, turns[-1].end_s + 0.5 if turns else 0.0, text))
    return tuple(turns)


def shown(turns: tuple[Turn, ...], found: Found) -> list[str]:
    return [" ".join(word.text for word in turns[at.turn].words[at.first : at.last + 1]) for at in found.places]


def kinds(*said: tuple[Party, str]) -> list[str]:
    return [found.kind.value for found in find(call(*said))]


def test_a_number_dictated_in_pieces_is_one_datum_and_each_read_back_is_hidden_too() -> None:
    turns = call(
        (AGENT, "Dígame su móvil."),
        (CUSTOMER, "Seis uno dos"),
        (AGENT, "Sí, seis uno dos."),
        (CUSTOMER, "tres cuatro cinco"),
        (AGENT, "Ajá, tres cuatro cinco."),
        (CUSTOMER, "seis siete ocho."),
        (AGENT, "Perfecto. El pedido es el 8042217."),
    )
    dictated, *echoes = find(turns)
    assert shown(turns, dictated) == ["Seis uno dos", "tres cuatro cinco", "seis siete ocho."]
    assert [(one.proof, one.party, shown(turns, one)) for one in echoes] == [
        (Proof.ECHO, AGENT, ["seis uno dos."]),
        (Proof.ECHO, AGENT, ["tres cuatro cinco."]),
    ]


def test_a_number_that_one_party_begins_and_the_other_ends_is_found() -> None:
    assert kinds((AGENT, "¿Empieza la tarjeta por 4539 5787?"), (CUSTOMER, "Sí, y sigue 6362 1486.")) == ["card"]


def test_a_round_amount_and_the_days_behind_it_are_no_telephone() -> None:
    agent = (AGENT, "En este instante estoy ordenando el reverso de los 840 mil.")
    assert kinds(agent, (AGENT, "Y quince más.")) == []
    assert kinds((CUSTOMER, "Me sacaron dos millones, no cuarenta y ocho doce treinta y tres.")) == []


def test_on_one_mixed_channel_numbers_are_found_as_well() -> None:
    assert kinds((BOTH, "¿Su teléfono?"), (BOTH, "Seis uno dos tres cuatro cinco seis siete ocho.")) == ["phone"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("El teléfono del contrato es el 612 345 678.", "phone"),
        ("El DNI del titular de la póliza es 12345678Z.", "dni"),
        ("El número de póliza del titular de la tarjeta es 612 345 678.", None),
        ("La tarjeta termina en 6450.", None),
        ("El pedido es el 4539 5787 6362 1486.", None),
        ("Son 612 345 678 pesos.", None),
        ("Escríbanos a atencion@iberia.es.", None),
        ("Llame al 900 123 456.", None),
    ],
)
def test_the_word_that_a_number_is_called_by_decides(text: str, kind: str | None) -> None:
    assert kinds((AGENT, text)) == ([kind] if kind else [])


def test_a_check_digit_needs_no_name() -> None:
    (found,) = find(call((CUSTOMER, "Sí, apunte: ES91 2100 0418 4502 0005 1332.")))
    assert (found.kind, found.proof) == (Kind.IBAN, Proof.CHECK_DIGIT)


def test_no_name_of_a_number_sounds_like_a_number_or_a_letter() -> None:
    numerals = {sound(plain(word)) for number in range(1000) for word in number_words(number, "es")}
    assert not numerals & _BY_SOUND.keys()
    assert not {word for word in numerals if word.endswith("s") and len(word) > 4 and word[:-1] in _BY_SOUND}
    assert not {sound(name) for name in _NAMES} & _BY_SOUND.keys()


said = st.text(st.sampled_from("0123456789 @.-/,+abcdeñáz ") | st.characters(), max_size=30)
spoken = st.sampled_from([
    "cuatro", "cinco", "doble", "cero", "arroba", "punto", "com", "guion", "bajo", "tarjeta", "dni", "mil",
    "y", "de", "gmail", "4518", "ES91", "X", "Z", "letra", "rfc", "es",
])  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from([AGENT, CUSTOMER, BOTH]), st.lists(spoken | said, max_size=25)), max_size=6))
def test_whatever_was_recognised_no_word_belongs_to_two_and_every_place_is_there(
    lines: list[tuple[Party, list[str]]],
) -> None:
    turns = tuple(
        Turn(
            party,
            10.0 * at,
            10.0 * at + 9,
            tuple(Word(text, 10.0 * at + i * 0.1, 10.0 * at + i * 0.1, 0.5) for i, text in enumerate(words)),
        )
        for at, (party, words) in enumerate(lines)
    )
    seen: set[tuple[int, int]] = set()
    for found in find(turns):
        assert len(found.places) == len(found.spans) > 0
        assert 0 < found.confidence <= 1
        for place in found.places:
            assert 0 <= place.first <= place.last < len(turns[place.turn].words)
            words = {(place.turn, word) for word in range(place.first, place.last + 1)}
            assert not words & seen
            seen |= words


def test_a_word_without_end_is_looked_at_only_so_far() -> None:
    words = tuple(
        Word(text, 0.0, 1.0, 0.5) for text in ("1" * 10**6, "1," * 10**5, "tarjeta", "@." * 10**5, "a" * 10**6)
    )
    assert len(find([Turn(AGENT, 0.0, 1.0, words)])) <= len(words)
