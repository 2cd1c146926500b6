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
from monitor.recorder.recorder import Recorder

log = logging.getLogger(__name__)

_POLL_S = 0.25
_AGAIN_S = 2.0
_STUCK_S = 10.0


class Capturing:
    """A source with its loop and its recorder.

    Raises:
        CaptureError, SourceError, DeviceError: where the source cannot be opened.
        OSError: where the recorder's folder cannot be made.
    """

    def __init__(
        self,
        name: str,
        opened: Callable[[], Source],
        looped: Callable[[Source, Recorder], CaptureLoop],
        recorder: Recorder,
        root: Path,
    ) -> None:
        self.name, self.root, self.recorder = name, root, recorder
        self.source = opened()
        self.loop = looped(self.source, recorder)
        self.errors = 0
        """Rounds that failed."""
        self.seen_s = time.monotonic()
        """When the thread was last seen at work."""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"capture-{name}", daemon=True)

    @property
    def alive(self) -> bool:
        """Whether it captures: its thread runs and was seen lately."""
        return self._thread.is_alive() and time.monotonic() - self.seen_s < _STUCK_S

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float) -> bool:
        """Finish what is open and bring it to the disk; false where time ran out."""
        deadline_s = time.monotonic() + timeout_s
        self._stop.set()
        self._thread.join(timeout_s)
        return self.recorder.stop(max(0.0, deadline_s - time.monotonic())) and not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stop.is_set():
            if not self._round():
                break
        self.source.close()
        while self._round():
            pass

    def _round(self) -> bool:
        self.seen_s = time.monotonic()
        try:
            return self.loop.step(_POLL_S)
        except (CaptureError, SourceError, DeviceError) as error:
            log.error("%s: %s", self.name, error)  # noqa: TRY400 # the reason says it all
        except Exception:  # capture goes on whatever one call does to it
            log.exception("%s: a round of capture failed", self.name)
        self.errors += 1
        if self._stop.is_set():
            self.loop.end()
            return False
        self._stop.wait(_AGAIN_S)
        return True
