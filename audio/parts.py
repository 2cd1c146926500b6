"""A decoder's small frames, put on one time line and handed on in large blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from audio.pcm import Frames, pcm16, silences
from models.errors import RecordingError

_BATCH_FRAMES = 1 << 15
_GAP_S = 0.1


@dataclass(frozen=True, slots=True)
class Part:
    """One decoded frame; `table` has the decoder's own width and shape (frames, channels)."""

    at_s: float | None
    table: npt.NDArray[Any]


def gaps_filled(
    parts: Iterable[Part], channels: int, rate_hz: int, longest_s: float, notes: list[str]
) -> Iterator[Part]:
    """What was not sent (a muted microphone, discontinuous transmission) as silence, so that times stay true."""
    origin_s, given = None, 0
    for part in parts:
        if part.at_s is not None:
            origin_s = part.at_s if origin_s is None else origin_s
            gap = round((part.at_s - origin_s) * rate_hz) - given
            if _GAP_S * rate_hz < gap < longest_s * rate_hz:
                notes.append("gaps_filled")
                given += gap
                yield from (Part(None, silence) for silence in silences(gap, channels))
        given += len(part.table)
        yield part


def batched(parts: Iterable[Part]) -> Iterator[Frames]:
    """Fewer, larger blocks of 16 bits: a decoder's are of 20 ms, and the cost is by the call."""
    waiting: list[npt.NDArray[Any]] = []
    count = 0
    for part in parts:
        if waiting and (count >= _BATCH_FRAMES or part.table.dtype != waiting[0].dtype):
            yield _pcm(waiting)
            waiting, count = [], 0
        waiting.append(part.table)
        count += len(part.table)
    if waiting:
        yield _pcm(waiting)


def _pcm(tables: list[npt.NDArray[Any]]) -> Frames:
    try:
        return pcm16(np.concatenate(tables))
    except TypeError as error:
        raise RecordingError(f"samples of no usable width: {tables[0].dtype}", "unreadable") from error
