"""Finished calls to the store, on a thread of its own: capture never waits for a database."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from models.errors import StoreError, TimbreError
from models.store import Store
from monitor.capture.handover import Batches, hand_over, waiting

log = logging.getLogger(__name__)

_LOOK_S = 0.5
_LONGEST_WAIT_S = 60.0
_TRIES = 5
"""So often the database may refuse one call, while it answers, before the others go on without it."""


class HandingOver:
    """Puts finished calls into the queue: what earlier runs left below the recorders' folders, then what comes.

    The folders are read once: those of a year of calls would take all the time there is.
    """

    def __init__(
        self,
        opened: Callable[[], Store],
        roots: Sequence[Path],
        analysis_key: str,
        finished: Callable[[], Iterable[Path]],
    ) -> None:
        self.handed = 0
        """Calls that the store has."""
        self.unusable = 0
        """Calls that could not be handed over, for their files cannot be read."""
        self.failing = False
        """Whether the database was away the last time."""
        self._opened, self._roots, self._key, self._finished = opened, roots, analysis_key, finished
        self._waiting: list[Path] = []
        self._refused: tuple[Path | None, int] = (None, 0)
        self._store: Store | None = None
        self._batches = Batches()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hand-over", daemon=True)

    @property
    def waiting(self) -> int:
        """Finished calls that the store does not have yet."""
        return len(self._waiting)

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout_s: float) -> None:
        """After a last look; what the store could not take stays on disk for the next start."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _run(self) -> None:
        self._waiting = self._left()
        left = frozenset(self._waiting)
        wait_s, try_at_s = _LOOK_S, time.monotonic()
        while True:
            last = self._stop.is_set()
            # A call that ended while the folders were read was found there too.
            self._waiting += [document for document in self._finished() if document not in left]
            if last or time.monotonic() >= try_at_s:
                wait_s = _LOOK_S if self._tried() else min(2 * wait_s, _LONGEST_WAIT_S)
                try_at_s = time.monotonic() + wait_s
            if last:
                break
            self._stop.wait(_LOOK_S)
        if self._store is not None:
            self._store.close()

    def _tried(self) -> bool:
        """Whether the store has all that waited."""
        try:
            self._store = self._store or self._ready()
            self._hand_over(self._store)
        except StoreError as error:
            if not self.failing:
                log.error("finished calls wait on disk, the store cannot take them: %s", error)  # noqa: TRY400
            self.failing = True
        else:
            self.failing = False
        return not self.failing

    def _left(self) -> list[Path]:
        try:
            return [document for root in self._roots for document in waiting(root)]
        except OSError as error:
            log.error("calls of earlier runs are left for the next start: %s", error)  # noqa: TRY400 # it says it all
            return []

    def _hand_over(self, store: Store) -> None:
        """One after the other, so that what was handed over is not again where the store fails with the next.

        Raises:
            StoreError: where the database fails.
        """
        while self._waiting:
            document = self._waiting[0]
            try:
                hand_over(store, document, self._batches, self._key)
                self.handed += 1
            except StoreError as error:
                if not self._at_fault(store, document):
                    raise
                self._left_out(document, error)
            except Exception as error:  # noqa: BLE001 # one call's files must not keep the others waiting
                self._left_out(document, error)
            del self._waiting[0]

    def _at_fault(self, store: Store, document: Path) -> bool:
        """Whether the database answers and refuses this call again and again: the others must not wait for it."""
        self._refused = (document, self._refused[1] + 1 if self._refused[0] == document else 1)
        if self._refused[1] < _TRIES:
            return False
        try:
            store.check()
        except StoreError:
            return False
        return True

    def _left_out(self, document: Path, error: Exception) -> None:
        self.unusable += 1
        known = isinstance(error, OSError | TimbreError)
        log.error("%s is left for the next start: %s", document.name, error, exc_info=not known)

    def _ready(self) -> Store:
        store = self._opened()
        store.migrate()
        return store
