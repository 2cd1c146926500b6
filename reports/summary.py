"""What an index keeps of each call, so that a batch of any size costs little memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

_BANDS = 10


@dataclass(frozen=True, slots=True)
class CallSummary:
    """One call in a line. `None` is unknown, or not judged."""

    recording_id: str
    agent_id: str | None
    queue: str | None
    started_at: str | None
    duration_s: float
    score: float | None
    flags: tuple[tuple[str, str], ...]
    """Id and severity of each kind of flag, the gravest first."""
    steps: tuple[tuple[str, str], ...]
    """Id and verdict of each step."""


@dataclass(frozen=True, slots=True)
class StepRate:
    """How often a step was met, of the calls in which it could be judged."""

    id: str
    met: int
    judged: int
    left_out: int
    """Calls in which it was not applicable or not evaluable."""


@dataclass(frozen=True, slots=True)
class BatchTotals:
    """What was found in all the calls of a batch."""

    calls: int
    flagged: int
    """Calls with a flag above `info`."""
    duration_s: float
    scores: tuple[float, ...]
    unscored: int
    flags: dict[str, int]
    """Calls with each flag."""
    steps: tuple[StepRate, ...]
    """In the order of the protocol."""

    @property
    def scores_by_ten(self) -> list[int]:
        """Calls by band of ten points; the last takes 100 too."""
        counts = Counter(min(int(score // 10), _BANDS - 1) for score in self.scores)
        return [counts[band] for band in range(_BANDS)]


def summary_of(document: dict[str, Any]) -> CallSummary:
    """The line of one analysis document."""
    recording, protocol = document["recording"], document["protocol"] or {"steps": []}
    order = ("critical", "warning", "info")
    gravest: dict[str, str] = {}
    for flag in sorted(document["flags"], key=lambda flag: order.index(flag["severity"])):
        gravest.setdefault(flag["id"], flag["severity"])
    return CallSummary(
        recording_id=recording["id"],
        agent_id=recording.get("agent_id"),
        queue=recording.get("queue"),
        started_at=recording.get("started_at"),
        duration_s=recording["duration_s"],
        score=(document["score"] or {"total": None})["total"],
        flags=tuple(gravest.items()),
        steps=tuple((step["id"], step["verdict"]) for step in protocol["steps"]),
    )


def totals_of(summaries: Iterable[CallSummary]) -> BatchTotals:
    """The totals of a batch."""
    calls = list(summaries)
    scores = tuple(call.score for call in calls if call.score is not None)
    return BatchTotals(
        calls=len(calls),
        flagged=sum(any(severity != "info" for _, severity in call.flags) for call in calls),
        duration_s=sum(call.duration_s for call in calls),
        scores=scores,
        unscored=len(calls) - len(scores),
        flags=Counter(flag_id for call in calls for flag_id, _ in call.flags),
        steps=_rates(calls),
    )


def _rates(calls: list[CallSummary]) -> tuple[StepRate, ...]:
    verdicts: dict[str, Counter[str]] = {}
    for call in calls:
        for step_id, verdict in call.steps:
            verdicts.setdefault(step_id, Counter())[verdict] += 1
    return tuple(
        StepRate(
            step_id, found["met"], found["met"] + found["not_met"], found.total() - found["met"] - found["not_met"]
        )
        for step_id, found in verdicts.items()
    )
