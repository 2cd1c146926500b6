"""One source being captured, on a thread of its own: whatever happens to the source, the thread goes on."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from audio.events import Source
from models.errors import CaptureError, DeviceError, SourceError
from monitor.capture.loop import CaptureLoop
from monitor.capture.totals import CaptureTotals
from monitor.recorder.recorder import Recorder

log = logging.getLogger(__name__)

_POLL_S = 0.25
_AGAIN_S = 2.0
_LONGEST_WAIT_S = 60.0
_STUCK_S = 10.0
_DRAIN_S = 10.0
"""How long a source that was closed may go on telling what it had."""
_PATIENCE = 3
"""Rounds that fail one after the other before the source is opened anew."""
_RECORDERS_SHARE = 0.3
"""Of the time for stopping: a source that hangs must not cost the calls that wait for the disk."""

Looped = Callable[[Source, Recorder, CaptureTotals], CaptureLoop]


class Capturing:
    """A source with its loop and its recorder. A source that ends by itself, or fails and fails, is opened anew.

    Raises:
        CaptureError, SourceError, DeviceError: where the source cannot be opened at the start.
    """

    def __init__(self, name: str, opened: Callable[[], Source], looped: Looped, recorder: Recorder, root: Path) -> None:
        self.name, self.root, self.recorder = name, root, recorder
        self.totals = CaptureTotals()
        self._opened, self._looped = opened, looped
        self.source = opened()
        self.loop = looped(self.source, recorder, self.totals)
        self.errors = 0
        """Rounds that failed, and ends that nobody asked for."""
        self._seen_s = time.monotonic()
        self._in_a_row = 0
        self._down = False
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"capture-{name}", daemon=True)

    @property
    def working(self) -> bool:
        """Whether its thread runs, was seen lately and has a source that works. If none does, only a restart helps."""
        return self._thread.is_alive() and not self._down and time.monotonic() - self._seen_s < _STUCK_S

    @property
    def alive(self) -> bool:
        """Whether it captures: it works, and its interface or device is there."""
        return self.working and not self._in_a_row and bool(getattr(self.source, "up", True))

    def start(self) -> None:
        self._thread.start()

    def ask_to_stop(self) -> None:
        self._stop.set()

    def stop(self, timeout_s: float) -> bool:
        """Finish what is open and bring it to the disk; false where time ran out."""
        deadline_s = time.monotonic() + timeout_s
        self._stop.set()
        if self._thread.ident is None:  # it was never started
            self._finish()
        else:
            self._thread.join(timeout_s * (1.0 - _RECORDERS_SHARE))
        stopped = self.recorder.stop(max(0.0, deadline_s - time.monotonic()))
        return stopped and not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stop.is_set():
            if self._round():
                continue
            self._down = True
            self._finish()
            self._open_again()
        if not self._down:
            self._finish()

    def _round(self) -> bool:
        """One step; false where the source has ended by itself or fails for good."""
        self._seen_s = time.monotonic()
        try:
            going = self.loop.step(_POLL_S)
        except (CaptureError, SourceError, DeviceError) as error:
            self._failed("%s: %s", self.name, error)
        except Exception:  # noqa: BLE001 # capture goes on whatever the source does; it is logged with its trace
            self._failed("%s: a round of capture failed", self.name, trace=True)
        else:
            self._in_a_row = 0
            if not going:
                self._failed("%s: the source has ended by itself", self.name)
            return going
        self._stop.wait(_AGAIN_S)
        return self._in_a_row < _PATIENCE

    def _failed(self, message: str, *args: object, trace: bool = False) -> None:
        """Told once, and not again before it went well."""
        if not self._in_a_row:
            log.error(message, *args, exc_info=trace)
        self.errors += 1
        self._in_a_row += 1

    def _finish(self) -> None:
        """Close the source, take what it still tells, and close the calls that are open then."""
        deadline_s = time.monotonic() + _DRAIN_S
        try:
            self.source.close()
            while self.loop.step(0.0) and time.monotonic() < deadline_s:
                self._seen_s = time.monotonic()
        except Exception:
            log.exception("%s: the source did not close as it should", self.name)
        try:
            self.loop.end()
        except Exception:
            log.exception("%s: open calls are left for the next start", self.name)

    def _open_again(self) -> None:
        wait_s, told = _AGAIN_S, ""
        while not self._stop.wait(wait_s):
            self._seen_s = time.monotonic()
            try:
                self.source = self._opened()
            except (CaptureError, SourceError, DeviceError, OSError) as error:
                if str(error) != told:
                    log.error("%s: cannot be opened again: %s", self.name, error)  # noqa: TRY400 # it says it all
                told, wait_s = str(error), min(2 * wait_s, _LONGEST_WAIT_S)
                continue
            self.loop = self._looped(self.source, self.recorder, self.totals)
            self._down, self._in_a_row = False, 0
            log.warning("%s: captured again", self.name)
            return
