"""Where a channel has sound, in frames."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Runs:
    """Sorted disjoint stretches; those less than `bridge` frames apart are one."""

    bridge: int = 0
    runs: list[tuple[int, int]] = field(default_factory=list)

    @property
    def end(self) -> int:
        return self.runs[-1][1] if self.runs else 0

    def add(self, first: int, last: int) -> None:
        if self.runs and self.runs[-1][1] == first:  # as nearly always
            self.runs[-1] = (self.runs[-1][0], last)
            return
        at = bisect_left(self.runs, first - self.bridge, key=lambda run: run[1])
        stop = at
        while stop < len(self.runs) and self.runs[stop][0] <= last + self.bridge:
            first, last = min(first, self.runs[stop][0]), max(last, self.runs[stop][1])
            stop += 1
        self.runs[at:stop] = [(first, last)]

    def uncovered(self, first: int, last: int) -> Iterator[tuple[int, int]]:
        """The stretches between `first` and `last` without sound."""
        for start, end in self.runs[bisect_left(self.runs, first, key=lambda run: run[1]) :]:
            if start >= last:
                break
            if start > first:
                yield first, start
            first = max(first, end)
        if first < last:
            yield first, last

    def move(self, frames: int) -> None:
        self.runs = [(first + frames, last + frames) for first, last in self.runs]
