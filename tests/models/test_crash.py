"""Killing the program at any point and starting it again loses and repeats nothing."""

from __future__ import annotations

import multiprocessing
import signal
from collections import Counter
from collections.abc import Sequence
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext

import pytest

from models.store import Store
from models.work import Intake, State
from tests.models.calls import ask, later, make_intake
from tests.models.lives import ask_beside_others, migrate_beside_others, run_and_die, run_to_the_end, work_beside_others

_WORKERS = 3


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    """Processes that start quickly and share nothing with the test's."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.models.lives"])
    return context


def url_of(store: Store) -> str:
    return store._database.url.render_as_string(hide_password=False)


def received(pipe: Connection) -> list[str]:
    found = []
    try:
        while True:
            found.append(pipe.recv())
    except EOFError:
        return found


def live_and_die(
    processes: ForkServerContext, store: Store, intakes: Sequence[Intake], at_moment: int
) -> tuple[int | None, list[str]]:
    """The exit status of a life that ends at that moment, and the recordings that it was told were finished."""
    receiving, sending = processes.Pipe(duplex=False)
    life = processes.Process(target=run_and_die, args=(url_of(store), intakes, at_moment, sending))
    life.start()
    sending.close()
    finished = received(receiving)
    life.join()
    return life.exitcode, finished


def rows(store: Store, query: str) -> list[tuple[str, int]]:
    with store._database.reading() as session:
        return [(text, number) for text, number in session.connection().exec_driver_sql(query)]


def kept_analyses(store: Store) -> set[tuple[str, int]]:
    return set(rows(store, "SELECT recording_id, id FROM analyses"))


def verdicts_by_recording(store: Store) -> Counter[str]:
    verdicts = "SELECT recording_id, verdicts.id FROM analyses JOIN verdicts ON analysis_id = analyses.id"
    return Counter(recording_id for recording_id, _ in rows(store, verdicts))


def test_killed_before_any_statement_or_commit_nothing_is_lost_or_repeated(
    store: Store, processes: ForkServerContext
) -> None:
    asked: list[str] = []
    for moment in range(1, 200):
        intakes = [make_intake(2 * moment), make_intake(2 * moment + 1)]
        asked += [intake.recording_id for intake in intakes]
        status, finished_before = live_and_die(processes, store, intakes, moment)
        kept_before = kept_analyses(store)
        run_to_the_end(store, intakes, later(3600))
        assert set(finished_before) <= {recording_id for recording_id, _ in kept_before}, f"lost at moment {moment}"
        assert kept_before <= kept_analyses(store)
        assert verdicts_by_recording(store) == Counter(asked), f"not one each at moment {moment}"
        if status == 0:
            break
        assert status == -signal.SIGKILL
    assert moment > 20, "the life was killed at too few moments to prove anything"


def test_several_processes_never_get_the_same_work(store: Store, processes: ForkServerContext) -> None:
    intakes = [make_intake(number) for number in range(24)]
    batch_id = ask(store, *intakes)
    together = processes.Barrier(_WORKERS)
    pipes, workers = [], []
    for number in range(_WORKERS):
        receiving, sending = processes.Pipe(duplex=False)
        args = (url_of(store), f"w{number}", together, sending)
        workers.append(processes.Process(target=work_beside_others, args=args))
        workers[-1].start()
        sending.close()
        pipes.append(receiving)
    finished = [recording_id for pipe in pipes for recording_id in received(pipe)]
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * _WORKERS
    assert Counter(finished) == Counter(intake.recording_id for intake in intakes)
    assert store.batch_counts(batch_id)[State.DONE] == len(intakes)
    assert set(verdicts_by_recording(store).values()) == {1}


def test_several_processes_may_ask_for_the_same_recordings_at_once(store: Store, processes: ForkServerContext) -> None:
    intakes = [make_intake(number) for number in range(200)]
    together = processes.Barrier(2)
    orders = (intakes, intakes[::-1])
    asking = [processes.Process(target=ask_beside_others, args=(url_of(store), some, together)) for some in orders]
    for process in asking:
        process.start()
    for process in asking:
        process.join()
    assert [process.exitcode for process in asking] == [0, 0]
    work = rows(store, "SELECT recording_id, id FROM work")
    assert Counter(recording_id for recording_id, _ in work) == Counter(intake.recording_id for intake in intakes)


def test_several_processes_may_migrate_at_once(database_url: str, processes: ForkServerContext) -> None:
    together = processes.Barrier(_WORKERS)
    starting = [processes.Process(target=migrate_beside_others, args=(database_url, together)) for _ in range(_WORKERS)]
    for process in starting:
        process.start()
    for process in starting:
        process.join()
    assert [process.exitcode for process in starting] == [0] * _WORKERS
