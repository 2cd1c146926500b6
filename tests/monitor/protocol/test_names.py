from __future__ import annotations

import pytest

from models.recording import Party
from models.rules import Centre
from models.transcript import Turn
from monitor.protocol.names import Names, names_of
from monitor.protocol.text import quote, tokens_of
from tests.builders import make_words
from tests.monitor.protocol.spoken import SHIPPED


def longest(names: Names, kind: str, text: str, skip: int = 0) -> str | None:
    """The longest name of a kind behind the first `skip` words."""
    tokens = tokens_of([(0, Turn(Party.AGENT, 0.0, 9.0, make_words(text, 0.0, 9.0)))])
    lengths = [length for length, _ in names.slot(kind, tokens, skip)]
    return quote(tokens[skip : skip + max(lengths)]) if lengths else None


PLAIN = names_of(SHIPPED.lists, Centre())


@pytest.mark.parametrize(
    ("kind", "text", "name"),
    [
        ("person", "atiende Marta Ruiz del Valle y", "Marta Ruiz del Valle"),
        ("person", "atiende mata", "mata"),  # misheard, and a name is due
        ("named", "atiende mata", None),
        ("name", "es Yarsún", None),  # by capitals, not by a given name
        ("named", "es Yarsún", "Yarsún"),
        ("person", "atiende usted", None),
        ("person", "atiende soporte técnico", None),
        ("org", "en Seguros Iberia le atiende", "Seguros Iberia"),
        ("org", "en Marta", None),
        ("org", "en el que", None),
        ("org", "en servicio", None),  # names nothing by itself
        ("brand", "en clicas teca", None),
        ("org", "en clicas teca", "clicas teca"),
        ("headed", "en banco cordillera", "banco cordillera"),
        ("headed", "en Telenexo", None),
        ("company", "en Telenexo", None),
        ("word", "en Móvil", "Móvil"),
        ("word", "en buenas", None),
    ],
)
def test_names_are_told_by_what_is_left_of_them(kind: str, text: str, name: str | None) -> None:
    assert longest(PLAIN, kind, text, skip=1) == name


def test_a_given_name_broken_into_words_is_put_together() -> None:
    assert longest(PLAIN, "name", "pampa mi cae la duarte", skip=1) == "mi cae la"


def test_the_names_of_the_centre_are_recognised_through_mishearing() -> None:
    centre = Centre(company_names=("Seguros Iberia", "Click Azteca"), agent_names=("Xóchitl Nava",))
    names = names_of(SHIPPED.lists, centre)
    assert longest(names, "company", "de Seguro Siberia", skip=1) == "Seguro Siberia"
    assert longest(names, "company", "de clicas teca", skip=1) == "clicas teca"
    assert longest(names, "name", "soy sochil", skip=1) == "sochil"
    assert longest(PLAIN, "name", "soy sochil", skip=1) is None
