"""Pages of what was analysed, written again now and then while the daemon runs."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from models.errors import TimbreError

log = logging.getLogger(__name__)

_REST = 10
"""A day of thousands of calls takes long to write: never more than a tenth of the time is spent on it."""


class Publishing:
    """Calls `publish` at most every `publish_s` after something was analysed."""

    def __init__(self, publish: Callable[[], None], publish_s: float) -> None:
        self.failing = False
        """Whether the pages could not be written the last time."""
        self._publish, self._publish_s = publish, publish_s
        self._news, self._wake = threading.Event(), threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pages", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def news(self, _recording_id: str = "") -> None:
        """Something was analysed."""
        self._news.set()
        self._wake.set()

    def stop(self, timeout_s: float) -> None:
        """After a last writing, where something is new."""
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            last = self._stop.is_set()
            started_s = time.monotonic()
            if self._news.is_set():
                self._news.clear()
                self._write()
            if last:
                return
            self._stop.wait(max(self._publish_s, _REST * (time.monotonic() - started_s)))

    def _write(self) -> None:
        try:
            self._publish()
        except Exception as error:  # a page that cannot be made must not end the writing of all others
            if not self.failing:
                known = isinstance(error, OSError | TimbreError)
                log.error("the pages could not be written: %s", error, exc_info=not known)  # noqa: TRY400 # as it is known
            self.failing = True
        else:
            self.failing = False
