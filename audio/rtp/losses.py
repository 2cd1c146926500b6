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
        self._slots: Indices = np.zeros(0, np.int64)
        """What came, in order; the first is counted already, once anything is."""
        self._discarded: Mask = np.zeros(0, np.bool_)
        self._seams: Indices = np.zeros(0, np.int64)
        self._totals = _Totals()
        self._open = np.array([[0, -1, 0, -1]])
        """The cluster of bad packets that may still grow: first slot, last slot, bad packets, run between restarts."""

    def feed(self, slots: Indices, discarded: Mask, seams: Indices) -> None:
        """Each received packet's extended sequence number, once, and whether the buffer discards it.

        A seam is the highest number before a restart: what is missing just above it was never sent.
        """
        if not len(slots):
            return
        if not len(self._slots):
            self._begin(int(slots.min()))
        self._seams = np.concatenate((self._seams, seams))
        self._slots = np.concatenate((self._slots, slots))
        self._discarded = np.concatenate((self._discarded, discarded))
        if not (self._slots[1:] > self._slots[:-1]).all():
            order = np.argsort(self._slots, kind="stable")
            self._slots, self._discarded = self._slots[order], self._discarded[order]
        self._settle(int(np.searchsorted(self._slots, self._slots[-1] - MAX_MISORDER)))

    def finish(self) -> LossCounts:
        """All counted to the end; nothing can be fed afterwards."""
        self._settle(len(self._slots))
        self._close(self._open)
        if len(self._slots):
            self._totals.bad_ends += int(self._discarded[-1])
        return self._totals.counts()

    def _begin(self, first: int) -> None:
        """As if a run had ended just before what may still come ahead of the first packet."""
        before = first - 2 * MAX_MISORDER
        self._slots, self._discarded = np.array([before]), np.array([False])
        self._seams = np.array([before])

    def _settle(self, count: int) -> None:
        """Count the slots up to `count`, which nothing can come before any more; one of them stays as the first."""
        if count < 2:
            return
        slots, discarded = self._slots[:count], self._discarded[:count]
        gap = slots[1:] - slots[:-1] - 1
        fresh = np.zeros(0, np.int64)
        if len(self._seams):
            fresh = np.searchsorted(slots, self._seams[self._seams < slots[-1]], side="right") - 1
            gap[fresh] = 0
            self._seams = self._seams[self._seams >= slots[-1]]
        self._count(slots, gap, discarded, fresh)
        self._slots, self._discarded = self._slots[count - 1 :], self._discarded[count - 1 :]

    def _count(self, slots: Indices, gap: Indices, discarded: Mask, fresh: Indices) -> None:
        """`gap` and `fresh` (where a run begins) are counted from the second slot on."""
        totals, now = self._totals, discarded[1:]
        bad = np.flatnonzero((gap != 0) | now)
        runs = totals.runs - 1 + np.searchsorted(fresh, bad, side="right")
        totals.runs += len(fresh)
        totals.received += len(gap)
        totals.discarded += int(np.count_nonzero(now))
        totals.bad_starts += int(np.count_nonzero(now[fresh]))
        totals.bad_ends += int(np.count_nonzero(discarded[fresh]))
        if not len(bad):
            return
        totals.lost += int(gap[bad].sum())
        after = slots[bad + 1]
        rows = np.column_stack((after - gap[bad], after - ~now[bad], gap[bad] + now[bad], runs))
        self._cluster(np.concatenate((self._open, rows)))

    def _cluster(self, stretches: Indices) -> None:
        """Join stretches of bad packets, of which the first may be in the open cluster already, into clusters."""
        start, end, weight, run = stretches.T
        between, other_run = start[1:] - end[:-1] - 1, run[1:] != run[:-1]
        self._totals.stretches += int(np.count_nonzero((between > 0) | other_run))
        heads = np.concatenate(([0], np.flatnonzero((between >= GMIN) | other_run) + 1))
        tails = np.concatenate((heads[1:] - 1, [len(start) - 1]))
        clusters = np.column_stack((start[heads], end[tails], np.add.reduceat(weight, heads), run[heads]))
        self._close(clusters[:-1])
        self._open = clusters[-1:]

    def _close(self, clusters: Indices) -> None:
        start, end, weight, _ = clusters[clusters[:, 2] >= 2].T
        self._totals.bursts += len(start)
        self._totals.burst_slots += int((end - start + 1).sum())
        self._totals.burst_bad += int(weight.sum())


@dataclass(slots=True)
class _Totals:
    """From which the pairs of neighbours follow: bad stretches begin after a good packet, but for those at an end."""

    received: int = 0
    lost: int = 0
    discarded: int = 0
    runs: int = 0
    """Between restarts."""
    stretches: int = 0
    """Of bad packets side by side."""
    bad_starts: int = 0
    """Runs whose first packet is bad."""
    bad_ends: int = 0
    bursts: int = 0
    burst_slots: int = 0
    burst_bad: int = 0

    def counts(self) -> LossCounts:
        bad = self.lost + self.discarded
        pairs = self.received + self.lost - self.runs
        good_bad, bad_good = self.stretches - self.bad_starts, self.stretches - self.bad_ends
        bad_bad = bad - self.stretches
        return LossCounts(
            received=self.received,
            lost=self.lost,
            discarded=self.discarded,
            good_then_good=pairs - good_bad - bad_good - bad_bad,
            good_then_bad=good_bad,
            bad_then_good=bad_good,
            bad_then_bad=bad_bad,
            bursts=self.bursts,
            burst_slots=self.burst_slots,
            burst_bad=self.burst_bad,
        )
