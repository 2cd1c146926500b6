"""What the customer said and did, each with its moment: words of the protocol, and what was measured."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from models.analysis import Analysis
from models.customer import CustomerFact
from models.recording import Party
from models.rules import Limits
from monitor.understanding.listening import Hit, Listening
from monitor.understanding.repetition import repeated_demands

LEVEL_TURN_S = 1.5
"""Shorter turns have no steady level (as in `level_dbov`)."""
LEVEL_TURNS = 4
"""Of fewer turns a median says nothing."""


def facts_of(listening: Listening) -> tuple[tuple[CustomerFact, ...], dict[str, str]]:
    """The facts in order of time, and why those that could not be told could not."""
    call = listening.call
    found = [*_said(listening), *repeated_demands(listening), *_interruptions(call.analysis)]
    raised, why_not = raised_levels(call.analysis, call.limits)
    reasons = {"raised_level": why_not} if why_not else {}
    if call.analysis.overlaps is None:
        reasons["interruption"] = "mixed_channel"
    return tuple(sorted([*found, *raised], key=lambda fact: (fact.start_s, fact.id))), reasons


def _said(listening: Listening) -> Iterator[CustomerFact]:
    for saying in listening.call.compiled.protocol.customer:
        if saying.repeats:
            continue
        phrases = listening.call.compiled.customer[saying.id]
        yield from (_fact(saying.id, hit) for hit in listening.hits(saying.id, phrases, Party.CUSTOMER))


def _fact(fact_id: str, hit: Hit) -> CustomerFact:
    sentence = hit.sentence
    return CustomerFact(
        fact_id, sentence.start_s, sentence.end_s, rule=hit.rule, quote=sentence.quote, confidence=hit.confidence
    )


def _interruptions(analysis: Analysis) -> Iterator[CustomerFact]:
    for overlap in analysis.overlaps or ():
        if overlap.kind == "interruption" and overlap.by is Party.CUSTOMER:
            length_s = overlap.span.duration_s
            yield CustomerFact(
                "interruption", overlap.start_s, overlap.end_s, rule="overlap", measured=length_s, unit="s"
            )


def raised_levels(analysis: Analysis, limits: Limits) -> tuple[list[CustomerFact], str | None]:
    """The customer's turns that are louder than their own median by more than the limit, or why nobody knows."""
    turns = [
        (turn, turn.level_dbov)
        for turn in analysis.turns
        if turn.party is Party.CUSTOMER and turn.level_dbov is not None and turn.span.duration_s >= LEVEL_TURN_S
    ]
    if not turns:
        return [], "mixed_channel" if analysis.overlaps is None else "too_little_speech"
    if len(turns) < LEVEL_TURNS:
        return [], "too_little_speech"
    usual_dbov = median(level for _, level in turns)
    louder = ((turn, level - usual_dbov) for turn, level in turns)
    return [
        CustomerFact(
            "raised_level",
            turn.start_s,
            turn.end_s,
            rule="level",
            measured=by_db,
            limit=limits.customer_raised_db,
            unit="db",
        )
        for turn, by_db in louder
        if by_db > limits.customer_raised_db
    ], None
