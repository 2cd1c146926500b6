"""Reading a recording while it is made, from any process."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from audio.clip import Clip
from monitor.recorder.header import CHANNELS, HEADER_BYTES, parsed
from monitor.recorder.names import LIVE, file_name, part_name


@dataclass(frozen=True, slots=True)
class LiveClip:
    """What is on the disk now of a call that goes on."""

    clip: Clip
    """Of the file that is growing: the whole recording, but for calls of many hours."""
    start_s: float
    """Where `clip` begins on the recording's time line."""
    started_s: float
    """The recording's time zero on the capture clock. It goes back where an earlier sound turns up late."""
    heard_s: tuple[float, float]
    """For each channel, how far its sound goes on the recording's time line: after it, silence is not yet silence."""


def live_clip(root: Path, call_id: str) -> LiveClip | None:
    """A call's sound so far, mapped and not read into memory; `None` where there is none (yet, or any more)."""
    live, name = root / LIVE, file_name(call_id)
    try:
        paths = [path for path in live.glob(f"{name}.*.wav") if part_name(path.name) == name]
        latest = max(paths, key=lambda path: int(path.name.split(".")[1]))  # made in order of time, as nearly always
        with latest.open("rb") as file:
            header = parsed(file.read(HEADER_BYTES))
            if header is None or not header.frames:
                return None
            frames = np.memmap(file, dtype="<i2", mode="r", offset=HEADER_BYTES, shape=(header.frames, CHANNELS))
    except (OSError, ValueError):  # none yet, moved meanwhile, or shorter than it says
        return None
    rate_hz = header.sample_rate_hz
    clip = Clip(rate_hz, CHANNELS, header.frames, frames)
    heard_s = (header.heard[0] / rate_hz, header.heard[1] / rate_hz)
    return LiveClip(clip, header.first_frame / rate_hz, header.started_s, heard_s)
