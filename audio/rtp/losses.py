"""How losses cluster: bursts and gaps of RFC 3611 (4.7.2), and the two-state Markov (Gilbert) model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audio.packets.batch import Indices
from audio.rtp.sequence import MAX_MISORDER

GMIN = 16
"""Packets in a row that must arrive for a burst to be over: RFC 3611's recommended value."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class LossCounts:
    """Counts from which every figure follows, and which add up over the streams of a direction.

    A packet is bad if it was lost on the way or discarded by the buffer; a slot is a packet that was expected.
    """

    received: int = 0
    lost: int = 0
    discarded: int = 0
    good_then_good: int = 0
    good_then_bad: int = 0
    bad_then_good: int = 0
    bad_then_bad: int = 0
    bursts: int = 0
    burst_slots: int = 0
    burst_bad: int = 0

    def __add__(self, other: LossCounts) -> LossCounts:
        return LossCounts(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def expected(self) -> int:
        return self.received + self.lost

    @property
    def bad_percent(self) -> float | None:
        return 100 * (self.lost + self.discarded) / self.expected if self.expected else None

    @property
    def p(self) -> float | None:
        """Chance that a bad packet follows a good one; `None` where no good one has a successor."""
        after_good = self.good_then_good + self.good_then_bad
        return self.good_then_bad / after_good if after_good else None

    @property
    def q(self) -> float | None:
        """Chance that a good packet follows a bad one; `None` where no bad one has a successor."""
        after_bad = self.bad_then_good + self.bad_then_bad
        return self.bad_then_good / after_bad if after_bad else None

    @property
    def burst_ratio(self) -> float | None:
        """BurstR of G.107: 1 / (p + q), 1 where losses are independent or absent; `None` where nothing came."""
        if not self.expected:
            return None
        p, q = self.p, self.q
        return 1 / (p + q) if p is not None and q is not None and p + q > 0 else 1.0

    @property
    def burst_density(self) -> float | None:
        """Share of bad packets within bursts; 0 where there is no burst."""
        if not self.expected:
            return None
        return self.burst_bad / self.burst_slots if self.burst_slots else 0.0

    @property
    def gap_density(self) -> float | None:
        """Share of bad packets between bursts."""
        slots = self.expected - self.burst_slots
        return (self.lost + self.discarded - self.burst_bad) / slots if slots else None


class LossMeter:
    """Counts losses in packets that come in any order, reordered by less than `MAX_MISORDER`; batches of any size."""

    def __init__(self) -> None:
        self._counts = np.zeros(len(LossCounts.__slots__), np.int64)
        self._slots: Indices = np.zeros(0, np.int64)
        self._discarded: Mask = np.zeros(0, np.bool_)
        self._seams: Indices = np.zeros(0, np.int64)
        self._before: tuple[int, bool] | None = None
        self._run = 0
        self._open: Indices = np.array([[0, -1, 0, -1]])
        """The cluster of bad packets that may still grow: first slot, last slot, bad packets, run between restarts."""

    def feed(self, slots: Indices, discarded: Mask, seams: Indices) -> None:
        """Each received packet's extended sequence number, once, and whether the buffer discards it.

        A seam is the highest number before a restart: what is missing just above it was never sent.
        """
        self._seams = np.concatenate((self._seams, seams))
        self._slots = np.concatenate((self._slots, slots))
        self._discarded = np.concatenate((self._discarded, discarded))
        if len(slots) and not (np.diff(self._slots) > 0).all():
            order = np.argsort(self._slots, kind="stable")
            self._slots, self._discarded = self._slots[order], self._discarded[order]
        if len(self._slots):
            self._settle(int(np.searchsorted(self._slots, self._slots[-1] - MAX_MISORDER)))

    def finish(self) -> LossCounts:
        """All counted to the end; nothing can be fed afterwards."""
        self._settle(len(self._slots))
        self._close(self._open)
        return LossCounts(*self._counts.tolist())

    def _settle(self, count: int) -> None:
        """Count the first slots, which nothing can come before any more."""
        slots, discarded = self._slots[:count], self._discarded[:count]
        self._slots, self._discarded = self._slots[count:], self._discarded[count:]
        if not count:
            return
        first = self._before is None
        last_slot, last_bad = self._before or (int(slots[0]) - 1, False)
        previous = np.concatenate(([last_slot], slots[:-1]))
        joined = np.searchsorted(self._seams, previous) == np.searchsorted(self._seams, slots)
        joined[0] &= not first
        gap = np.where(joined, slots - previous - 1, 0)
        self._before = int(slots[-1]), bool(discarded[-1])
        self._seams = self._seams[self._seams >= slots[-1]]
        self._count_pairs(joined, gap, np.concatenate(([last_bad], discarded[:-1])), discarded)
        self._count_bursts(slots, joined, gap, discarded)

    def _count_pairs(self, joined: Mask, gap: Indices, before: Mask, now: Mask) -> None:
        holes, received, discarded = gap > 0, len(gap), int(now.sum())
        lost, pairs = int(gap.sum()), int(joined.sum()) + int(gap.sum())
        good_good = int((joined & ~holes & ~before & ~now).sum())
        good_bad = int((joined & ~before & (holes | now)).sum())
        bad_good = int((joined & ~now & (holes | before)).sum())
        bad_bad = pairs - good_good - good_bad - bad_good
        self._counts[:7] += (received, lost, discarded, good_good, good_bad, bad_good, bad_bad)

    def _count_bursts(self, slots: Indices, joined: Mask, gap: Indices, discarded: Mask) -> None:
        bad = np.flatnonzero((gap > 0) | discarded)
        runs = self._run + np.cumsum(~joined)
        self._run = int(runs[-1])
        stretches = np.column_stack(
            (slots[bad] - gap[bad], slots[bad] - ~discarded[bad], gap[bad] + discarded[bad], runs[bad])
        )
        stretches = np.concatenate((self._open, stretches))
        start, end, weight, run = stretches.T
        parted = (start[1:] - end[:-1] - 1 >= GMIN) | (run[1:] != run[:-1])
        heads = np.concatenate(([0], np.flatnonzero(parted) + 1))
        tails = np.concatenate((heads[1:] - 1, [len(start) - 1]))
        clusters = np.column_stack((start[heads], end[tails], np.add.reduceat(weight, heads), run[heads]))
        self._close(clusters[:-1])
        self._open = clusters[-1:]

    def _close(self, clusters: Indices) -> None:
        start, end, weight, _ = clusters[clusters[:, 2] >= 2].T
        self._counts[7:] += (len(start), int((end - start + 1).sum()), int(weight.sum()))
