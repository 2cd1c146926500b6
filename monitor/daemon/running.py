"""A daemon until a signal says otherwise: SIGTERM and SIGINT stop it, SIGHUP has it read its configuration again."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import sdnotify

from models.errors import TimbreError
from monitor.daemon.daemon import Daemon

log = logging.getLogger(__name__)

_BEAT_S = 1.0


def run_until_stopped(daemon: Daemon, reload: Callable[[], None], started: Callable[[], None] = lambda: None) -> bool:
    """Start, tell `started` and systemd, wait for a signal, stop. False where something was left for the next start.

    systemd's watchdog is fed while a source works. `reload` runs beside: it may fetch a model, and capture and the
    watchdog do not wait for it. A second SIGINT while it stops ends it at once.
    """
    stop, again = threading.Event(), threading.Event()
    reloading = _Reloading(reload)
    notifier = sdnotify.SystemdNotifier()
    with _signals({signal.SIGTERM: stop, signal.SIGINT: stop, signal.SIGHUP: again}):
        try:
            daemon.start()
            started()
            notifier.notify("READY=1")
            while not stop.wait(_BEAT_S):
                if again.is_set() and not reloading.goes_on:
                    again.clear()  # first: a signal that comes while it is read asks for it once more
                    reloading.begin()
                    notifier.notify(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")
                    notifier.notify("READY=1")
                _beat(daemon, notifier)
        finally:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            notifier.notify("STOPPING=1")
            stopped = daemon.stop()
        return stopped


def _beat(daemon: Daemon, notifier: sdnotify.SystemdNotifier) -> None:
    try:
        if daemon.any_working:
            notifier.notify("WATCHDOG=1")
        daemon.beat()
        notifier.notify(f"STATUS={_in_short(daemon)}")
    except Exception:  # what is only told must not end capture
        log.exception("the daemon's state could not be told")


class _Reloading:
    """Reads the configuration again, once at a time."""

    def __init__(self, reload: Callable[[], None]) -> None:
        self._reload = reload
        self._thread: threading.Thread | None = None

    @property
    def goes_on(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def begin(self) -> None:
        self._thread = threading.Thread(target=self._run, name="reload", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._reload()
            log.info("the configuration was read again")
        except (TimbreError, OSError) as error:
            log.error("the configuration stays as it was: %s", error)  # noqa: TRY400 # the reason says it all
        except Exception:
            log.exception("the configuration stays as it was")


def _set(event: threading.Event, _number: int, _frame: object) -> None:
    event.set()


def _in_short(daemon: Daemon) -> str:
    status = daemon.status
    live = sum(len(source.calls) for source in status.sources)
    alarms = f", alarms: {' '.join(status.alarms)}" if status.alarms else ""
    return f"{live} live calls, {sum(source.ended for source in status.sources)} ended{alarms}"


@contextmanager
def _signals(wanted: dict[signal.Signals, threading.Event]) -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in wanted}
    for number, event in wanted.items():
        signal.signal(number, partial(_set, event))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
