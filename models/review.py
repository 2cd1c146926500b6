"""What people say of a verdict. Each is a new row: a verdict is never edited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Decision(StrEnum):
    """A supervisor's answer to a verdict or to one of its findings."""

    UPHELD = "upheld"
    OVERRULED = "overruled"


@dataclass(frozen=True, slots=True)
class Review:
    """A supervisor's decision."""

    verdict_id: int
    reviewer: str
    decision: Decision
    decided_at: datetime
    """Aware, UTC."""
    finding: str | None = None
    """Id of the step, violation or flag decided on; `None` is the call as a whole."""
    note: str = ""
    dispute_id: int | None = None
    """The dispute that it answers."""
    id: int | None = None
    """Given by the store."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """An agent's objection to a verdict or to one of its findings."""

    verdict_id: int
    agent_id: str
    raised_at: datetime
    """Aware, UTC."""
    argument: str
    finding: str | None = None
    id: int | None = None
    """Given by the store."""
