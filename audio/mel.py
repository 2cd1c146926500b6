"""Windows of speech as mel spectra, all at one level, for encoders of voices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
import soxr
from librosa.filters import mel

from audio.clip import Clip, Samples
from audio.framing import frames, power_spectra
from models.span import Span

MelWindows = npt.NDArray[np.float32]
"""Power in 40 mel bands, shape (windows, 80 frames of 10 ms, 40)."""

WINDOW_S = 0.8
"""Shorter windows describe a voice less surely, longer ones straddle more turns."""

_RATE_HZ = 8000
_FRAME = 200
_HOP = 80
_BANDS = 40
_FRAMES = 80
_WINDOW = (_FRAMES - 1) * _HOP + _FRAME
_BATCH_S = 60.0
_LEVEL = np.float32(0.635)
"""Mean power of a window over time, in this filter bank's unit; found best of 8 dB around it."""


def window_spans(span: Span, hop_s: float, within: Span) -> tuple[Span, ...]:
    """Windows of `WINDOW_S` that cover a stretch of speech, in order; one around it where it is shorter.

    None where `within`, which all of them lie in, is shorter than a window.
    """
    if within.duration_s < WINDOW_S:
        return ()
    starts_s = [min(span.start_s, (span.start_s + span.end_s - WINDOW_S) / 2)]
    while starts_s[-1] + hop_s + WINDOW_S <= span.end_s:
        starts_s.append(starts_s[-1] + hop_s)
    if span.end_s - (starts_s[-1] + WINDOW_S) > hop_s / 3:
        starts_s.append(span.end_s - WINDOW_S)
    clamped = (min(max(start_s, within.start_s), within.end_s - WINDOW_S) for start_s in starts_s)
    return tuple(Span(start_s, start_s + WINDOW_S) for start_s in clamped)


def mel_windows(clip: Clip, channel: int, spans: Sequence[Span]) -> Iterator[MelWindows]:
    """The sound of `spans` (of `window_spans`, in order) in batches of about a minute, so that memory is bounded.

    Heard as a telephone carries it: at 8 kHz, in the lower bands of a mel filter bank made for 16 kHz.
    """
    at = 0
    while at < len(spans):
        end_s = spans[at].start_s + _BATCH_S
        stop = next((index for index in range(at, len(spans)) if spans[index].end_s > end_s), len(spans))
        stop = max(stop, at + 1)
        yield _batch(clip, channel, spans[at:stop])
        at = stop


def _batch(clip: Clip, channel: int, spans: Sequence[Span]) -> MelWindows:
    first_s = spans[0].start_s
    samples = _telephone(clip, channel, Span(first_s, spans[-1].end_s + _FRAME / _RATE_HZ))
    starts = [round((span.start_s - first_s) * _RATE_HZ / _HOP) for span in spans]
    needed = starts[-1] * _HOP + _WINDOW
    samples = np.pad(samples, (0, max(0, needed - samples.size)))
    bands = power_spectra(frames(samples, _FRAME, _HOP)) @ _filters()
    return _at_one_level(np.stack([bands[start : start + _FRAMES] for start in starts]))


def _telephone(clip: Clip, channel: int, span: Span) -> Samples:
    samples = clip.read(channel, span)
    if clip.sample_rate_hz == _RATE_HZ:
        return samples
    return np.asarray(soxr.resample(samples, clip.sample_rate_hz, _RATE_HZ), dtype=np.float32)


def _at_one_level(windows: MelWindows) -> MelWindows:
    power = windows.sum(axis=2).mean(axis=1)
    return np.asarray(windows * (_LEVEL / np.maximum(power, 1e-12))[:, None, None], np.float32)


@cache
def _filters() -> npt.NDArray[np.float32]:
    """The filter bank's lower half, shape (bins of an 8 kHz spectrum, bands)."""
    return np.asarray(mel(sr=2 * _RATE_HZ, n_fft=2 * _FRAME, n_mels=_BANDS)[:, : _FRAME // 2 + 1].T, np.float32)
