"""A daemon until a signal says otherwise: SIGTERM and SIGINT stop it, SIGHUP has it read its configuration again."""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue

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
    reloading = _Reloading(reload)
    notifier = _notifier()
    with _signals(signal.SIGTERM, signal.SIGINT, signal.SIGHUP) as came:
        try:
            daemon.start()
            started()
            notifier.notify("READY=1")
            while (number := _next(came)) not in (signal.SIGTERM, signal.SIGINT):
                if number == signal.SIGHUP:
                    notifier.notify(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")
                    reloading.ask()
                    notifier.notify("READY=1")
                _beat(daemon, notifier)
        finally:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            notifier.notify("STOPPING=1")
            stopped = daemon.stop()
        return stopped


def _notifier() -> sdnotify.SystemdNotifier:
    """What systemd does not take in time it is not told: nothing of ours waits for it."""
    notifier = sdnotify.SystemdNotifier()
    if notifier.socket is not None:
        notifier.socket.settimeout(0.0)
    return notifier


def _next(came: SimpleQueue[int]) -> int | None:
    """The next signal, waiting a beat at most."""
    try:
        return came.get(timeout=_BEAT_S)
    except Empty:
        return None


def _beat(daemon: Daemon, notifier: sdnotify.SystemdNotifier) -> None:
    try:
        if daemon.any_working:
            notifier.notify("WATCHDOG=1")
        daemon.beat()
        notifier.notify(f"STATUS={_in_short(daemon)}")
    except Exception:  # what is only told must not end capture
        log.exception("the daemon's state could not be told")


def _in_short(daemon: Daemon) -> str:
    status = daemon.status
    live = sum(len(source.calls) for source in status.sources)
    alarms = f", alarms: {' '.join(status.alarms)}" if status.alarms else ""
    return f"{live} live calls, {sum(source.ended for source in status.sources)} ended{alarms}"


class _Reloading:
    """Reads the configuration again on a thread of its own, as often as it is asked, one reading after the other."""

    def __init__(self, reload: Callable[[], None]) -> None:
        self._reload = reload
        self._asked = threading.Semaphore(0)
        self._thread: threading.Thread | None = None

    def ask(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="reload", daemon=True)
            self._thread.start()
        self._asked.release()

    def _run(self) -> None:
        while self._asked.acquire():
            try:
                self._reload()
                log.info("the configuration was read again")
            except (TimbreError, OSError) as error:
                log.error("the configuration stays as it was: %s", error)  # noqa: TRY400 # the reason says it all
            except Exception:
                log.exception("the configuration stays as it was")


@contextmanager
def _signals(*wanted: signal.Signals) -> Iterator[SimpleQueue[int]]:
    """What came, in order.

    A handler interrupts the main thread wherever it is, in the midst of a wait too: to set an event that the main
    thread waits for would wait for ever for the event's lock. A `SimpleQueue` may be put into from anywhere.
    """
    came: SimpleQueue[int] = SimpleQueue()
    before = {number: signal.getsignal(number) for number in wanted}
    for number in wanted:
        signal.signal(number, lambda sent, _frame: came.put(sent))
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
