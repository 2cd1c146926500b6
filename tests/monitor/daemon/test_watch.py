from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from audio.events import SourceCounts
from monitor.daemon.watch import Watch


class Clocks:
    """The time of day, and one that only ever goes on."""

    def __init__(self) -> None:
        self.day_s, self.steady_s = 1_760_000_000.0, 50.0

    def go(self, seconds: float) -> None:
        self.day_s += seconds
        self.steady_s += seconds


def watched(clocks: Clocks, *names: str) -> tuple[Watch, dict[str, SourceCounts]]:
    counts = {name: SourceCounts() for name in names}
    sources: list[Any] = [SimpleNamespace(name=name, source=SimpleNamespace(counts=counts[name])) for name in names]
    return Watch(sources, lambda: clocks.day_s, lambda: clocks.steady_s), counts


def test_who_drops_packets_is_told_for_a_minute() -> None:
    clocks = Clocks()
    watch, counts = watched(clocks, "siprec", "soundcard")
    counts["siprec"].dropped = 3
    watch.look()
    assert watch.dropping == {"siprec"}
    clocks.go(59.0)
    watch.look()
    assert watch.dropping == {"siprec"}
    clocks.go(2.0)
    watch.look()
    assert watch.dropping == frozenset()


def test_dropping_on_and_on_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    clocks = Clocks()
    watch, counts = watched(clocks, "siprec")
    for _ in range(100):
        counts["siprec"].dropped += 1
        clocks.go(1.0)
        watch.look()
    assert len(caplog.records) == 1


def test_counts_that_began_anew_are_no_drops() -> None:
    watch, counts = watched(Clocks(), "siprec")
    counts["siprec"].dropped = 5
    watch.look()
    watch._dropping.clear()
    counts["siprec"].dropped = 0
    watch.look()
    assert watch.dropping == frozenset()


@pytest.mark.parametrize(("step_s", "steps"), [(3600.0, 1), (-3600.0, 1), (0.2, 0)])
def test_a_clock_that_is_set_is_counted(step_s: float, steps: int, caplog: pytest.LogCaptureFixture) -> None:
    clocks = Clocks()
    watch, _ = watched(clocks)
    clocks.go(1.0)
    watch.look()
    clocks.day_s += step_s
    watch.look()
    clocks.go(1.0)
    watch.look()
    assert (watch.clock_steps, len(caplog.records)) == (steps, steps)
