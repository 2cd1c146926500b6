"""Sounds of calls, and what is on the disk afterwards."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from audio.events import Sound
from models.call import Side
from models.span import Span
from monitor.recorder.header import HEADER_BYTES, Header, parsed
from monitor.recorder.recorded import Finished, RecorderSettings
from monitor.recorder.recorder import Recorder
from monitor.recorder.records import bare_record

T0 = 1_760_000_000.0
INLINE = RecorderSettings(durable=False, reserve_bytes=0, reserve_ratio=0.0)
"""All in the test's own thread, whatever space this machine has."""
Mono = npt.NDArray[np.int16]


def ramp(count: int, first: int = 1) -> Mono:
    """Samples of which each tells its place: first, first + 1, ..., never 0."""
    return ((np.arange(count) + first - 1) % 30_000 + 1).astype(np.int16)


def sound(
    start_s: float, samples: Mono, rate_hz: int = 8000, leg: str = "leg", concealed: tuple[Span, ...] = ()
) -> Sound:
    """`start_s` counts from T0."""
    return Sound(leg, Side.CALLER, T0 + start_s, rate_hz, samples, concealed)


def recorder(root: Path, settings: RecorderSettings = INLINE) -> Recorder:
    return Recorder(root, settings)


def closed(recorder: Recorder, call_id: str = "call") -> Finished:
    """The call's end, and what arrived in `done/`."""
    recorder.close(call_id, bare_record)
    recorder.flush(T0)
    (finished,) = recorder.finished()
    return finished


def table(path: Path) -> npt.NDArray[np.int16]:
    """All frames of a recording, shape (frames, 2)."""
    return np.frombuffer(path.read_bytes()[HEADER_BYTES:], dtype="<i2").reshape(-1, 2)


def header(path: Path) -> Header:
    found = parsed(path.read_bytes())
    assert found is not None
    return found
