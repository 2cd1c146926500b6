"""How a stretch of speech ends: dying away, as sentences do, or at full voice, as when one is cut off."""

from __future__ import annotations

import numpy as np

from audio.band import FRAME_S, levels_of
from audio.clip import Clip
from models.span import Span

_LOOKED_AT_S = 8.0
_ENDING_S = 0.05
_QUIETEST_DB = 30.0


def ending_db(clip: Clip, channel: int, speech: Span) -> float | None:
    """Level of the last 50 ms of `speech` relative to its speaking level, in dB.

    The speaking level is the mean power of the frames within 30 dB of the loudest, over the last
    8 s. `None` where it is too short to have an ending.
    """
    start_s = max(speech.start_s, speech.end_s - _LOOKED_AT_S)
    power = 10 ** (levels_of(clip.read(channel, Span(start_s, speech.end_s)), clip.sample_rate_hz) / 10)
    frames = round(_ENDING_S / FRAME_S)
    if power.size < 2 * frames:
        return None
    speaking = power[power > power.max() / 10 ** (_QUIETEST_DB / 10)].mean()
    return float(10 * np.log10(power[-frames:].mean() / speaking))
