"""A daemon until a signal says otherwise: SIGTERM and SIGINT stop it, SIGHUP has it read its configuration again."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import sdnotify

from monitor.daemon.daemon import Daemon

log = logging.getLogger(__name__)

_BEAT_S = 1.0


def run_until_stopped(daemon: Daemon, reload: Callable[[], None], beat: Callable[[], None] = lambda: None) -> bool:
    """Start, tell systemd, wait for a signal, stop. False where something was left for the next start.

    `beat` is called every second on this thread. systemd's watchdog is fed while a source is captured.
    """
    stop, again = threading.Event(), threading.Event()
    notifier = sdnotify.SystemdNotifier()
    with _signals({signal.SIGTERM: stop, signal.SIGINT: stop, signal.SIGHUP: again}):
        daemon.start()
        notifier.notify("READY=1")
        while not stop.wait(_BEAT_S):
            if daemon.any_alive:
                notifier.notify("WATCHDOG=1")
            if again.is_set():
                again.clear()
                notifier.notify("RELOADING=1")
                reload()
                notifier.notify("READY=1")
            notifier.notify(f"STATUS={_in_short(daemon)}")
            beat()
        notifier.notify("STOPPING=1")
        return daemon.stop()


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
