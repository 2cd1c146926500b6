"""The nearest thing said to a step that was not found, so that a person can see what was missed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor.protocol.match import likeness
from monitor.protocol.pattern import Literal, Pattern
from monitor.protocol.text import Token

WEIGHTY = 4
"""Shorter words are in every sentence."""


def nearest(patterns: Iterable[Pattern], tokens: Sequence[Token]) -> list[Token] | None:
    """The clause that shares most with the patterns' words; `None` where none shares any."""
    literals = {literal for pattern in patterns for literal in pattern.literals if len(literal.sound) >= WEIGHTY}
    scored = [(_shared(clause, literals), place, clause) for place, clause in enumerate(_clauses(tokens))]
    best = max(scored, key=lambda item: (item[0], -item[1]), default=None)
    return best[2] if best and best[0] > 0 else None


def _shared(clause: Sequence[Token], literals: Iterable[Literal]) -> float:
    known = list(literals)
    return sum(max((_alike(literal, token) for literal in known), default=0.0) for token in clause) / len(clause)


def _alike(literal: Literal, token: Token) -> float:
    heard = token.sound[: len(literal.sound)] if literal.prefix else token.sound
    return likeness(literal.sound, heard)


def _clauses(tokens: Sequence[Token]) -> list[list[Token]]:
    clauses: list[list[Token]] = [[]]
    for token in tokens:
        clauses[-1].append(token)
        if token.stop or token.breaks:
            clauses.append([])
    return [clause for clause in clauses if clause]
