"""The customer's side of one call, as facts: what was said and measured, each with its moment.

Nothing here says what a person is or feels: words are quoted, deeds are counted.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from models.span import Span


@dataclass(frozen=True, slots=True)
class CustomerFact:
    """One thing that the customer said or did."""

    id: str
    """E.g. `dissatisfaction`, `repeated_demand`, `interruption`, `raised_level`, `leave_threat`."""
    start_s: float
    end_s: float
    rule: str
    """What found it: an entry of the protocol, `similarity`, `overlap` or `level`."""
    quote: str | None = None
    confidence: float | None = None
    measured: float | None = None
    limit: float | None = None
    unit: str | None = None
    before_s: float | None = None
    """Of a repetition: where the same was said before."""

    @property
    def span(self) -> Span:
        return Span(self.start_s, self.end_s)


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How often or how long the customer did something in this call."""

    id: str
    """E.g. `demands`, `detail_questions`, `talk_share`, `longest_turn`."""
    measured: float
    unit: str
    """`times`, `%` or `s`."""
    places: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class CustomerSide:
    """All facts of the customer's side of a call, in order of time."""

    facts: tuple[CustomerFact, ...] = ()
    behaviour: tuple[Behaviour, ...] = ()
    reasons: dict[str, str] = field(default_factory=dict)
    """Id of what could not be told in this call to its reason code."""
