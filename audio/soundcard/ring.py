"""Blocks of sound on their way from the device's callback to the reader."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """What one callback brought."""

    arrived_s: float
    """On the capture clock, when the callback was called: its last frame is a little older."""
    samples: npt.NDArray[np.int16]
    """Shape (frames, channels)."""
    heard_s: float | None = None
    """When its first frame was heard by the library's account, on the capture clock; `None` where it gives none."""
    overrun: bool = False
    """Sound before this block was lost, by the device or for want of a reader."""


class BlockRing:
    """A bounded queue for one writer, the callback, and one reader.

    The callback must never wait, so there is no lock: `deque` appends and pops are atomic. Where the reader is late
    the newest block is refused, and the next that is taken says so.
    """

    def __init__(self, capacity: int, channels: int) -> None:
        self._capacity = capacity
        self._channels = channels
        self._blocks: deque[tuple[float, bytes, float | None, bool]] = deque()
        self._lost = False
        self._dropped = self._told = 0

    def push(self, arrived_s: float, data: bytes, heard_s: float | None, *, overrun: bool) -> None:
        """Called by the callback."""
        if len(self._blocks) >= self._capacity:
            self._dropped += 1
            self._lost = True
            return
        self._blocks.append((arrived_s, data, heard_s, overrun or self._lost))
        self._lost = False

    def take(self) -> list[Block]:
        """All that there is, oldest first."""
        taken: list[Block] = []
        for _ in range(len(self._blocks)):
            arrived_s, data, heard_s, overrun = self._blocks.popleft()
            samples = np.frombuffer(data, dtype="<i2").reshape(-1, self._channels)
            taken.append(Block(arrived_s, samples, heard_s, overrun))
        return taken

    def newly_dropped(self) -> int:
        """Blocks refused since the last time."""
        dropped = self._dropped
        newly, self._told = dropped - self._told, dropped
        return newly
