"""Finished calls to the store, on a thread of its own: capture never waits for a database."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from models.errors import StoreError
from models.store import Store
from monitor.capture.handover import Batches, hand_over

log = logging.getLogger(__name__)

_LOOK_S = 0.5
_LONGEST_WAIT_S = 60.0


class HandingOver:
    """Looks for finished calls below the recorders' folders and puts them into the queue."""

    def __init__(self, opened: Callable[[], Store], roots: Sequence[Path], analysis_key: str) -> None:
        self.handed = 0
        """Calls that the store has."""
        self.failing = False
        """Whether the database was away the last time."""
        self._opened, self._roots, self._key = opened, roots, analysis_key
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hand-over", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """After a last look; what the store could not take stays on disk for the next start."""
        self._stop.set()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        store: Store | None = None
        batches, wait_s = Batches(), _LOOK_S
        while True:
            last = self._stop.is_set()
            try:
                store = store or self._store()
                self.handed += sum(hand_over(store, root, batches, self._key) for root in self._roots)
                self.failing, wait_s = False, _LOOK_S
            except (StoreError, OSError) as error:
                if not self.failing:
                    log.error("finished calls wait on disk, the store cannot take them: %s", error)  # noqa: TRY400
                self.failing, wait_s = True, min(2 * wait_s, _LONGEST_WAIT_S)
            if last:
                break
            self._stop.wait(wait_s)
        if store is not None:
            store.close()

    def _store(self) -> Store:
        store = self._opened()
        store.migrate()
        return store
