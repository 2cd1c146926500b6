"""A 3-hour recording against a 3-minute one: memory must hardly grow, and time only with the length."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import soundfile

from benchmarks.labelled import calls
from benchmarks.measured import measured
from benchmarks.timbre import analyse_all

_RATE_HZ = 8000


def main(short_min: float = 3, long_min: float = 180) -> None:
    with tempfile.TemporaryDirectory() as folder:
        short = measured(analyse_all, [recording_of(Path(folder), short_min)])
        long = measured(analyse_all, [recording_of(Path(folder), long_min)])
    for name, minutes, taken in (("short", short_min, short), ("long", long_min, long)):
        wall_s, rest_s = taken.result["wall_s"], taken.result["wall_s"] - taken.result["transcription_s"]
        print(
            f"{name:6} {minutes:5.0f} min: {wall_s / minutes:6.2f} s a minute, of which {rest_s / minutes:.3f} s not "
            f"transcription; peak memory {taken.peak_mb:.0f} MB"
        )
    growth = (long.result["wall_s"] / long_min) / (short.result["wall_s"] / short_min)
    print(f"memory added      {long.peak_mb - short.peak_mb:.0f} MB (bar: at most 300)")
    print(f"time per minute   {growth:.2f} times that of the short one (linear: about 1)")


def recording_of(folder: Path, minutes: float) -> Path:
    """The stereo calls at 8 kHz one after the other, again and again, for so long."""
    path = folder / f"{minutes:.0f}-minutes.wav"
    wanted = round(minutes * 60 * _RATE_HZ)
    sources = [path for path, truth in calls("stereo") if truth["sample_rate_hz"] == _RATE_HZ and path.suffix == ".wav"]
    with soundfile.SoundFile(path, "w", _RATE_HZ, 2, "ALAW") as out:
        while out.frames < wanted:
            for source in sources:
                samples, _ = soundfile.read(source, dtype="int16")
                out.write(np.asarray(samples)[: wanted - out.frames])
    return path
