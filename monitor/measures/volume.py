"""A party's volume and its stability over a call, of the active speech levels of its turns."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from models.transcript import Turn

MIN_TURNS = 3
_SPREADS = ("level_sd_db", "level_drift_db_per_min")


@dataclass(frozen=True, slots=True)
class Volume:
    """`None` is not measurable, and `reasons` says why by name of the measure."""

    level_dbov: float | None
    """Mean over turns."""
    level_sd_db: float | None
    """Sample standard deviation over turns."""
    level_drift_db_per_min: float | None
    """Slope of a straight line through level over time of the turns' middles, by least squares."""
    reasons: dict[str, str] = field(default_factory=dict)


def volume(turns: Sequence[Turn], shortest_s: float = 1.5) -> Volume:
    """One party's volume over those of its turns that last `shortest_s` and have a level.

    Reasons are `no_level` where no turn has one, and `too_few_turns` where fewer than three have.
    """
    measured = [turn for turn in turns if turn.level_dbov is not None and turn.end_s - turn.start_s >= shortest_s]
    levels = [turn.level_dbov for turn in measured if turn.level_dbov is not None]
    if not levels:
        return Volume(None, None, None, dict.fromkeys(("level_dbov", *_SPREADS), "no_level"))
    mean = statistics.fmean(levels)
    if len(levels) < MIN_TURNS:
        return Volume(mean, None, None, dict.fromkeys(_SPREADS, "too_few_turns"))
    minutes = [(turn.start_s + turn.end_s) / 120 for turn in measured]
    drift = statistics.linear_regression(minutes, levels).slope
    return Volume(mean, statistics.stdev(levels), drift)
