"""Samples cut off at the top of what the recording or its codec can hold."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from audio.clip import Clip
from models.span import Span, union

_CODE_EXTREME = 32124
"""The highest value that mu-law decodes to; A-law's is 32256, linear PCM's 32767."""
_SHORTEST_RUN = 3
_BLOCK_S = 30.0


def clipped_ratio(clip: Clip, channel: int, speech: Iterable[Span]) -> float | None:
    """Share of the samples within `speech` that are clipped, from 0 to 1; `None` without speech.

    Clipped are runs of three samples and more with one and the same value at or above 98 % of full scale: a wave that
    is whole keeps moving through its peak, and one that was cut lies flat at full scale or at its codec's extreme.
    What was clipped before a lossy codec or an attenuator no longer lies flat and is not seen.
    """
    clipped = total = 0
    for piece in _pieces(speech):
        start, stop = (round(at_s * clip.sample_rate_hz) for at_s in (piece.start_s, piece.end_s))
        samples = clip.pcm_frames(start, stop)[:, channel]
        clipped += _clipped_count(samples)
        total += samples.size
    return clipped / total if total else None


def _pieces(speech: Iterable[Span]) -> Iterable[Span]:
    for span in union(speech):
        for start_s in np.arange(span.start_s, span.end_s, _BLOCK_S):
            yield Span(float(start_s), min(float(start_s) + _BLOCK_S, span.end_s))


def _clipped_count(samples: npt.NDArray[np.int16]) -> int:
    extreme = np.flatnonzero(np.abs(samples.astype(np.int32)) >= _CODE_EXTREME)
    if not extreme.size:
        return 0
    breaks = (np.diff(extreme) > 1) | (np.diff(samples[extreme].astype(np.int32)) != 0)
    lengths = np.diff(np.concatenate(([0], np.flatnonzero(breaks) + 1, [extreme.size])))
    return int(lengths[lengths >= _SHORTEST_RUN].sum())
