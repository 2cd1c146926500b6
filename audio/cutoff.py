"""How a stretch of speech ends: dying away, as sentences do, or at full voice, as when one is cut off."""

from __future__ import annotations

import numpy as np

from audio.clip import Clip
from models.span import Span

_LOOKED_AT_S = 8.0
_ENDING_S = 0.1
_FRAME_S = 0.01
_QUIETEST_DB = 30.0


def ending_db(clip: Clip, channel: int, speech: Span) -> float | None:
    """Level of the last 100 ms of `speech` relative to its speaking level, in dB.

    The speaking level is the mean power of the frames within 30 dB of the loudest, over the last
    8 s. On the labelled calls 95 % of sentences that were finished end under -6 dB (median -15),
    and 9 of 10 that were cut off over -9 dB. `None` where there is no sound at all.
    """
    start_s = max(speech.start_s, speech.end_s - _LOOKED_AT_S)
    samples = clip.read(channel, Span(start_s, speech.end_s))
    size = round(_FRAME_S * clip.sample_rate_hz)
    whole = samples[samples.size % size :].reshape(-1, size)
    power = np.mean(whole.astype(np.float64) ** 2, axis=1)
    if power.size == 0 or power.max() <= 0.0:
        return None
    speaking = power[power > power.max() / 10 ** (_QUIETEST_DB / 10)].mean()
    ending = power[-round(_ENDING_S / _FRAME_S) :].mean()
    return float(10 * np.log10(max(ending, 1e-12) / speaking))
