"""From frames to stretches of speech: where a classifier and the level agree, and no echo.

A speech classifier alone clips quiet beginnings and word ends; the level alone takes noise for
speech. So a stretch needs a core that the classifier believes, and reaches as far as the level
stands above the channel's own noise. What the other leg leaks into a channel is not its speech.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from audio.band import FRAME_S
from models.span import Span, union

_FLOOR_STEP_S = 5.0
_FLOOR_REACH_S = 20.0
_SILENT_DB = -100.0
_SURELY_SPEECH = 0.7
_ECHO_SHARE = 1 / 3

Track = npt.NDArray[np.float32]
"""One value per frame of 10 ms."""


@dataclass(frozen=True, slots=True)
class ActivitySettings:
    """When a frame counts as speech. The defaults were measured: `docs/decisions.md`."""

    start_probability: float = 0.3
    """A core starts at this probability of speech."""
    keep_probability: float = 0.2
    """And lasts while it stays at this."""
    above_noise_db: float = 6.0
    """Level above the noise at which sound is heard at all."""
    lowest_level_dbov: float = -66.0
    """Nothing under this is speech, however quiet the line."""
    reach_back_s: float = 1.0
    """How far before a core its quiet beginning may lie."""
    reach_on_s: float = 0.2
    """How far after a core its quiet end may lie."""
    close_gap_s: float = 0.3
    """Shorter dips of the level do not end a stretch."""
    shortest_s: float = 0.1
    leak_margin_db: float = 10.0
    """How far above the usual leak of the other leg a sound must be."""
    highest_leak_db: float = -12.0
    """No echo is stronger than this, relative to the other leg."""


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """One channel, frame by frame of 10 ms."""

    level_dbov: Track
    probability: Track
    """Of speech, from 0 to 1, as the classifier gives it."""


def speech_spans(own: Frames, other: Frames | None, settings: ActivitySettings) -> tuple[Span, ...]:
    """Where the party of this channel speaks; `other` is the opposite leg, if there is one."""
    level = uniform_filter1d(own.level_dbov, 5)
    threshold = np.maximum(
        noise_floor_dbov(level, own.probability) + settings.above_noise_db, settings.lowest_level_dbov
    )
    audible = level > threshold
    if other is not None:
        audible &= ~_leaked(level, audible, other, settings)
    cores = _cores(own.probability, settings)
    stretches = union(_runs(audible), bridge_s=settings.close_gap_s)
    return union(_around_cores(stretches, cores, settings))


def noise_floor_dbov(level_dbov: Track, probability: Track) -> Track:
    """Slowly moving level of what is not speech: its 20th percentile within 20 s on either side."""
    quiet = probability < 0.1
    step, reach = round(_FLOOR_STEP_S / FRAME_S), round(_FLOOR_REACH_S / FRAME_S)
    overall = float(np.percentile(level_dbov, 10)) if level_dbov.size else _SILENT_DB
    centres = np.arange(0, max(1, level_dbov.size), step)
    floors = np.empty(centres.size, dtype=np.float32)
    for index, centre in enumerate(centres):
        near = slice(max(0, centre - reach), centre + reach)
        calm = level_dbov[near][quiet[near]]
        floors[index] = np.percentile(calm, 20) if calm.size * FRAME_S >= 1.0 else overall
    return np.interp(np.arange(level_dbov.size), centres, floors).astype(np.float32)


def leak_db(level_dbov: Track, audible: npt.NDArray[np.bool_], other: Frames) -> float | None:
    """How loud the other leg is heard on this channel, relative to itself: the median where it is loudest.

    An echo sounds whenever the other is loud. `None` where this channel is audible for less than
    a third of that time (then there is none that matters), or where the other says too little.
    """
    size = min(level_dbov.size, other.level_dbov.size)
    spoken = other.probability[:size] > _SURELY_SPEECH
    if np.count_nonzero(spoken) * FRAME_S < 1.0:
        return None
    loud = spoken & (other.level_dbov[:size] >= np.median(other.level_dbov[:size][spoken]))
    heard = loud & audible[:size]
    if np.count_nonzero(heard) < _ECHO_SHARE * np.count_nonzero(loud):
        return None
    return float(np.median(level_dbov[:size][heard] - other.level_dbov[:size][heard]))


def _leaked(
    level: Track, audible: npt.NDArray[np.bool_], other: Frames, settings: ActivitySettings
) -> npt.NDArray[np.bool_]:
    leaked = np.zeros(level.size, dtype=bool)
    usual_db = leak_db(level, audible, other)
    if usual_db is None:
        return leaked
    size = min(level.size, other.level_dbov.size)
    loud = maximum_filter1d(other.level_dbov[:size], 41)
    limit_db = min(usual_db + settings.leak_margin_db, settings.highest_leak_db)
    leaked[:size] = level[:size] - loud < limit_db
    return leaked


def _runs(mask: npt.NDArray[np.bool_]) -> list[Span]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(np.int8), [0]))))
    return [Span(start * FRAME_S, stop * FRAME_S) for start, stop in edges.reshape(-1, 2).tolist()]


def _cores(probability: Track, settings: ActivitySettings) -> list[Span]:
    kept = _runs(probability >= settings.keep_probability)
    return [
        core
        for core in kept
        if core.duration_s >= settings.shortest_s
        and probability[round(core.start_s / FRAME_S) : round(core.end_s / FRAME_S)].max() >= settings.start_probability
    ]


def _around_cores(stretches: tuple[Span, ...], cores: list[Span], settings: ActivitySettings) -> list[Span]:
    found: list[Span] = []
    at = 0
    for stretch in stretches:
        while at < len(cores) and cores[at].end_s <= stretch.start_s:
            at += 1
        inside = at
        while inside < len(cores) and cores[inside].start_s < stretch.end_s:
            inside += 1
        if inside == at:
            continue
        start_s = max(stretch.start_s, cores[at].start_s - settings.reach_back_s)
        end_s = min(stretch.end_s, cores[inside - 1].end_s + settings.reach_on_s)
        if end_s - start_s >= settings.shortest_s:
            found.append(Span(start_s, end_s))
    return found
