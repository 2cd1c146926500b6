from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from monitor.daemon import derived as module
from monitor.daemon.derived import Analysis, DerivedWork
from tests.monitor.daemon.parts import wait_for


class Part:
    """In place of workers, and of the writing of pages."""

    def __init__(self) -> None:
        self.failing = False
        self.starts = self.stops = 0

    def start(self) -> None:
        self.starts += 1

    def stop(self, _timeout_s: float) -> None:
        self.stops += 1


class Bench:
    def __init__(self) -> None:
        self.room = True
        self.made: list[tuple[Any, Part, Part]] = []
        self.counted: Callable[[], None] = lambda: None
        self.work = DerivedWork("first", self._make, lambda: self.room, 20.0)  # type: ignore[arg-type] # any part

    def _make(self, part: Any, counted: Callable[[], None]) -> Any:
        self.counted = counted
        self.made.append((part, Part(), Part()))
        return self.made[-1][1:]

    @property
    def running(self) -> int:
        return sum(one.starts - one.stops for _, *both in self.made for one in both)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr(module, "_LOOK_S", 0.01)
    return Bench()


def test_analysis_and_pages_run_until_stopped(bench: Bench) -> None:
    bench.work.start()
    wait_for(lambda: bench.running == 2)
    assert bench.work.state is Analysis.RUNNING
    bench.work.stop()
    assert (bench.running, len(bench.made)) == (0, 1)


def test_without_room_analysis_stops_and_goes_on_once_there_is(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.work.start()
    wait_for(lambda: bench.running == 2)
    bench.counted()
    bench.room = False
    wait_for(lambda: bench.work.state is Analysis.PAUSED and not bench.running)
    bench.room = True
    wait_for(lambda: bench.work.state is Analysis.RUNNING and bench.running == 2)
    bench.counted()
    assert bench.work.analysed == 2
    bench.work.stop()
    assert [record.message.partition(":")[0] for record in caplog.records] == ["analysis stops", "analysis goes on"]


def test_where_there_is_no_room_at_the_start_nothing_is_begun(bench: Bench) -> None:
    bench.room = False
    bench.work.start()
    wait_for(lambda: bench.work.state is Analysis.PAUSED)
    assert bench.made == []
    bench.work.stop()


def test_other_settings_take_the_place_of_the_first(bench: Bench) -> None:
    bench.work.start()
    wait_for(lambda: bench.running == 2)
    bench.work.replace("second")  # type: ignore[arg-type] # any part
    wait_for(lambda: len(bench.made) == 2 and bench.running == 2)
    assert [part for part, *_ in bench.made] == ["first", "second"]
    bench.work.stop()


def test_analysis_that_fails_is_told(bench: Bench) -> None:
    bench.work.start()
    wait_for(lambda: bench.running == 2)
    bench.made[0][1].failing = True
    bench.made[0][2].failing = True
    assert (bench.work.state, bench.work.pages_failing) == (Analysis.FAILING, True)
    bench.work.stop()
