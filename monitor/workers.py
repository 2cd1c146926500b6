"""Analysis workers as processes: a recording that kills one costs that recording, not the batch."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import connection
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING

from audio.weights import LocatedModel
from models.errors import TimbreError
from models.store import Store
from models.work import Work
from monitor.presence import release_dead
from monitor.settings.sections import Settings

if TYPE_CHECKING:  # the speech stack is loaded by workers alone
    from monitor.worker import Bench

log = logging.getLogger(__name__)

_SPAWN = multiprocessing.get_context("spawn")  # forking a process that has threads is undefined
_STOP_S = 15.0
_LOOK_S = 0.5
_DEATHS = 20
"""So many dead workers are a broken installation, not broken recordings."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker process is told."""

    url: str
    settings: Settings
    model: LocatedModel
    batch_id: int | None
    """`None`: whatever the store has, until stopped."""
    analysis_key: str
    nice: int = 0
    """How far behind other processes the workers stand: capture comes first."""
    live_roots: tuple[Path, ...] = ()
    """Folders of recorders whose live calls are heard while nothing else waits."""
    share: tuple[int, int] = (0, 1)
    """Which of the workers this is, and of how many."""


class WorkersDiedError(RuntimeError):
    """Worker processes die whatever they work on."""


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    told: Connection
    job: Job


def run_workers(
    job: Job,
    count: int,
    store: Store,
    ended: Callable[[str], None],
    made: Callable[[Job], Bench] | None = None,
    *,
    stop: threading.Event | None = None,
) -> None:
    """Run `count` workers until the batch is done, or `stop`; `ended` gets the id of each recording that is.

    `made` gives a worker process its bench; by default the real one.

    A worker that dies is replaced, and what it held is tried again, thrice at most.

    Raises:
        WorkersDiedError: where they die all the time.
    """
    workers = [_start(replace(job, share=(index, count)), made) for index in range(count)]
    deaths = 0
    try:
        while workers and not (stop and stop.is_set()):
            for worker in _ready(workers, ended, None if stop is None else _LOOK_S):
                workers.remove(worker)
                worker.process.join()
                if worker.process.exitcode:
                    deaths += 1
                    log.warning("an analysis worker died (%s)", worker.process.exitcode)
                    if deaths > _DEATHS:
                        raise WorkersDiedError(f"{deaths} analysis workers died")
                    release_dead(store)
                    workers.append(_start(worker.job, made))
    finally:
        _stop(workers)


def _start(job: Job, made: Callable[[Job], Bench] | None) -> _Worker:
    told, tell = _SPAWN.Pipe(duplex=False)
    process = _SPAWN.Process(target=_run, args=(job, made or _real_bench, tell))
    process.start()
    tell.close()
    return _Worker(process, told, job)


def _ready(workers: list[_Worker], ended: Callable[[str], None], timeout_s: float | None) -> list[_Worker]:
    """Wait for news; the workers that came to their end.

    Raises:
        TimbreError: what ended a worker that could not work at all.
    """
    news = connection.wait([worker.told for worker in workers], timeout_s)
    over = []
    for worker in workers:
        if worker.told in news:
            try:
                said = worker.told.recv()
            except EOFError:
                over.append(worker)
                continue
            if isinstance(said, TimbreError):
                raise said
            ended(said)
    return over


def _stop(workers: list[_Worker]) -> None:
    """End what still runs: politely, so that it gives its recording back, then not."""
    for worker in workers:
        worker.process.terminate()
    for worker in workers:
        worker.process.join(_STOP_S)
        if worker.process.is_alive():
            worker.process.kill()
            worker.process.join()


def _real_bench(job: Job) -> Bench:
    from monitor.parts import bench  # noqa: PLC0415  # `monitor.parts` is above this module, and only workers load it

    return bench(job.settings, job.model)


def _run(job: Job, made: Callable[[Job], Bench], tell: Connection) -> None:
    """The life of a worker process."""
    from monitor.worker import work_through  # noqa: PLC0415  # only workers load the speech stack

    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides, and says so by SIGTERM
    threading.Thread(target=_die_with_parent, daemon=True).start()
    os.nice(job.nice)
    store = Store(job.url)
    try:
        bench = made(job)
        ended = partial(_tell, tell)
        work_through(store, bench, job.batch_id, job.analysis_key, ended, meanwhile=_meanwhile(job, bench))
    except KeyboardInterrupt:
        log.info("worker stopped on request")
    except TimbreError as error:  # the model, the protocol or the database: no worker could do better
        tell.send(error)
    finally:
        store.close()
        tell.close()


def _tell(tell: Connection, work: Work) -> None:
    tell.send(work.recording_id)


def _meanwhile(job: Job, bench: Bench) -> Callable[[], bool]:
    """Hearing live calls, where there are any to come and the parts can do it."""
    from monitor.live.listener import listener  # noqa: PLC0415  # only workers load the speech stack

    found = listener(bench.tools, job.live_roots, job.analysis_key, job.share)
    return found.step if found else lambda: False


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _die_with_parent() -> None:
    """End at once when the parent is gone: nobody waits for the answer, and the next run takes the work up."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
