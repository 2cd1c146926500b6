"""The score item by item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """Points won of the points that could be won."""

    id: str
    points: float
    of: float

    @property
    def share(self) -> float:
        """From 0 to 1; points taken away count as none."""
        return max(0.0, self.points / self.of) if self.of else 0.0


def score_rows(document: dict[str, Any]) -> tuple[ScoreRow, ...]:
    """The items of a document's score; none where it was not judged."""
    score = document["score"] or {"items": []}
    return tuple(ScoreRow(item["id"], item["points"], item["of"]) for item in score["items"])
