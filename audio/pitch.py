"""Pitch of a voice over a call: how high it is and how much it moves.

The telephone band takes away the fundamental of a low voice (300 Hz and less), but not the distance between its
harmonics, which autocorrelation finds. Spectra are compressed to their magnitude first, lest one strong formant pass
for the voice. Octave errors are rejected in two passes: the second looks only near what the first found for this voice.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audio.clip import Clip, Samples
from models.span import Span, total_s, union

_FRAME_S = 0.06
_MOST_FRAMES = 1000
_FEWEST_VOICED = 50
_LOWEST_HZ = 65.0
_HIGHEST_HZ = 500.0
_LAGS_PER_S = 16000.0
_VOICED = 0.3
"""Autocorrelation, relative to that at lag 0, from which a frame counts as voiced."""
_OCTAVE_COST = 0.05
"""Taken off for each octave under the highest pitch: of two periods that fit, the shorter is meant."""
_QUIETEST_DB = 25.0
"""Frames that far under the loudest are not looked at."""


@dataclass(frozen=True, slots=True)
class Pitch:
    """Of the voiced frames of one party."""

    median_hz: float
    sd_st: float
    """Standard deviation in semitones."""


def pitch(clip: Clip, channel: int, speech: Sequence[Span]) -> Pitch | None:
    """The pitch of the voice in `speech`, from at most a thousand frames spread evenly over it.

    `None` where fewer than 50 frames are voiced (some 3 s of speech at least are needed). Bounds of the second pass,
    0.75 of the lower quartile to 1.5 of the upper, are De Looze and Hirst's (2008); autocorrelation divided by the
    window's is Boersma's (1993).
    """
    table = _loud(_frames(clip, channel, speech))
    if table.shape[0] < _FEWEST_VOICED:
        return None
    finer = max(1, math.ceil(_LAGS_PER_S / clip.sample_rate_hz))
    strengths = _autocorrelation(table, finer)
    lags_per_s = finer * clip.sample_rate_hz
    first_hz = _voiced_hz(strengths, lags_per_s, _LOWEST_HZ, _HIGHEST_HZ)
    if first_hz.size < _FEWEST_VOICED:
        return None
    low_hz, high_hz = 0.75 * np.percentile(first_hz, 25), 1.5 * np.percentile(first_hz, 75)
    second_hz = _voiced_hz(strengths, lags_per_s, max(low_hz, _LOWEST_HZ), min(high_hz, _HIGHEST_HZ))
    if second_hz.size < _FEWEST_VOICED:
        return None
    semitones = 12 * np.log2(second_hz)
    return Pitch(float(np.median(second_hz)), float(semitones.std(ddof=1)))


def _frames(clip: Clip, channel: int, speech: Sequence[Span]) -> npt.NDArray[np.float32]:
    """Frames at evenly spaced moments of the speech, shape (count, samples of a frame)."""
    spans = union(speech)
    count = int(min(_MOST_FRAMES, total_s(spans) / (_FRAME_S / 2)))
    size = round(_FRAME_S * clip.sample_rate_hz)
    found = [_frame(clip, channel, at_s, size) for at_s in _moments(spans, count)]
    whole = [samples for samples in found if samples.size == size]
    return np.stack(whole) if whole else np.empty((0, size), np.float32)


def _moments(spans: Sequence[Span], count: int) -> npt.NDArray[np.float64]:
    """Times of the recording that lie evenly in the spans laid end to end."""
    lengths_s = np.array([span.duration_s for span in spans])
    ends_s = np.cumsum(lengths_s)
    into_s = (np.arange(count) + 0.5) * (ends_s[-1] if count else 0.0) / max(count, 1)
    index = np.searchsorted(ends_s, into_s)
    starts_s = np.array([span.start_s for span in spans])
    return np.asarray(starts_s[index] + into_s - (ends_s[index] - lengths_s[index])) if count else into_s


def _frame(clip: Clip, channel: int, at_s: float, size: int) -> Samples:
    start = max(0, round(at_s * clip.sample_rate_hz) - size // 2)
    return np.asarray(clip.pcm_frames(start, start + size)[:, channel], np.float32)


def _loud(table: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    if not table.size:
        return table
    table = table - table.mean(axis=1, keepdims=True)
    power = np.mean(table**2, axis=1)
    quietest = max(float(np.percentile(power, 95)) * 10 ** (-_QUIETEST_DB / 10), 1e-9)
    return np.asarray(table[power > quietest])


def _autocorrelation(table: npt.NDArray[np.float32], finer: int) -> npt.NDArray[np.float32]:
    """By lag, relative to lag 0 and freed of the window's own decline, `finer` lags a sample, up to half a frame."""
    size = table.shape[1]
    window = np.hanning(size).astype(np.float32)
    kept = finer * size // 2
    own = _correlated(window[None, :], finer, 2)[:, :kept]
    strengths = _correlated(table * window, finer, 1)[:, :kept]
    return np.asarray(strengths / strengths[:, :1] / (own / own[0, 0]), np.float32)


def _correlated(table: npt.NDArray[np.float32], finer: int, exponent: int) -> npt.NDArray[np.float32]:
    padded = 1 << (2 * table.shape[1] - 1).bit_length()
    spectra = np.abs(np.fft.rfft(table, padded, axis=1)) ** exponent
    return np.asarray(np.fft.irfft(spectra, finer * padded, axis=1), np.float32)


def _voiced_hz(
    strengths: npt.NDArray[np.float32], lags_per_s: int, low_hz: float, high_hz: float
) -> npt.NDArray[np.float64]:
    """The pitch of each voiced frame, unvoiced ones left out."""
    lags = np.arange(int(np.floor(lags_per_s / high_hz)), int(np.ceil(lags_per_s / low_hz)) + 1)
    lags = lags[(lags >= 1) & (lags < strengths.shape[1] - 1)]
    candidates = strengths[:, lags]
    costs = _OCTAVE_COST * np.log2(lags / lags[0])
    best = np.argmax(candidates - costs, axis=1)
    rows = np.arange(best.size)
    inside = (candidates[rows, best] >= _VOICED) & (best > 0) & (best < lags.size - 1)
    return np.asarray(lags_per_s / (lags[best] + _peak_offset(strengths, rows, lags[best]))[inside], np.float64)


def _peak_offset(
    strengths: npt.NDArray[np.float32], rows: npt.NDArray[np.int64], lag: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Where between samples a peak lies, from a parabola through three points; from -0.5 to 0.5."""
    left, middle, right = (strengths[rows, lag + step].astype(np.float64) for step in (-1, 0, 1))
    bend = left - 2 * middle + right
    offset = np.where(np.abs(bend) > 1e-9, 0.5 * (left - right) / np.where(bend == 0.0, 1.0, bend), 0.0)
    return np.clip(offset, -0.5, 0.5)
