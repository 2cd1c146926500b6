"""Analysis and pages beside capture: they stop first where the disk runs low, and go on once there is room."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from monitor.daemon.analysing import Analysing
from monitor.daemon.publishing import Publishing
from monitor.workers import Job

log = logging.getLogger(__name__)

_LOOK_S = 1.0


class Analysis(StrEnum):
    """How analysis goes."""

    RUNNING = "running"
    PAUSED = "paused"
    """For want of room on the disk of recordings."""
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class AnalysisPart:
    """What `timbre run` does beside capture."""

    job: Job
    publish: Callable[[], None]


Made = Callable[[AnalysisPart, Callable[[], None]], tuple[Analysing, Publishing]]
"""What does a part's work, and tells the function of each recording that is done."""


class DerivedWork:
    """Keeps analysis and the writing of pages running while `allowed` says so."""

    def __init__(self, part: AnalysisPart, made: Made, allowed: Callable[[], bool], stop_s: float) -> None:
        self.analysed = 0
        """Recordings since the start, over all pauses and changes of settings."""
        self._part, self._made, self._allowed, self._stop_s = part, made, allowed, stop_s
        self._running: tuple[Analysing, Publishing] | None = None
        self._paused = False
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="derived", daemon=True)

    @property
    def state(self) -> Analysis:
        running = self._running
        if self._paused:
            return Analysis.PAUSED
        return Analysis.FAILING if running and running[0].failing else Analysis.RUNNING

    @property
    def pages_failing(self) -> bool:
        running = self._running
        return running is not None and running[1].failing

    def start(self) -> None:
        self._thread.start()

    def replace(self, part: AnalysisPart) -> None:
        """Go on under other settings."""
        with self._lock:
            self._part = part
            self._halt()

    def stop(self) -> None:
        """What is being analysed goes back into the queue."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(self._stop_s)
        if self._lock.acquire(timeout=_LOOK_S):
            self._halt()
            self._lock.release()

    def _run(self) -> None:
        while not self._stop.is_set():
            with self._lock:
                self._look()
            self._stop.wait(_LOOK_S)

    def _look(self) -> None:
        allowed = self._allowed()
        if allowed and self._running is None:
            self._running = self._made(self._part, self._count)
            for one in self._running:
                one.start()
        elif not allowed and self._running is not None:
            log.error("analysis stops: the disk of recordings has no room for it")
            self._halt()
        if self._paused and allowed:
            log.warning("analysis goes on: the disk of recordings has room again")
        self._paused = not allowed

    def _halt(self) -> None:
        if self._running is not None:
            deadline_s = time.monotonic() + self._stop_s
            for one in self._running:
                one.stop(max(_LOOK_S, deadline_s - time.monotonic()))
            self._running = None

    def _count(self) -> None:
        self.analysed += 1
