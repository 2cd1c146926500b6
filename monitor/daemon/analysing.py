"""Analysis beside capture: worker processes that stand behind it, and pages of what they did."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from models.errors import TimbreError
from models.store import Store
from monitor.workers import Job, WorkersDiedError, run_workers

log = logging.getLogger(__name__)

_AGAIN_S = 30.0


class Analysing:
    """Keeps analysis workers running while there is room on the disk; `ended` is told each recording that is done."""

    def __init__(self, job: Job, workers: int, opened: Callable[[], Store], ended: Callable[[str], None]) -> None:
        self.analysed = 0
        self.failing = False
        self._job, self._workers, self._opened, self._ended = job, workers, opened, ended
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="analysis", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """What is being analysed goes back into the queue."""
        self._stop.set()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                store = self._opened()
                try:
                    store.adopt(self._job.analysis_key)
                    self.failing = False
                    run_workers(self._job, self._workers, store, self._one, stop=self._stop)
                finally:
                    store.close()
            except (TimbreError, WorkersDiedError, OSError) as error:
                self.failing = True
                log.error("analysis stands still, capture goes on: %s", error)  # noqa: TRY400
                self._stop.wait(_AGAIN_S)

    def _one(self, recording_id: str) -> None:
        self.analysed += 1
        self._ended(recording_id)
