"""Losses counted by how they cluster, and the figures that follow (RFC 3611, 4.7.2; the two-state Markov model)."""

from __future__ import annotations

from dataclasses import dataclass


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
