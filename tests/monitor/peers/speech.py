"""What the parties say: raw A-law out of the labelled calls that ship with the product."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from audio.g711 import alaw_samples
from tests.examples import FOLDER, STEREO, truth

PACKET = 160
RATE_HZ = 8000
_CODES = np.arange(256, dtype=np.uint8)
_VALUES = alaw_samples(_CODES).astype(np.int32)
_ORDER = np.argsort(_VALUES, kind="stable")

Codes = npt.NDArray[np.uint8]
Pcm = npt.NDArray[np.int16]


def spoken(party: str, packets: int) -> Codes:
    """A party's first words as A-law, so many packets of 20 ms. No code of A-law is the sample 0: that is silence."""
    channel = truth()["channels"].index(party)
    start = round(next(turn["start_s"] for turn in truth()["turns"] if turn["who"] == party) * RATE_HZ)
    samples, _ = soundfile.read(FOLDER / truth(STEREO)["file"], dtype="int16", always_2d=True)
    return encoded(samples[start : start + packets * PACKET, channel])


def encoded(samples: Pcm) -> Codes:
    """The nearest code of each sample."""
    values = _VALUES[_ORDER]
    above = np.clip(np.searchsorted(values, samples), 1, 255)
    nearer = np.where(samples - values[above - 1] < values[above] - samples, above - 1, above)
    return _CODES[_ORDER][nearer]


def written(codes: Codes, path: Path) -> Path:
    path.write_bytes(codes.tobytes())
    return path


def heard(channel: Pcm) -> Pcm:
    """From the first to the last sample that was not made for want of any: A-law has none that is 0."""
    there = np.flatnonzero(channel)
    return channel[there[0] : there[-1] + 1] if len(there) else channel[:0]
