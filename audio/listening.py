"""A recording as people listen to it in a browser: Ogg Opus, small enough to travel inside a page."""

from __future__ import annotations

import io
from collections.abc import Iterator

import av
import numpy as np

from audio.clip import Clip
from audio.covering import Cover

MIME_TYPE = "audio/ogg; codecs=opus"
_BITS_PER_S = 16_000  # a channel: telephone speech is transparent from about 12 kbit/s (RFC 7587, 3.1.1)
_COMPLEXITY = "2"  # of 10: half the time of the default, and nobody hears it in telephone speech
_RATES_HZ = (8000, 12000, 16000, 24000, 48000)
_BLOCK_FRAMES = 1 << 16


def encoded(clip: Clip, cover: Cover | None = None) -> bytes:
    """The clip as Ogg Opus, its channels kept, covered where `cover` says; memory grows with the encoded size only."""
    file = io.BytesIO()
    rate_hz = next(rate for rate in _RATES_HZ if rate >= min(clip.sample_rate_hz, _RATES_HZ[-1]))
    layout = "stereo" if clip.channels == 2 else "mono"
    with av.open(file, "w", format="ogg") as container:
        options = {"compression_level": _COMPLEXITY, "application": "voip"}
        stream = container.add_stream("libopus", rate=rate_hz, layout=layout, options=options)
        stream.bit_rate = _BITS_PER_S * clip.channels
        resampler = av.AudioResampler("s16", layout, rate_hz)
        for frame in _frames(clip, layout, cover or Cover()):
            for part in resampler.resample(frame):
                container.mux(stream.encode(part))
        for part in resampler.resample(None):
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return file.getvalue()


def _frames(clip: Clip, layout: str, cover: Cover) -> Iterator[av.AudioFrame]:
    for start in range(0, clip.frames, _BLOCK_FRAMES):
        samples = cover.over(clip.pcm_frames(start, start + _BLOCK_FRAMES), start, clip.sample_rate_hz)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples).reshape(1, -1), format="s16", layout=layout)
        frame.sample_rate = clip.sample_rate_hz
        frame.pts = start
        yield frame
