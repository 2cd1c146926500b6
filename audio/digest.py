"""Sound told from other sound, so that what was found in it is never taken for another's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np

from audio.clip import Clip
from models.span import Span

_DIGEST_BYTES = 16


def sound_digest(clip: Clip, channel: int, spans: Iterable[Span]) -> str:
    """Of one channel's samples within `spans`, as hexadecimal digits: the same wherever the sound lies."""
    digest = hashlib.blake2b(clip.sample_rate_hz.to_bytes(4, "little"), digest_size=_DIGEST_BYTES)
    for span in spans:
        start, stop = round(span.start_s * clip.sample_rate_hz), round(span.end_s * clip.sample_rate_hz)
        digest.update(np.ascontiguousarray(clip.pcm_frames(start, stop)[:, channel]).astype("<i2", copy=False).data)
    return digest.hexdigest()
