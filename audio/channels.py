"""Two channels of one call: whether they are really two, and how to make one of two and two of one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from audio.clip import Clip
from audio.pcm import FULL_SCALE, Frames, silences
from audio.resampling import resampled
from audio.spool import Decoded, DecodeLimits, PcmStream, spooled

_BLOCK_S = 0.25
_MOST_BLOCKS = 2000
"""Blocks looked at, evenly over the call: 500 s of sound are enough to tell."""
_QUIETEST_DBOV = -50.0
_BELOW_LOUD_DB = 18.0
"""Quieter blocks than this below the loud ones are mostly the codec's noise."""
_ALIKE = 0.8
"""Correlation of one block: a low-rate codec's noise at -10 dB still gives 0.95, two voices stay under 0.3."""
_GAIN_DB = 12.0
"""More difference than a volume control makes; echo is 20 dB and more below."""
_STEADY_DB = 3.0
_SHARE = 0.85
_READ_FRAMES = 1 << 18


def same_sound(clip: Clip) -> bool:
    """Whether a clip's two channels carry one and the same sound, up to gain, polarity and codec noise.

    In a real call of two channels each channel holds its own party and at most the other's echo, so that the
    two are alike with a gain that turns over with the speaker: only blocks alike at one and the same
    moderate gain count, and nearly all blocks with sound must. Silence on both is not the same sound.
    """
    if clip.channels != 2:
        return False
    figures = np.array(list(_figures(clip)))
    loudest = figures[:, :2].max(axis=1, initial=0.0) if len(figures) else np.zeros(0)
    if not loudest.any():
        return False
    floor = max(10 ** (_QUIETEST_DBOV / 10), np.percentile(loudest, 95) * 10 ** (-_BELOW_LOUD_DB / 10))
    heard = figures[loudest >= floor]
    return bool(len(heard)) and _share_alike(heard) >= _SHARE


def _figures(clip: Clip) -> Iterator[tuple[float, float, float]]:
    """Power of both channels (full scale 1) and their cross power, a block."""
    step = round(_BLOCK_S * clip.sample_rate_hz)
    count = max(1, clip.frames // step)
    for index in np.unique(np.linspace(0, count - 1, min(count, _MOST_BLOCKS)).astype(int)):
        table = clip.pcm_frames(int(index) * step, (int(index) + 1) * step).astype(np.float64) / FULL_SCALE
        table -= table.mean(axis=0)
        left, right = table[:, 0], table[:, 1]
        yield float(np.mean(left**2)), float(np.mean(right**2)), float(np.mean(left * right))


def _share_alike(heard: npt.NDArray[np.float64]) -> float:
    left, right, cross = np.maximum(heard[:, 0], 1e-12), np.maximum(heard[:, 1], 1e-12), np.abs(heard[:, 2])
    gain_db = 10 * np.log10(right / left)
    usual_db = float(np.median(gain_db))
    alike = (cross / np.sqrt(left * right) >= _ALIKE) & (np.abs(gain_db - usual_db) <= _STEADY_DB)
    return float(alike.mean()) if abs(usual_db) <= _GAIN_DB else 0.0


def mono(clip: Clip, channel: int | None, spool_dir: Path, limits: DecodeLimits) -> Decoded:
    """One channel alone, or the mean of all where `channel` is `None`, in a new spool file."""
    parts = (_averaged(block) if channel is None else block[:, channel : channel + 1] for block in _blocks(clip))
    return _made(PcmStream(clip.sample_rate_hz, 1, parts), spool_dir, limits)


def one_time_line(first: Clip, second: Clip, spool_dir: Path, limits: DecodeLimits) -> Decoded:
    """Two recordings of one leg each as two channels that start together, in a new spool file.

    The shorter is padded with silence, the lower rate brought up to the higher; a leg of two channels is averaged.
    """
    rate_hz = max(first.sample_rate_hz, second.sample_rate_hz)
    legs = [_Leg(clip, rate_hz) for clip in (first, second)]
    return _made(PcmStream(rate_hz, 2, _side_by_side(*legs)), spool_dir, limits)


def _made(stream: PcmStream, spool_dir: Path, limits: DecodeLimits) -> Decoded:
    return spooled(stream, spool_dir, replace(limits, min_duration_s=0.0))


def _blocks(clip: Clip) -> Iterator[Frames]:
    for start in range(0, clip.frames, _READ_FRAMES):
        yield clip.pcm_frames(start, start + _READ_FRAMES)


class _Leg:
    """One leg's samples at the common rate, taken in any portions."""

    def __init__(self, clip: Clip, rate_hz: int) -> None:
        mono = (_averaged(block) for block in _blocks(clip))
        same = clip.sample_rate_hz == rate_hz
        self._blocks = mono if same else resampled(mono, clip.sample_rate_hz, rate_hz, 1)
        self._waiting: Frames = np.zeros((0, 1), dtype=np.int16)

    def take(self, frames: int) -> Frames:
        """The next frames, shape (frames, 1); fewer at the end."""
        parts = [self._waiting]
        while sum(map(len, parts)) < frames and (block := next(self._blocks, None)) is not None:
            parts.append(block)
        table = np.concatenate(parts)
        self._waiting = table[frames:]
        return table[:frames]


def _averaged(block: Frames) -> Frames:
    if block.shape[1] == 1:
        return block
    mean: Frames = block.mean(axis=1, keepdims=True, dtype=np.float32).astype(np.int16)
    return mean


def _side_by_side(first: _Leg, second: _Leg) -> Iterator[Frames]:
    while True:
        pair = first.take(_READ_FRAMES), second.take(_READ_FRAMES)
        frames = max(map(len, pair))
        if not frames:
            return
        yield np.hstack([_padded(leg, frames) for leg in pair])


def _padded(leg: Frames, frames: int) -> Frames:
    return np.concatenate([leg, *silences(frames - len(leg), 1)])
