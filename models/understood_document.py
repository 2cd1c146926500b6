"""Understanding and customer's side from a document; documents of older versions have neither."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.customer import Behaviour, CustomerFact, CustomerSide
from models.plain import made
from models.recording import Party
from models.span import Span
from models.understanding import Cue, Decision, KeyMoment, PhaseSpan, Promise, Understanding


def understanding_from(values: Mapping[str, Any] | None) -> Understanding | None:
    """The understanding in a document; `None` where there is none."""
    if values is None:
        return None
    return Understanding(
        type=_decision(values["type"]),
        outcome=_decision(values["outcome"]),
        promises=tuple(made(Promise, item) for item in values["promises"]),
        phases=tuple(made(PhaseSpan, item) for item in values["phases"]),
        moments=tuple(_moment(item) for item in values["moments"]),
    )


def customer_from(values: Mapping[str, Any] | None) -> CustomerSide | None:
    """The customer's side in a document; `None` where there is none."""
    if values is None:
        return None
    return CustomerSide(
        facts=tuple(made(CustomerFact, item) for item in values["facts"]),
        behaviour=tuple(_behaviour(item) for item in values["behaviour"]),
        reasons=dict(values["reasons"]),
    )


def _decision(values: Mapping[str, Any]) -> Decision:
    cues = tuple(made(Cue, {**item, "party": Party(item["party"])}) for item in values["cues"])
    return made(Decision, {**values, "cues": cues})


def _moment(values: Mapping[str, Any]) -> KeyMoment:
    party = values.get("party")
    return made(KeyMoment, {**values, "party": Party(party) if party else None})


def _behaviour(values: Mapping[str, Any]) -> Behaviour:
    return made(Behaviour, {**values, "places": tuple(made(Span, item) for item in values["places"])})
