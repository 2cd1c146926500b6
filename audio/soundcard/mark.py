"""What a softphone tells of its calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MarkKind = Literal["start", "end", "pause", "resume"]


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing told; who is calling whom only with `start`."""

    kind: MarkKind
    at_s: float
    """On the capture clock, when it was told."""
    caller: str | None = None
    callee: str | None = None
    agent_id: str | None = None
