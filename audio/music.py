"""Music on hold, told from voices, noise and tones without knowing the piece.

Notes stand still: their partials keep their frequencies over a tenth of a second and more, while those of a voice glide
with every syllable. Music also goes on where speech has pauses. What stands still altogether (hum, a dial tone) or is
one or two lines and nothing else (ring, busy, keys) is no music either.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import soxr
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from audio.clip import Clip, Samples
from audio.framing import decibels, frames, power_spectra
from models.span import Span, union

_RATE_HZ = 8000
_WINDOW = 1024
_HOP = 256
_HOP_S = _HOP / _RATE_HZ
_LAG = 4
"""Frames between which a line must stay: those compared do not overlap."""
_BAND_HZ = (150.0, 3400.0)
_LINE_DB = 6.0
"""How far a spectral line stands above its neighbourhood of 200 Hz."""
_LOUD_DB = 25.0
_QUIETEST_DBOV = -52.0
_STEADY_SHARE = 0.35
_STEADY_LINES = 3.2
_DUTY = 0.85
_HALF_SURE = 0.55
_BARE_DB = -30.0
"""Spectral flatness under which there is nothing but a line or two."""
_CONSTANT_DB = 0.4
_VIEW_S = 4.0
_STEP_S = 1.0
_SHORTEST_S = 2.0
_BRIDGE_S = 4.0
_BLOCK_S = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class _Track:
    """Per frame, one every 32 ms."""

    level_db: npt.NDArray[np.float32]
    steady_lines: npt.NDArray[np.float32]
    """How many spectral lines were there 64 and 128 ms ago too."""
    steady_share: npt.NDArray[np.float32]
    """Their share of the power of all lines."""
    flatness_db: npt.NDArray[np.float32]

    def view(self, span: Span) -> _Track:
        part = slice(round(span.start_s / _HOP_S), round(span.end_s / _HOP_S))
        return _Track(self.level_db[part], self.steady_lines[part], self.steady_share[part], self.flatness_db[part])


def is_music(samples: Samples, sample_rate_hz: int) -> float:
    """How surely a stretch of a few seconds is music, from 0 to 1; from 0.5 on it is more likely than not.

    Under half a second there is nothing to judge by, and the answer is 0.
    """
    return _score(_track(_at_rate(samples, sample_rate_hz)))


def music_spans(clip: Clip, gaps: Iterable[Span]) -> tuple[Span, ...]:
    """Where music plays within `gaps`, stretches in which nobody speaks, on any channel.

    Edges are good to about a second, but fall on the gap's own edges where the music does.
    """
    found = [
        span for gap in gaps if gap.duration_s >= _SHORTEST_S for piece in _pieces(gap) for span in _in_gap(clip, piece)
    ]
    return tuple(span for span in union(found) if span.duration_s >= _SHORTEST_S)


def _pieces(gap: Span) -> Iterator[Span]:
    for start_s in np.arange(gap.start_s, gap.end_s, _BLOCK_S):
        yield Span(float(start_s), min(float(start_s) + _BLOCK_S, gap.end_s))


def _in_gap(clip: Clip, gap: Span) -> tuple[Span, ...]:
    found: list[Span] = []
    for channel in range(clip.channels):
        track = _track(_at_rate(clip.read(channel, gap), clip.sample_rate_hz))
        found += [span.shifted(gap.start_s) for span in _views(gap.duration_s) if _score(track.view(span)) >= 0.5]
    return union(found, bridge_s=_BRIDGE_S)


def _views(duration_s: float) -> Iterator[Span]:
    """Overlapping windows over a stretch, the last flush with its end."""
    last_s = max(0.0, duration_s - _VIEW_S)
    for start_s in (*np.arange(0.0, last_s, _STEP_S), last_s):
        yield Span(float(start_s), min(float(start_s) + _VIEW_S, duration_s))


def _at_rate(samples: Samples, sample_rate_hz: int) -> Samples:
    if sample_rate_hz == _RATE_HZ:
        return samples
    return np.asarray(soxr.resample(samples, sample_rate_hz, _RATE_HZ, "LQ"), np.float32)


def _track(samples: Samples) -> _Track:
    bins_hz = np.arange(_WINDOW // 2 + 1) * _RATE_HZ / _WINDOW
    power = power_spectra(frames(samples, _WINDOW, _HOP))[:, (bins_hz >= _BAND_HZ[0]) & (bins_hz <= _BAND_HZ[1])]
    levels = decibels(power)
    total = power.sum(axis=1)
    lines = (levels == maximum_filter1d(levels, 5, axis=1)) & (levels > uniform_filter1d(levels, 25, axis=1) + _LINE_DB)
    steady = _steady(lines)
    share = np.sum(power * steady, axis=1) / np.maximum(np.sum(power * lines, axis=1), 1e-20)
    mean_db = decibels(total / max(power.shape[1], 1))
    return _Track(
        level_db=decibels(total),
        steady_lines=steady.sum(axis=1).astype(np.float32),
        steady_share=share.astype(np.float32),
        flatness_db=levels.mean(axis=1) - mean_db,
    )


def _steady(lines: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Lines that were within one bin of the same place two and four frames before."""
    nearby = maximum_filter1d(lines.astype(np.uint8), 3, axis=1) > 0
    steady = np.zeros_like(lines)
    steady[_LAG:] = lines[_LAG:] & nearby[_LAG // 2 : -_LAG // 2] & nearby[:-_LAG]
    return steady


def _score(track: _Track) -> float:
    if track.level_db.size <= 2 * _LAG:
        return 0.0
    peak_db = float(track.level_db.max())
    loud = track.level_db > max(peak_db - _LOUD_DB, _QUIETEST_DBOV - 18.0)
    if np.percentile(track.level_db, 90) < _QUIETEST_DBOV or not loud[_LAG:].any():
        return 0.0
    if np.median(track.flatness_db[loud]) < _BARE_DB or track.level_db[loud].std() < _CONSTANT_DB:
        return 0.0
    judged = loud.copy()
    judged[:_LAG] = False
    share = float(np.median(track.steady_share[judged])) / _STEADY_SHARE
    lines = float(np.mean(track.steady_lines[judged])) / _STEADY_LINES
    duty = min(1.0, float(loud.mean()) / _DUTY)
    return min(1.0, 0.5 / _HALF_SURE * duty * math.sqrt(share * lines))
