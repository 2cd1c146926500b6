"""Stretches of time in one recording, and their algebra."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """A stretch of one recording, half open, in seconds from its start.

    Raises:
        ValueError: if it ends before it starts.
    """

    start_s: float
    end_s: float

    def __post_init__(self) -> None:
        if self.end_s < self.start_s:
            raise ValueError(f"a span cannot end ({self.end_s} s) before it starts ({self.start_s} s)")

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s

    def overlap_s(self, other: Span) -> float:
        """Seconds shared with `other`; 0 where they do not touch."""
        return max(0.0, min(self.end_s, other.end_s) - max(self.start_s, other.start_s))

    def shifted(self, by_s: float) -> Span:
        return Span(self.start_s + by_s, self.end_s + by_s)


def union(spans: Iterable[Span], bridge_s: float = 0.0) -> tuple[Span, ...]:
    """Sorted disjoint cover of `spans`; gaps of at most `bridge_s` are closed."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start_s - merged[-1].end_s <= bridge_s:
            merged[-1] = Span(merged[-1].start_s, max(merged[-1].end_s, span.end_s))
        else:
            merged.append(span)
    return tuple(merged)


def gaps(spans: Iterable[Span], within: Span) -> tuple[Span, ...]:
    """The parts of `within` that no span covers, in order."""
    found: list[Span] = []
    at_s = within.start_s
    for span in union(spans):
        if span.start_s > at_s:
            found.append(Span(at_s, min(span.start_s, within.end_s)))
        at_s = max(at_s, span.end_s)
        if at_s >= within.end_s:
            return tuple(found)
    if at_s < within.end_s:
        found.append(Span(at_s, within.end_s))
    return tuple(found)


def intersection(first: Iterable[Span], second: Iterable[Span]) -> tuple[Span, ...]:
    """Sorted disjoint spans in which both covers hold."""
    left, right = union(first), union(second)
    found: list[Span] = []
    i = j = 0
    while i < len(left) and j < len(right):
        start_s = max(left[i].start_s, right[j].start_s)
        end_s = min(left[i].end_s, right[j].end_s)
        if start_s < end_s:
            found.append(Span(start_s, end_s))
        if left[i].end_s <= right[j].end_s:
            i += 1
        else:
            j += 1
    return tuple(found)


def touching(spans: Sequence[Span], window: Span) -> Sequence[Span]:
    """Those of the sorted, disjoint `spans` that share a moment or an edge with `window`, found by bisection."""
    first = bisect_left(spans, window.start_s, key=lambda span: span.end_s)
    last = bisect_right(spans, window.end_s, key=lambda span: span.start_s)
    return spans[first:last]


def total_s(spans: Iterable[Span]) -> float:
    """Seconds covered, overlaps counted once."""
    return sum(span.duration_s for span in union(spans))
