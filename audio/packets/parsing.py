"""What a reader of a capture format gives back for the bytes it was shown."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt

from audio.packets.batch import Bytes, Indices, PacketBatch, Times, rows_at

MAX_PACKETS = 200_000
"""Of one batch."""
MAX_PACKET_BYTES = 262_144
"""As libpcap bounds a record; a longer one is damage."""
_SLICE_S = 0.25


@dataclass(frozen=True, slots=True)
class Parsed:
    """Whole packets, the bytes that they took, and why no more can come (`damaged`), if so."""

    batches: tuple[PacketBatch, ...]
    consumed: int
    damage: str | None = None


class CaptureParser(Protocol):
    """Of one file. It is shown bytes from where the last call's `consumed` ended, and keeps none of them."""

    def parse(self, data: Bytes) -> Parsed:
        """The whole packets at the beginning of `data`. Never raises for what the bytes hold."""


def words_at(data: Bytes, at: Indices, count: int, order: str) -> npt.NDArray[np.uint32]:
    """`count` 32-bit words from each offset, aligned or not, shape (len(at), count); `order` is `<` or `>`."""
    if not len(at):
        return np.empty((0, count), np.uint32)
    return rows_at(data, at, 4 * count).view(f"{order}u4").reshape(-1, count)


def batches(
    data: Bytes, starts: Indices, lengths: Indices, times_s: Times, link_types: npt.NDArray[np.int64]
) -> tuple[PacketBatch, ...]:
    """Packets in batches of one link type. Where types mix, order across types is kept to a quarter of a second."""
    if not len(starts):
        return ()
    if (link_types == link_types[0]).all():
        cuts = range(0, len(starts), MAX_PACKETS)
        groups = [(int(link_types[0]), np.arange(cut, min(cut + MAX_PACKETS, len(starts)))) for cut in cuts]
    else:
        groups = _slices(times_s, link_types)
    return tuple(PacketBatch(kind, data, starts[rows], lengths[rows], times_s[rows]) for kind, rows in groups)


def _slices(times_s: Times, link_types: npt.NDArray[np.int64]) -> list[tuple[int, Indices]]:
    latest_s = np.maximum.accumulate(times_s)
    slice_of = np.floor((latest_s - latest_s[0]) / _SLICE_S)
    edges = [0, *(np.flatnonzero(np.diff(slice_of)) + 1).tolist(), len(times_s)]
    groups: list[tuple[int, Indices]] = []
    for begin, end in pairwise(edges):
        kinds = dict.fromkeys(link_types[begin:end].tolist())
        groups += [(kind, begin + np.flatnonzero(link_types[begin:end] == kind)) for kind in kinds]
    return groups
