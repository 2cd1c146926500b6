from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from models.errors import ConfigError, ProtocolError
from monitor.daemon import running as module
from monitor.daemon.running import run_until_stopped
from monitor.daemon.status import Status
from tests.monitor.daemon.parts import wait_for
from tests.monitor.daemon.statuses import make_status
from tests.monitor.daemon.systemd import Systemd, listening


@dataclass
class FakeDaemon:
    """Stands in for all that runs."""

    any_working: bool = True
    finishes: bool = True
    beats: int = 0
    started: int = 0
    stopped: int = 0
    fails: list[Exception] = field(default_factory=list)

    def start(self) -> None:
        self.started += 1

    def beat(self) -> None:
        self.beats += 1
        if self.fails:
            raise self.fails.pop()

    def stop(self) -> bool:
        self.stopped += 1
        return self.finishes

    @property
    def status(self) -> Status:
        return make_status()


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BEAT_S", 0.01)


@pytest.fixture
def systemd(monkeypatch: pytest.MonkeyPatch) -> Iterator[Systemd]:
    with listening(monkeypatch) as one:
        yield one


def run(daemon: FakeDaemon, then: Callable[[], None], reload: Callable[[], None] = lambda: None) -> bool:
    """Runs until `then`, on another thread, has done its part; it ends by sending a signal."""

    def doing() -> None:
        try:
            then()
        except BaseException:
            sent(signal.SIGTERM)
            raise

    thread = threading.Thread(target=doing)

    def started() -> None:
        thread.start()

    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)]
    finished = run_until_stopped(daemon, reload, started)  # type: ignore[arg-type] # a daemon of ours
    thread.join()
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)] == before
    return finished


def sent(number: signal.Signals) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_in_order(number: signal.Signals, systemd: Systemd) -> None:
    daemon = FakeDaemon()
    assert run(daemon, lambda: sent(number))
    assert (daemon.started, daemon.stopped) == (1, 1)
    assert [line for line in systemd.told if line in ("READY=1", "STOPPING=1")] == ["READY=1", "STOPPING=1"]


def test_what_was_left_for_the_next_start_is_told() -> None:
    assert not run(FakeDaemon(finishes=False), lambda: sent(signal.SIGTERM))


def test_systemd_is_told_that_it_works_and_how_it_goes(systemd: Systemd) -> None:
    def then() -> None:
        wait_for(lambda: "WATCHDOG=1" in systemd.told)
        sent(signal.SIGTERM)

    run(FakeDaemon(), then)
    assert "STATUS=1 live calls, 10 ended" in systemd.told


def test_the_watchdog_is_not_fed_once_no_source_works(systemd: Systemd) -> None:
    daemon = FakeDaemon(any_working=False)

    def then() -> None:
        wait_for(lambda: daemon.beats > 3)
        sent(signal.SIGTERM)

    run(daemon, then)
    assert "WATCHDOG=1" not in systemd.told


def test_the_configuration_is_read_again_once_a_signal(systemd: Systemd) -> None:
    reloads: list[int] = []

    def then() -> None:
        sent(signal.SIGHUP)
        wait_for(lambda: len(reloads) == 1)
        sent(signal.SIGHUP)
        wait_for(lambda: len(reloads) == 2)
        sent(signal.SIGTERM)

    run(FakeDaemon(), then, lambda: reloads.append(1))
    assert systemd.told.count("RELOADING=1") == 2


@pytest.mark.parametrize(
    "error", [ConfigError("wrong"), ProtocolError("wrong"), OSError(2, "gone"), KeyError("defect")]
)
def test_a_configuration_that_is_wrong_changes_nothing(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    daemon = FakeDaemon()

    def reload() -> None:
        raise error

    def then() -> None:
        sent(signal.SIGHUP)
        wait_for(lambda: "stays as it was" in caplog.text)
        beats = daemon.beats
        wait_for(lambda: daemon.beats > beats + 1)
        sent(signal.SIGTERM)

    assert run(daemon, then, reload)


def test_a_reading_that_takes_long_does_not_hold_up_the_watchdog(systemd: Systemd) -> None:
    release, reading = threading.Event(), threading.Event()
    daemon = FakeDaemon()

    def reload() -> None:
        reading.set()
        release.wait(20)

    def then() -> None:
        sent(signal.SIGHUP)
        reading.wait(20)
        beats = daemon.beats
        wait_for(lambda: daemon.beats > beats + 2)
        release.set()
        sent(signal.SIGTERM)

    assert run(daemon, then, reload)


def test_a_systemd_that_does_not_listen_holds_up_nothing(systemd: Systemd) -> None:
    """Its socket takes some ten messages, and then none."""
    daemon = FakeDaemon()

    def then() -> None:
        wait_for(lambda: daemon.beats > 30)
        sent(signal.SIGTERM)

    assert run(daemon, then)
    assert 0 < len(systemd.told) < 60


def test_what_cannot_be_told_does_not_end_capture(caplog: pytest.LogCaptureFixture) -> None:
    daemon = FakeDaemon(fails=[ValueError("a defect")])

    def then() -> None:
        wait_for(lambda: daemon.beats > 3)
        sent(signal.SIGTERM)

    assert run(daemon, then)
    assert "could not be told" in caplog.text


def test_a_daemon_that_cannot_start_is_stopped_all_the_same() -> None:
    class Failing(FakeDaemon):
        def start(self) -> None:
            raise RuntimeError("can't start new thread")

    daemon = Failing()
    with pytest.raises(RuntimeError):
        run_until_stopped(daemon, lambda: None)  # type: ignore[arg-type] # a daemon of ours
    assert daemon.stopped == 1


def test_a_second_interrupt_ends_a_stop_that_takes_too_long() -> None:
    class Slow(FakeDaemon):
        def stop(self) -> bool:
            sent(signal.SIGINT)
            threading.Event().wait(20)
            return True

    with pytest.raises(KeyboardInterrupt):
        run(Slow(), lambda: sent(signal.SIGINT))
