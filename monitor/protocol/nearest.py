"""The nearest thing said to a step that was not found, so that a person can see what was missed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor.protocol.hearing import Heard
from monitor.protocol.pattern import Pattern
from monitor.protocol.text import Token

WEIGHTY = 4
"""Shorter words are in every sentence."""


def nearest(patterns: Iterable[Pattern], within: Heard) -> list[Token] | None:
    """The clause that shares most with the patterns' words; `None` where none shares any."""
    literals = {literal for pattern in patterns for literal in pattern.literals if len(literal.sound) >= WEIGHTY}
    shared = [max((hit.alike for hit in hits if hit.literal in literals), default=0.0) for hits in within.hits]
    clauses = _clauses(within.tokens)
    scored = [(sum(shared[at] for at in clause) / len(clause), -clause[0]) for clause in clauses]
    best = max(zip(scored, clauses, strict=True), default=None)
    return [within.tokens[at] for at in best[1]] if best and best[0][0] > 0 else None


def _clauses(tokens: Sequence[Token]) -> list[list[int]]:
    clauses: list[list[int]] = [[]]
    for at, token in enumerate(tokens):
        clauses[-1].append(at)
        if token.stop or token.breaks:
            clauses.append([])
    return [clause for clause in clauses if clause]
