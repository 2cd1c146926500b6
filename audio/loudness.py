"""Active speech level after ITU-T P.56 (12/2011), method B.

An envelope (two one-pole filters in cascade, 30 ms each) is held against thresholds a factor of two apart. For each,
the samples above it and those within 200 ms after count as active; the mean power over them is the level for that
threshold. The active speech level is the one that lies 15.9 dB above its own threshold, so that neither pauses nor
steady noise far under the speech take part in it.

Figures depend a little on the sample rate, and bursts under a second read 1 to 3 dB low because the hangover counts as
active: measure turns, not words.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter

from audio.clip import Clip, Samples
from models.span import Span

_TIME_CONSTANT_S = 0.03
_HANGOVER_S = 0.2
_MARGIN_DB = 15.9
_LONGEST_TURN_S = 120.0
_THRESHOLDS_DB = 20 * np.log10(2.0) * np.arange(-15, 0)
"""Relative to full scale."""


@dataclass(frozen=True, slots=True)
class ActiveLevel:
    """How loud speech is while it is there."""

    level_dbov: float
    """Active speech level; 0 dBov is a full-scale square wave, so that a full-scale sine reads -3.01."""
    activity_ratio: float
    """Share of the time that was active, from 0 to 1."""
    rms_dbov: float
    """Over all samples, pauses included."""


def active_speech_level(samples: Samples, sample_rate_hz: int) -> ActiveLevel | None:
    """The level of the speech in `samples`; `None` where there is none above -74 dBov or so."""
    if not samples.size:
        return None
    power = float(np.mean(np.square(samples, dtype=np.float64)))
    if power <= 0.0:
        return None
    rms_db = 10 * math.log10(power)
    level_db = _level_at_margin(_envelope(samples, sample_rate_hz), rms_db, round(_HANGOVER_S * sample_rate_hz))
    if level_db is None:
        return None
    return ActiveLevel(level_db, min(1.0, 10 ** ((rms_db - level_db) / 10)), rms_db)


def turn_levels(clip: Clip, channel: int, turns: Iterable[Span], shortest_s: float = 1.5) -> tuple[float | None, ...]:
    """Active speech level of each turn in dBov; `None` for those under `shortest_s` and without sound.

    Of a turn longer than two minutes, the first two are measured: what a stuck channel holds must fit in memory.
    """
    return tuple(_turn_level(clip, channel, turn) if turn.duration_s >= shortest_s else None for turn in turns)


def _turn_level(clip: Clip, channel: int, turn: Span) -> float | None:
    heard = Span(turn.start_s, min(turn.end_s, turn.start_s + _LONGEST_TURN_S))
    level = active_speech_level(clip.read(channel, heard), clip.sample_rate_hz)
    return None if level is None else level.level_dbov


def _envelope(samples: Samples, sample_rate_hz: int) -> npt.NDArray[np.float64]:
    g = math.exp(-1 / (sample_rate_hz * _TIME_CONSTANT_S))
    # Two equal poles in one pass: (1 - g)² / (1 - g z⁻¹)².
    smooth = lfilter([(1 - g) ** 2], [1.0, -2 * g, g * g], np.abs(samples).astype(np.float64))
    return np.asarray(smooth, np.float64)


def _level_at_margin(envelope: npt.NDArray[np.float64], rms_db: float, hangover: int) -> float | None:
    """The level that stands 15.9 dB above its threshold, in a straight line between two thresholds.

    No level is under the plain mean power, so thresholds 15.9 dB under that need no look but the last of them.
    """
    first = max(0, int(np.searchsorted(_THRESHOLDS_DB, rms_db - _MARGIN_DB, side="right")) - 1)
    before: tuple[float, float] | None = None
    for threshold_db in _THRESHOLDS_DB[first:]:
        active = _active_count(envelope, 10 ** (threshold_db / 20), hangover)
        if not active:
            return None
        level_db = rms_db + 10 * math.log10(envelope.size / active)
        margin_db = level_db - float(threshold_db)
        if margin_db <= _MARGIN_DB:
            return before and _interpolated(before, (level_db, margin_db))
        before = level_db, margin_db
    return None


def _active_count(envelope: npt.NDArray[np.float64], threshold: float, hangover: int) -> int:
    """Samples above the threshold, and up to `hangover` after each."""
    above = np.flatnonzero(envelope >= threshold)
    return int(np.minimum(np.diff(above, append=envelope.size), hangover + 1).sum())


def _interpolated(before: tuple[float, float], after: tuple[float, float]) -> float:
    """The level where the margin is met between two pairs of level and margin."""
    share = (before[1] - _MARGIN_DB) / (before[1] - after[1])
    return before[0] + share * (after[0] - before[0])
