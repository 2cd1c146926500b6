"""Sequence numbers and timestamps, which wrap round, as numbers that only grow (RFC 3550, appendix A.1)."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from audio.packets.batch import Indices

MAX_DROPOUT = 3000
"""Packets ahead that may still be loss: a minute of them at 20 ms (RFC 3550's own figure)."""
MAX_MISORDER = 3000
"""Packets behind that may still be reordering. RFC 3550 says 100; a capture joined from two ports needs more."""


class Unwrapper:
    """Numbers of `bits` bits (16 or 32) as they arrive, unwrapped; batches may be cut anywhere.

    A number more than `ahead` in front of the highest so far, or more than `behind` at its back, is a stray; where the
    very next one follows on it (RFC 3550's rule of two in sequence) the sender has restarted, and the count goes on
    from there, above all that was before. Without limits no number is a stray, and each is the nearest to the highest.
    """

    def __init__(self, bits: int, ahead: int | None = None, behind: int | None = None) -> None:
        self._size = 1 << bits
        self._unsigned, self._signed = np.dtype(f"u{bits // 8}"), np.dtype(f"i{bits // 8}")
        self._ahead = ahead if ahead is not None else self._size // 2 - 1
        self._behind = behind if behind is not None else self._size // 2
        self._highest: int | None = None
        self._awaited: int | None = None
        self.restarts: Indices = np.zeros(0, np.int64)
        """Of the last batch fed: each the second packet of a new run, whose first is the stray before it."""
        self.strays: Indices = np.zeros(0, np.int64)
        """Of the last batch fed: packets that fit nowhere, or not yet."""

    @classmethod
    def of_sequence_numbers(cls) -> Unwrapper:
        return cls(16, MAX_DROPOUT, MAX_MISORDER)

    @classmethod
    def of_timestamps(cls) -> Unwrapper:
        """Without limits: how far a timestamp may leap after a silence is for the clock to say."""
        return cls(32)

    def feed(self, numbers: npt.NDArray[np.unsignedinteger[Any]]) -> Indices:
        """The numbers of one batch, unwrapped, equal to them modulo 2^bits."""
        self.restarts = self.strays = np.zeros(0, np.int64)
        if not len(numbers):
            return np.zeros(0, np.int64)
        if self._highest is None:
            self._highest = int(numbers[0])
        extended = self._in_a_row(numbers, self._highest)
        highest = np.maximum.accumulate(np.concatenate(([self._highest], extended)))
        step = extended - highest[:-1]
        if step.min() >= -self._behind and step.max() <= self._ahead:
            self._highest, self._awaited = int(highest[-1]), None
            return extended
        return self._one_by_one(numbers.tolist(), self._highest)

    def _in_a_row(self, numbers: npt.NDArray[np.unsignedinteger[Any]], before: int) -> Indices:
        """Each the nearest to its neighbour before: right wherever nothing leaps by half the range."""
        known = np.concatenate((np.array([before % self._size], self._unsigned), numbers.astype(self._unsigned)))
        steps = (known[1:] - known[:-1]).view(self._signed)  # unsigned differences wrap as the numbers do
        extended = np.cumsum(steps, dtype=np.int64)
        extended += before
        return extended

    def _one_by_one(self, numbers: list[int], highest: int) -> Indices:
        """With every rule, and 20 times slower: for batches in which something leaps."""
        extended, restarts, strays = [], [], []
        half, awaited = self._size // 2, self._awaited
        for index, number in enumerate(numbers):
            step = (number - highest + half) % self._size - half
            if -self._behind <= step <= self._ahead:
                awaited = None
            elif number == awaited:
                step %= self._size
                restarts.append(index)
                awaited = None
            else:
                step %= self._size
                strays.append(index)
                awaited = (number + 1) % self._size
            extended.append(highest + step)
            if awaited is None:
                highest = extended[-1] if step > 0 else highest
        self._highest, self._awaited = highest, awaited
        self.restarts, self.strays = np.array(restarts, np.int64), np.array(strays, np.int64)
        return np.array(extended, np.int64)
