"""Calls made of sentences, understood by the shipped protocol."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from models.analysis import Analysis
from models.customer import CustomerFact, CustomerSide
from models.recording import Party
from models.rules import Rules
from models.understanding import Understanding
from models.verdict import Verdict
from monitor.judge import judge
from tests.monitor.protocol.spoken import AGENT, CUSTOMER, SHIPPED, call_with, turns_of

RULES = Rules(SHIPPED)
Line = tuple[Party, str]


def call_of(*lines: str | Line, **changes: Any) -> Analysis:
    """A call of these lines; a bare text is the customer's."""
    spoken = [(CUSTOMER, line) if isinstance(line, str) else line for line in lines]
    return call_with(turns_of(spoken), **changes)


def agent(text: str) -> Line:
    return AGENT, text


def verdict_of(*lines: str | Line, **changes: Any) -> Verdict:
    return judge(call_of(*lines, **changes), RULES)


def understood(*lines: str | Line, **changes: Any) -> Understanding:
    found = verdict_of(*lines, **changes).understanding
    assert found is not None
    return found


def side_of(*lines: str | Line, **changes: Any) -> CustomerSide:
    found = verdict_of(*lines, **changes).customer
    assert found is not None
    return found


def facts(side: CustomerSide, fact_id: str) -> list[CustomerFact]:
    return [fact for fact in side.facts if fact.id == fact_id]


def with_levels(analysis: Analysis, *levels_dbov: float | None) -> Analysis:
    """The customer's turns at these levels, in order."""
    given = iter(levels_dbov)
    turns = tuple(replace(turn, level_dbov=next(given)) if turn.party is CUSTOMER else turn for turn in analysis.turns)
    return replace(analysis, turns=turns)
