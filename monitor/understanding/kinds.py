"""What a call was about and how it ended: points of the cues heard, summed for each answer."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from models.protocol import CallType
from models.protocol import Cue as CueEntry
from models.understanding import Cue
from monitor.understanding.cues import Heard

REPEATS_MAX = 3
"""Places of one cue that count; what is said ten times is not ten times as true."""
SCALE = 0.6
"""Points to natural logarithms of odds, fitted to the calls in `tests/corpus`."""

Weights = Mapping[str, Sequence[tuple[str, float]]]
"""Id of a cue to the answers that it speaks for, with the points."""


def weights_of(entries: Sequence[CueEntry], kind: str) -> Weights:
    """Of each cue the points for one kind of answer: `types` or `outcomes`."""
    return {entry.id: getattr(entry, kind) for entry in entries}


def usual_of(call_types: Sequence[CallType]) -> dict[tuple[str, str], float]:
    """How usual each outcome of each type is, as natural logarithms of odds."""
    return {(entry.id, outcome): SCALE * points for entry in call_types for outcome, points in entry.outcomes}


def points_of(heard: Mapping[str, Sequence[Heard]], weights: Weights) -> dict[str, float]:
    """Points of each answer that some cue can speak for."""
    points = {answer: 0.0 for pairs in weights.values() for answer, _ in pairs}
    for cue_id, places in heard.items():
        for answer, weight in weights[cue_id]:
            points[answer] += SCALE * weight * _times(places)
    return points


def cues_of(heard: Mapping[str, Sequence[Heard]], weights: Weights) -> dict[str, list[Cue]]:
    """What spoke for each answer: the surest place of each cue."""
    cues: dict[str, list[Cue]] = {}
    for cue_id, places in heard.items():
        for answer, weight in weights[cue_id]:
            if weight > 0:
                surest = max(places, key=lambda place: (place.confidence, -place.start_s))
                cues.setdefault(answer, []).append(_cue(cue_id, surest, SCALE * weight * _times(places)))
    return cues


def _times(places: Sequence[Heard]) -> float:
    return math.sqrt(min(len(places), REPEATS_MAX))


def _cue(cue_id: str, place: Heard, weight: float) -> Cue:
    return Cue(cue_id, place.party, place.start_s, place.end_s, place.quote, place.confidence, weight)
