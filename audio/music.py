"""Music on hold, told from voices, noise and tones without knowing the piece.

Notes stand still: their partials keep their frequencies over a tenth of a second and more, while those of a voice glide
with every syllable. Music also goes on where speech has pauses. What stands still altogether (hum, a dial tone) or is
one or two lines and nothing else (ring, busy) is no music either.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

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
"""Frames between which a note must stay: those compared do not overlap."""
_LONG_LAG = 31
"""About a second, after which music has gone on to other notes."""
_BAND_HZ = (150.0, 3400.0)
_LINE_DB = 6.0
"""How far a spectral line stands above its neighbourhood of 200 Hz."""
_WEAKEST_LINE_DB = 35.0
"""Lines that far under the strongest power are the codec's, not the music's."""
_LOUD_DB = 25.0
_QUIETEST_DBOV = -52.0
_SHARE_ENOUGH = 0.7
_LINES_OF_TONES = 2.0
_DUTY_ENOUGH = 0.85
_SCALE = 1.25
"""Makes 0.5 the score that parts 51 pieces of music from 400 stretches of speech best: `docs/measures.md`."""
_STANDING_SHARE = 0.8
_STANDING_DB = 0.6
_FADED_DB = 22.0
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
    standing_share: npt.NDArray[np.float32]
    """The share of those that were there a second ago."""

    @property
    def loud_db(self) -> float:
        """The level of its louder frames."""
        return float(np.percentile(self.level_db, 90)) if self.level_db.size else -np.inf

    def view(self, span: Span) -> _Track:
        part = slice(round(span.start_s / _HOP_S), round(span.end_s / _HOP_S))
        return _Track(self.level_db[part], self.steady_lines[part], self.steady_share[part], self.standing_share[part])


def is_music(samples: Samples, sample_rate_hz: int) -> float:
    """How surely a stretch of a few seconds is music, from 0 to 1; from 0.5 on it is more likely than not.

    Under half a second there is nothing to judge by, and the answer is 0.
    """
    return _score(_track(_at_rate(samples, sample_rate_hz)))


def music_spans(clip: Clip, gaps: Iterable[Span]) -> tuple[Span, ...]:
    """Where music plays within `gaps`, stretches in which nobody speaks, on any channel.

    Edges are where the sound comes and goes, to a tenth of a second or so.
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
        found += [span.shifted(gap.start_s) for span in _playing(track, gap.duration_s)]
    return union(found, bridge_s=_BRIDGE_S)


def _playing(track: _Track, duration_s: float) -> Iterator[Span]:
    """Views that are music, and those in a row with them that sound as loud: drums alone have no notes."""
    views = [(span, track.view(span)) for span in _views(duration_s)]
    sure = [_score(view) >= 0.5 for _, view in views]
    if not any(sure):
        return
    loud_db = np.array([view.loud_db for _, view in views])
    faded_db = max(_QUIETEST_DBOV, float(np.median(loud_db[sure])) - _FADED_DB)
    for sounds, row in groupby(zip(views, sure, loud_db, strict=True), key=lambda each: bool(each[2] > faded_db)):
        kept = list(row)
        if sounds and any(is_sure for _, is_sure, _ in kept):
            yield _trimmed(track, Span(kept[0][0][0].start_s, kept[-1][0][0].end_s), faded_db)


def _trimmed(track: _Track, span: Span, faded_db: float) -> Span:
    """From the first frame of `span` that sounds to the last."""
    sounding = np.flatnonzero(track.view(span).level_db > faded_db)
    end_s = span.start_s + float(sounding[-1]) * _HOP_S + _WINDOW / _RATE_HZ
    return Span(span.start_s + float(sounding[0]) * _HOP_S, min(end_s, span.end_s))


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
    lines = (levels == maximum_filter1d(levels, 5, axis=1)) & (levels > uniform_filter1d(levels, 25, axis=1) + _LINE_DB)
    strong = levels > levels.max(axis=1, keepdims=True) - _WEAKEST_LINE_DB
    nearby = maximum_filter1d(lines.astype(np.uint8), 3, axis=1) > 0
    steady = _since(lines, nearby, _LAG // 2) & _since(lines, nearby, _LAG)
    all_lines = np.maximum(np.sum(power * lines, axis=1), 1e-20)
    return _Track(
        level_db=decibels(power.sum(axis=1)),
        steady_lines=np.sum(steady & strong, axis=1).astype(np.float32),
        steady_share=np.sum(power * steady, axis=1) / all_lines,
        standing_share=np.sum(power * _since(lines, nearby, _LONG_LAG), axis=1) / all_lines,
    )


def _since(lines: npt.NDArray[np.bool_], nearby: npt.NDArray[np.bool_], lag: int) -> npt.NDArray[np.bool_]:
    """Lines that had one within a bin of the same place `lag` frames before."""
    kept = np.zeros_like(lines)
    kept[lag:] = lines[lag:] & nearby[:-lag]
    return kept


def _score(track: _Track) -> float:
    if track.level_db.size <= 2 * _LAG:
        return 0.0
    loud = track.level_db > max(float(track.level_db.max()) - _LOUD_DB, _QUIETEST_DBOV - 18.0)
    judged = loud.copy()
    judged[:_LAG] = False
    if track.loud_db < _QUIETEST_DBOV or not judged.any() or _stands_still(track, loud):
        return 0.0
    share = min(float(np.median(track.steady_share[judged])), _SHARE_ENOUGH)
    lines = max(0.0, float(np.mean(track.steady_lines[judged])) - _LINES_OF_TONES)
    duty = min(1.0, float(loud.mean()) / _DUTY_ENOUGH)
    return min(1.0, _SCALE * duty**2 * math.sqrt(share * lines))


def _stands_still(track: _Track, loud: npt.NDArray[np.bool_]) -> bool:
    """Whether the same lines sound all the time at the same level, as those of a machine do."""
    standing = float(np.median(track.standing_share[_LONG_LAG:])) if track.level_db.size > _LONG_LAG else 0.0
    return standing > _STANDING_SHARE and float(track.level_db[loud].std()) < _STANDING_DB
