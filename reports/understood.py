"""What the rules make of a call as a whole, and the customer's side of it, for pages and tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """What a document says of the call as a whole; empty where it was never understood."""

    decisions: tuple[tuple[str, Values], ...] = ()
    """`type` and `outcome`, each with its answer."""
    promises: tuple[Values, ...] = ()
    moments: tuple[Values, ...] = ()
    phases: tuple[Values, ...] = ()
    """Those that were found."""
    behaviour: tuple[Values, ...] = ()
    facts: tuple[Values, ...] = ()
    reasons: tuple[tuple[str, str], ...] = ()
    """What could not be told of the customer, and why."""


def told_of(document: Values) -> Told | None:
    """The understanding and the customer's side of a document; `None` where it has neither."""
    understanding, customer = document.get("understanding"), document.get("customer")
    if understanding is None or customer is None:
        return None
    return Told(
        decisions=(("type", understanding["type"]), ("outcome", understanding["outcome"])),
        promises=tuple(understanding["promises"]),
        moments=tuple(understanding["moments"]),
        phases=tuple(phase for phase in understanding["phases"] if phase["start_s"] is not None),
        behaviour=tuple(customer["behaviour"]),
        facts=tuple(customer["facts"]),
        reasons=tuple(customer["reasons"].items()),
    )


def call_type_of(document: Values) -> str | None:
    """What the call was about; `None` where nobody knows."""
    return _answer(document, "type")


def outcome_of(document: Values) -> str | None:
    """How the call ended; `None` where nobody knows."""
    return _answer(document, "outcome")


def _answer(document: Values, kind: str) -> str | None:
    understanding = document.get("understanding")
    return understanding[kind]["id"] if understanding else None
