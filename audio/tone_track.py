"""The sound of a telephone line in the band of its tones, frame by frame.

Frames of 64 ms under a Hann window part the two tones of the American plan from a voice's harmonics.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import soxr

from audio.clip import Clip, Samples
from audio.framing import decibels, frames, power_spectra
from models.span import Span

_RATE_HZ = 8000
_WINDOW = 512
_HOP = 128
HOP_S = _HOP / _RATE_HZ
HALF_WINDOW_S = _WINDOW / 2 / _RATE_HZ
_BLOCK_S = 8.0

TONE_BAND_HZ = (375.0, 505.0)
_OTHER_BANDS_HZ = ((200.0, 330.0), (560.0, 3400.0))
_VOICE_BAND_HZ = (200.0, 3400.0)
_PURITY_DB = 9.0
_QUIETEST_DBOV = -52.0
_SPEECH_BEGUN_S = 3.0
_ABOVE_FLOOR_DB = 15.0
_NO_NOISE_DBOV = -35.0
"""What is louder is no line noise, even where it never pauses."""


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """Per frame of one channel, one every `HOP_S`, the first centred on `HALF_WINDOW_S`."""

    tone_db: npt.NDArray[np.float32]
    """Level in the tones' band."""
    other_db: npt.NDArray[np.float32]
    """Level of the strongest line outside the band."""
    sound_db: npt.NDArray[np.float32]
    """Level of the whole telephone band."""
    frequency_hz: npt.NDArray[np.float32]
    """Centre of gravity of the tones' band."""

    @property
    def purity_db(self) -> npt.NDArray[np.float32]:
        return self.tone_db - self.other_db

    @property
    def duration_s(self) -> float:
        return self.tone_db.size * HOP_S

    @property
    def tonal(self) -> npt.NDArray[np.bool_]:
        """Frames in which a tone stands above all else."""
        return (self.purity_db >= _PURITY_DB) & (self.tone_db > _QUIETEST_DBOV)

    def joined(self, more: Track) -> Track:
        return Track(
            np.concatenate((self.tone_db, more.tone_db)),
            np.concatenate((self.other_db, more.other_db)),
            np.concatenate((self.sound_db, more.sound_db)),
            np.concatenate((self.frequency_hz, more.frequency_hz)),
        )


def blocks(clip: Clip, channel: int, until_s: float) -> Iterator[Samples]:
    """Samples at 8 kHz, each block running on far enough for the frames that start within it."""
    overlap_s = (_WINDOW - _HOP) / _RATE_HZ
    end_s = min(until_s, clip.duration_s)
    for start_s in np.arange(0.0, end_s, _BLOCK_S):
        samples = clip.read(channel, Span(start_s, min(start_s + _BLOCK_S + overlap_s, end_s)))
        yield _at_rate(samples, clip.sample_rate_hz)


def _at_rate(samples: Samples, sample_rate_hz: int) -> Samples:
    if sample_rate_hz == _RATE_HZ:
        return samples
    return np.asarray(soxr.resample(samples, sample_rate_hz, _RATE_HZ, "LQ"), np.float32)


def empty_track() -> Track:
    return track_of(np.zeros(0, np.float32))


def track_of(samples: Samples) -> Track:
    """Frames of samples at 8 kHz; none where there are fewer than 64 ms."""
    power = power_spectra(frames(samples, _WINDOW, _HOP))
    bins_hz = np.arange(power.shape[1]) * _RATE_HZ / _WINDOW
    tone = power[:, within(bins_hz, TONE_BAND_HZ)]
    lines = power[:, :-2] + power[:, 1:-1] + power[:, 2:]
    other = np.any([within(bins_hz[1:-1], band) for band in _OTHER_BANDS_HZ], axis=0)
    total = tone.sum(axis=1)
    return Track(
        tone_db=decibels(total),
        other_db=decibels(lines[:, other].max(axis=1, initial=0.0)),
        sound_db=decibels(power[:, within(bins_hz, _VOICE_BAND_HZ)].sum(axis=1)),
        frequency_hz=(tone @ bins_hz[within(bins_hz, TONE_BAND_HZ)] / np.maximum(total, 1e-20)).astype(np.float32),
    )


def speech_begun(track: Track) -> bool:
    """Whether sound that is no tone has been there for long enough to be people, music or a machine speaking."""
    if not track.duration_s:
        return False
    above_noise_db = float(np.percentile(track.sound_db, 10)) + _ABOVE_FLOOR_DB
    other = (track.sound_db > np.clip(above_noise_db, _QUIETEST_DBOV, _NO_NOISE_DBOV)) & ~track.tonal
    return bool(np.count_nonzero(other) * HOP_S > _SPEECH_BEGUN_S)


def within(bins_hz: npt.NDArray[np.floating], band_hz: tuple[float, float]) -> npt.NDArray[np.bool_]:
    return (bins_hz >= band_hz[0]) & (bins_hz <= band_hz[1])
