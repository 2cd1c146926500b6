"""Closed calls that wait to be brought to `done/`, as long as it takes."""

from __future__ import annotations

import logging
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from models.call import CallRecord
from monitor.recorder.disk import Disk
from monitor.recorder.finish import Finishing, finish
from monitor.recorder.live_call import LiveCall
from monitor.recorder.recorded import Finished, Recorded, RecorderSettings

log = logging.getLogger(__name__)
_BATCH = 32
"""Calls finished at once: syncing the live ones must not wait for long."""


@dataclass(slots=True, eq=False)
class _Closed:
    call: LiveCall
    finishing: Finishing
    retry_at_s: float = 0.0


class Finisher:
    """`run` may be another thread's than the rest."""

    def __init__(self, disk: Disk, root: Path, settings: RecorderSettings) -> None:
        self._disk, self._root, self._retry_s = disk, root, settings.retry_s
        self._closed: deque[_Closed] = deque()
        self._absorbed: deque[tuple[LiveCall, LiveCall]] = deque()
        self._done: deque[Finished] = deque()
        self.error: OSError | None = None
        """Of the last run; `None` where all went well."""

    @property
    def waiting(self) -> int:
        return len(self._closed)

    def add(self, call: LiveCall, recorded: Recorded, record: CallRecord) -> None:
        self._closed.append(_Closed(call, Finishing(recorded, record, call.settle)))

    def absorbed(self, call: LiveCall, absorbed: LiveCall) -> None:
        """The second call's own files go once its sound is safe in the first's."""
        self._absorbed.append((call, absorbed))

    def taken(self) -> tuple[Finished, ...]:
        """The calls that arrived since the last time."""
        return tuple(self._done.popleft() for _ in range(len(self._done)))

    def run(self) -> bool:
        """Try some of the calls; true where others wait that can be tried now."""
        self._remove_absorbed()
        now_s = time.monotonic()
        due = [closed for closed in tuple(self._closed) if closed.retry_at_s <= now_s]
        batch = due[:_BATCH]
        arrived = {id(one): done for one, done in finish(self._disk, self._root, [one.finishing for one in batch])}
        self.error = next((one.finishing.error for one in batch if one.finishing.error is not None), None)
        for closed in batch:
            done = arrived.get(id(closed.finishing))
            if done is None:
                closed.retry_at_s = now_s + self._retry_s
                for part in closed.call.parts:
                    part.sync_failed = True  # so its sound is written again before it is synced again
                continue
            self._closed.remove(closed)
            closed.call.release()
            self._done.append(done)
        return len(due) > _BATCH

    def _remove_absorbed(self) -> None:
        while self._absorbed:
            call, absorbed = self._absorbed[0]
            try:
                self._disk.sync_files([part.path for part in call.parts])
                for path in (*(part.path for part in absorbed.parts), absorbed.journal.path):
                    self._disk.unlink(path)
            except OSError:
                log.warning("a joined call's files stay, it will be there twice: %s", absorbed.call_id)
            self._absorbed.popleft()
            absorbed.release()
