"""Bursts of a supervisory tone.

Such a tone is a pure sound between 400 and 480 Hz that starts from quiet, keeps one frequency and one level, and stops:
speech and music do none of these for long. A burst's edges are where the level crosses half amplitude, which for a
symmetric window is the true edge whatever its length.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from audio.tone_track import HALF_WINDOW_S, HOP_S, Track
from models.span import Span

_LEVEL_SPREAD_DB = 1.5
_FREQUENCY_SPREAD_HZ = 6.0
_SHORTEST_S = 0.1
LONGEST_PAUSE_S = 6.5
_DOUBLE_GAP_S = 0.32


@dataclass(frozen=True, slots=True)
class Burst:
    """One steady tone."""

    span: Span
    frequency_hz: float
    level_dbov: float
    into_quiet: bool
    """Whether it was quiet again after it."""


def bursts_in(track: Track) -> tuple[Burst, ...]:
    """All bursts of a tenth of a second and more, in order."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], track.tonal, [False])).astype(np.int8)))
    runs = edges.reshape(-1, 2)
    found = (_burst(track, start, stop) for start, stop in runs if (stop - start) * HOP_S >= _SHORTEST_S)
    return tuple(burst for burst in found if burst)


def _burst(track: Track, start: int, stop: int) -> Burst | None:
    """The burst in frames `start` to `stop`, if it is steady and came out of quiet."""
    levels = track.tone_db[start:stop]
    level_db = float(np.median(levels))
    loud = np.flatnonzero(levels >= level_db - 6.0)
    first, last = start + int(loud[0]), start + int(loud[-1])
    core = slice(first + 2, last - 1) if last - first > 5 else slice(first, last + 1)
    if track.tone_db[core].std() > _LEVEL_SPREAD_DB or track.frequency_hz[core].std() > _FREQUENCY_SPREAD_HZ:
        return None
    if _loud_frames(track, first - 14, first - 4, level_db) > 3:
        return None
    span = Span(_edge_s(track, first, -1, level_db), _edge_s(track, last, 1, level_db))
    if span.duration_s < _SHORTEST_S:
        return None
    into_quiet = _loud_frames(track, last + 4, last + 8, level_db) <= 1
    return Burst(span, float(np.median(track.frequency_hz[core])), level_db, into_quiet)


def _loud_frames(track: Track, start: int, stop: int, level_db: float) -> int:
    """Frames of a neighbourhood that should be quiet and are not."""
    around = slice(max(0, start), max(0, stop))
    return int(np.count_nonzero(np.maximum(track.tone_db, track.other_db)[around] > level_db - 8.0))


def _edge_s(track: Track, frame: int, step: int, level_db: float) -> float:
    """Where the level crosses half amplitude between a burst's outermost frame and the next one out."""
    outside = frame + step
    if outside < 0:
        return 0.0
    if outside >= track.tone_db.size:
        return float(frame * HOP_S + 2 * HALF_WINDOW_S)
    inner, outer = float(track.tone_db[frame]), float(track.tone_db[outside])
    share = (inner - (level_db - 6.0)) / (inner - outer) if inner > outer else 0.0
    return float((frame + step * min(max(share, 0.0), 1.0)) * HOP_S + HALF_WINDOW_S)


def series_of(bursts: list[Burst]) -> list[list[Burst]]:
    """Bursts of one tone in succession."""
    runs: list[list[Burst]] = []
    for burst in bursts:
        if runs and _goes_on(runs[-1][-1], burst):
            runs[-1].append(burst)
        else:
            runs.append([burst])
    return runs


def _goes_on(before: Burst, after: Burst) -> bool:
    return (
        after.span.start_s - before.span.end_s <= LONGEST_PAUSE_S
        and abs(after.frequency_hz - before.frequency_hz) <= 12.0
        and abs(after.level_dbov - before.level_dbov) <= 6.0
    )


def doubles(run: list[Burst]) -> list[list[Burst]]:
    """Bursts grouped where hardly a pause parts them."""
    groups = [[run[0]]]
    for before, after in pairwise(run):
        if after.span.start_s - before.span.end_s <= _DOUBLE_GAP_S:
            groups[-1].append(after)
        else:
            groups.append([after])
    return groups
