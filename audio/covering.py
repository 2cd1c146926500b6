"""Stretches of sound covered, so that what was said there cannot be heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.span import Span

_TONE_HZ = 440.0
_TONE_PEAK = 1036  # -30 dBov: heard beside speech and never startling


@dataclass(frozen=True, slots=True)
class Cover:
    """What is covered, on every channel: each leg carries a little of the other's voice."""

    spans: tuple[Span, ...] = ()
    tone: bool = False
    """A soft tone, where it would be silence."""

    def over(self, pcm: npt.NDArray[np.int16], start: int, rate_hz: int) -> npt.NDArray[np.int16]:
        """Frames, of which the first is the recording's `start`th, with what is to be covered covered."""
        places = list(_places(self.spans, start, len(pcm), rate_hz))
        if not places:
            return pcm
        covered = pcm.copy()
        for first, last in places:
            covered[first:last] = self._instead(start + first, last - first, rate_hz)[:, None]
        return covered

    def _instead(self, start: int, frames: int, rate_hz: int) -> npt.NDArray[np.int16]:
        if not self.tone:
            return np.zeros(frames, np.int16)
        phase = 2 * np.pi * _TONE_HZ / rate_hz * np.arange(start, start + frames)
        tone: npt.NDArray[np.int16] = np.rint(_TONE_PEAK * np.sin(phase)).astype(np.int16)
        return tone


def _places(spans: Sequence[Span], start: int, frames: int, rate_hz: int) -> list[tuple[int, int]]:
    """First and end frame of what is covered, counted from `start`."""
    found = ((round(span.start_s * rate_hz) - start, round(span.end_s * rate_hz) - start) for span in spans)
    return [(max(0, first), min(frames, end)) for first, end in found if first < frames and end > 0]
