"""Lives of the program that the crash tests start in processes of their own, and end."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import configure_mappers

from models.store import Store
from models.work import Intake
from tests.builders import make_verdict
from tests.models.calls import KEY, NOW, analysis_of

configure_mappers()  # once, before the lives are forked, instead of once a life


def run_to_the_end(store: Store, intakes: Sequence[Intake], now: datetime, finished: Connection | None = None) -> None:
    """What `timbre analyse` does to the store: asks for a folder, then works until nothing is left."""
    batch_id = store.start_batch("folder", now)
    store.enqueue(batch_id, intakes, KEY, now)
    while (work := store.claim("w1", KEY, now, lease_s=60, batch_id=batch_id, max_attempts=100)) is not None:
        assert store.finish(work, analysis_of(work), make_verdict(), now)
        if finished is not None:
            finished.send(work.recording_id)


def run_and_die(url: str, intakes: Sequence[Intake], at_moment: int, finished: Connection) -> None:
    """The same, killed at once before the given statement or commit; ends by itself when there are fewer."""
    store = Store(url)
    moments = 0

    def die_in_time(*_: Any) -> None:
        nonlocal moments
        moments += 1
        if moments == at_moment:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(store._database.engine, "before_cursor_execute", die_in_time)
    event.listen(store._database.engine, "commit", die_in_time)
    run_to_the_end(store, intakes, NOW, finished)


def work_beside_others(url: str, worker: str, together: Barrier, finished: Connection) -> None:
    """One of several workers that start at the same moment; sends what it finished."""
    store = Store(url)
    together.wait()
    while (work := store.claim(worker, KEY, NOW, lease_s=60)) is not None:
        assert store.finish(work, analysis_of(work), make_verdict(), NOW)
        finished.send(work.recording_id)
    finished.close()


def ask_beside_others(url: str, intakes: Sequence[Intake], together: Barrier) -> None:
    store = Store(url)
    batch_id = store.start_batch("folder", NOW)
    together.wait()
    store.enqueue(batch_id, intakes, KEY, NOW)


def migrate_beside_others(url: str, together: Barrier) -> None:
    store = Store(url)
    together.wait()
    store.migrate()
    store.check()
