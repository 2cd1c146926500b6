"""The score item by item, and the sum that it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """Points won of the points that could be won; a penalty has less than none of none."""

    id: str
    points: float
    of: float

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return max(0.0, self.points / self.of) if self.of else 0.0


@dataclass(frozen=True, slots=True)
class ScoreSum:
    """`100 * points / of - penalty` is `total`, held between 0 and 100."""

    rows: tuple[ScoreRow, ...]
    points: float
    of: float
    penalty: float
    total: float | None

    @property
    def percent(self) -> float:
        """Of the points won, before penalties."""
        return 100 * self.points / self.of if self.of else 0.0


def score_of(document: dict[str, Any]) -> ScoreSum:
    """The score of a document; without rows where it was not judged."""
    score = document["score"] or {"total": None, "items": []}
    rows = tuple(ScoreRow(item["id"], item["points"], item["of"]) for item in score["items"])
    return ScoreSum(
        rows,
        points=sum(row.points for row in rows if row.of),
        of=sum(row.of for row in rows),
        penalty=-sum(row.points for row in rows if not row.of),
        total=score["total"],
    )
