"""Who talks in a live call, near enough for a person who watches: the analysis measures it properly."""

from __future__ import annotations

import numpy as np

from audio.events import Sound

_FRAME_S = 0.02
_TALK_DBOV = -45.0
"""Telephone speech is 10 to 30 dB over this, the noise of a line 10 under."""


def talk_s(sound: Sound) -> float:
    """Seconds of a sound in which somebody seems to talk: frames of 20 ms over -45 dBov."""
    frame = round(_FRAME_S * sound.sample_rate_hz)
    frames = sound.samples[: len(sound.samples) // frame * frame].reshape(-1, frame).astype(np.float32)
    if not len(frames):
        return 0.0
    threshold = 32768.0 * 10 ** (_TALK_DBOV / 20)
    return float(np.count_nonzero(np.einsum("ij,ij->i", frames, frames) > threshold**2 * frame) * _FRAME_S)
