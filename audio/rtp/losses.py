"""How losses cluster: bursts and gaps of RFC 3611 (4.7.2), and the two-state Markov (Gilbert) model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from audio.packets.batch import Indices
from audio.rtp.loss_counts import LossCounts
from audio.rtp.sequence import MAX_MISORDER

GMIN = 16
"""Packets in a row that must arrive for a burst to be over: RFC 3611's recommended value."""

Mask = npt.NDArray[np.bool_]


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
