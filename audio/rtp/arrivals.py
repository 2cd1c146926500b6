"""Which packets of a stream are new, which come twice and which come late."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audio.packets.batch import Indices
from audio.rtp.sequence import MAX_MISORDER, Unwrapper

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Arrived:
    """One batch of packets, placed in the stream."""

    extended: Indices
    """Sequence numbers that only grow; after a restart they go on above all before."""
    new: Mask
    """Neither a second copy nor a stray."""
    restart_firsts: Indices
    """Extended numbers of packets that were taken for strays until the next one showed that the sender restarted."""
    seams: Indices
    """The highest number before each restart."""


class Arrivals:
    """Tells copies and reordering in packets as they come; batches of any size."""

    def __init__(self) -> None:
        self.duplicated = 0
        self.reordered = 0
        self.restarts = 0
        self._unwrapper = Unwrapper.of_sequence_numbers()
        self._recent: Indices = np.zeros(0, np.int64)
        """What came so far and could still come again, sorted."""
        self._highest: int | None = None

    def feed(self, sequence: npt.NDArray[np.uint16]) -> Arrived:
        extended = self._unwrapper.feed(sequence)
        restarts, strays = self._unwrapper.restarts, self._unwrapper.strays
        fitting = np.ones(len(extended), np.bool_)
        fitting[strays] = False
        firsts = extended[restarts] - 1
        before = self._highest_before(extended, fitting)
        self.restarts += len(restarts)
        new = self._new(extended, fitting, firsts, before)
        self.duplicated += int(np.count_nonzero(fitting & ~new))
        self.reordered += int(np.count_nonzero(new & (extended < before)))
        return Arrived(extended, new, firsts, before[restarts])

    def _highest_before(self, extended: Indices, fitting: Mask) -> Indices:
        """Of each packet, the highest number before it."""
        start = self._highest if self._highest is not None else int(extended[0]) - 1 if len(extended) else 0
        reached = np.maximum.accumulate(np.concatenate(([start], np.where(fitting, extended, start))))
        if len(extended):
            self._highest = int(reached[-1])
        return reached[:-1]

    def _new(self, extended: Indices, fitting: Mask, firsts: Indices, before: Indices) -> Mask:
        if fitting.all() and not len(firsts) and bool((extended > before).all()):
            self._remember(np.concatenate((self._recent, extended)))
            return fitting
        places = np.flatnonzero(fitting)
        known = len(self._recent) + len(firsts)
        numbers, first_seen = np.unique(np.concatenate((self._recent, firsts, extended[places])), return_index=True)
        new = np.zeros(len(extended), np.bool_)
        new[places[first_seen[first_seen >= known] - known]] = True
        self._remember(numbers)
        return new

    def _remember(self, numbers: Indices) -> None:
        if len(numbers):
            self._recent = numbers[np.searchsorted(numbers, numbers[-1] - MAX_MISORDER) :]
