from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import psutil
import pytest

from audio.sources.folder import FolderRules
from models.errors import ModelError
from models.store import Store
from models.transcript import Transcript
from models.work import State
from monitor.batch import Asked, ask
from monitor.pipeline import Tools
from monitor.presence import now, release_dead, worker_name
from monitor.worker import INTERNAL_ERROR, Bench, work_through
from monitor.workers import Job, run_workers
from tests.builders import make_verdict
from tests.fakes import FakeDetector
from tests.monitor.call_files import deadly_bench, fake_bench, job_of, write_call

KEY = "k" * 64
T = TypeVar("T")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(f"sqlite:///{tmp_path / 'timbre.db'}")
    made.migrate()
    return made


def asked_for(store: Store, folder: Path) -> Asked:
    return ask(store, [folder], FolderRules(), KEY)


def states(store: Store, batch_id: int) -> dict[str, tuple[State, str | None]]:
    return {row.name: (row.state, row.reason) for row in store.batch_rows(batch_id)}


def url_of(store: Store) -> str:
    return store.__reduce__()[1][0]


def no_model(_job: Job) -> Bench:
    raise ModelError("the model cannot be loaded", "model_unloadable")


def test_worker_processes_share_a_batch_and_tell_of_each_recording_once(store: Store, tmp_path: Path) -> None:
    for seed in range(4):
        write_call(tmp_path / "in" / f"{seed}.wav", seed=10 * seed)
    asked = asked_for(store, tmp_path / "in")
    ended: list[str] = []
    run_workers(job_of(url_of(store), asked.batch_id, KEY), 2, store, ended.append, fake_bench)
    assert sorted(ended) == sorted(asked.waiting)
    assert {state for state, _ in states(store, asked.batch_id).values()} == {State.DONE}


def test_a_recording_that_kills_its_worker_costs_that_recording_alone(store: Store, tmp_path: Path) -> None:
    write_call(tmp_path / "in" / "a-deadly.wav", speech_s=12.0)
    write_call(tmp_path / "in" / "b-good.wav", seed=5)
    asked = asked_for(store, tmp_path / "in")
    run_workers(job_of(url_of(store), asked.batch_id, KEY), 1, store, lambda _: None, deadly_bench)
    assert states(store, asked.batch_id) == {
        "a-deadly.wav": (State.FAILED, "crashed_repeatedly"),
        "b-good.wav": (State.DONE, None),
    }


def test_workers_that_cannot_work_at_all_end_the_run_with_their_reason(store: Store, tmp_path: Path) -> None:
    write_call(tmp_path / "in" / "one.wav")
    asked = asked_for(store, tmp_path / "in")
    with pytest.raises(ModelError) as caught:
        run_workers(job_of(url_of(store), asked.batch_id, KEY), 1, store, lambda _: None, no_model)
    assert caught.value.code == "model_unloadable"
    assert states(store, asked.batch_id) == {"one.wav": (State.WAITING, None)}


def test_an_interrupted_run_stops_its_workers_and_loses_no_recording(store: Store, tmp_path: Path) -> None:
    for seed in range(3):
        write_call(tmp_path / "in" / f"{seed}.wav", seed=10 * seed)
    asked = asked_for(store, tmp_path / "in")

    def interrupt(_recording_id: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_workers(job_of(url_of(store), asked.batch_id, KEY), 1, store, interrupt, fake_bench)
    assert children(os.getpid()) == []
    run_workers(job_of(url_of(store), asked.batch_id, KEY), 1, store, lambda _: None, fake_bench)
    assert {state for state, _ in states(store, asked.batch_id).values()} == {State.DONE}


def test_workers_end_when_the_program_that_started_them_is_killed(store: Store, tmp_path: Path) -> None:
    write_call(tmp_path / "in" / "one.wav")
    asked = asked_for(store, tmp_path / "in")
    program = f"""
        import time
        from models.store import Store
        from monitor.workers import run_workers
        from tests.monitor.call_files import job_of
        from tests.monitor.test_workers import slow_bench
        if __name__ == "__main__":
            url = {url_of(store)!r}
            run_workers(job_of(url, {asked.batch_id}, {KEY!r}), 1, Store(url), print, slow_bench)
    """
    script = tmp_path / "program.py"
    script.write_text(textwrap.dedent(program), encoding="utf-8")
    root = str(Path(__file__).parents[2])
    parent = subprocess.Popen([sys.executable, str(script)], env=os.environ | {"PYTHONPATH": root})
    (worker,) = until(lambda: [child for child in children(parent.pid) if store.holders()])
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    until(lambda: not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE)
    assert release_dead(store) == 1
    run_workers(job_of(url_of(store), asked.batch_id, KEY), 1, store, lambda _: None, fake_bench)
    assert states(store, asked.batch_id) == {"one.wav": (State.DONE, None)}


class Sleeper:
    """A transcriber that never comes to an end."""

    name, model_sha256 = "sleeper", "0" * 64

    def transcribe(self, *_: object) -> Transcript:
        while True:
            time.sleep(0.1)


def slow_bench(job: Job) -> Bench:
    """Holds its first recording for ever."""
    made = fake_bench(job)
    return replace(made, tools=Tools(FakeDetector(), Sleeper()))


def children(pid: int) -> list[psutil.Process]:
    """The worker processes of a program, without the helper that `multiprocessing` starts."""
    found = psutil.Process(pid).children()
    return [child for child in found if "spawn_main" in " ".join(child.cmdline())]


def until(condition: Callable[[], T], limit_s: float = 60.0) -> T:
    deadline = time.monotonic() + limit_s
    while not (found := condition()):
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)
    return found


def test_a_fault_of_ours_is_the_reason_in_the_row_and_the_batch_goes_on(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_call(tmp_path / "in" / "one.wav")
    write_call(tmp_path / "in" / "two.wav", seed=5)
    asked = asked_for(store, tmp_path / "in")
    verdicts = iter([lambda: 1 / 0, make_verdict])
    monkeypatch.setattr("monitor.worker.judge", lambda *_: next(verdicts)())
    bench = fake_bench(job_of(url_of(store), asked.batch_id, KEY))
    work_through(store, bench, asked.batch_id, KEY)
    assert states(store, asked.batch_id) == {
        "one.wav": (State.FAILED, INTERNAL_ERROR),
        "two.wav": (State.DONE, None),
    }


def test_a_recording_that_changes_after_it_was_asked_for_is_not_kept_under_its_old_hash(
    store: Store, tmp_path: Path
) -> None:
    path = write_call(tmp_path / "in" / "one.wav")
    asked = asked_for(store, tmp_path / "in")
    write_call(path, seed=77)
    work_through(store, fake_bench(job_of(url_of(store), asked.batch_id, KEY)), asked.batch_id, KEY)
    assert states(store, asked.batch_id) == {"one.wav": (State.FAILED, "recording_changed")}


def test_work_of_a_dead_process_is_taken_up_at_once_and_that_of_living_and_foreign_ones_left(
    store: Store, tmp_path: Path
) -> None:
    for seed in range(3):
        write_call(tmp_path / "in" / f"{seed}.wav", seed=10 * seed)
    asked = asked_for(store, tmp_path / "in")
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    workers = [f"{socket.gethostname()}:{dead.pid}:1.00", worker_name(), "elsewhere:1:1.00"]
    for worker in workers:
        assert store.claim(worker, KEY, now(), lease_s=3600, batch_id=asked.batch_id)
    assert release_dead(store) == 1
    assert sorted(store.holders()) == sorted(workers[1:])


def test_a_claim_that_takes_long_is_renewed(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_call(tmp_path / "in" / "one.wav")
    asked = asked_for(store, tmp_path / "in")
    monkeypatch.setattr("monitor.worker._RENEW_S", 0.01)
    renewed: list[Any] = []
    real = store.renew
    monkeypatch.setattr(store, "renew", lambda *given: renewed.append(given[1]) or real(*given))
    work_through(store, fake_bench(job_of(url_of(store), asked.batch_id, KEY)), asked.batch_id, KEY)
    assert renewed
    assert states(store, asked.batch_id) == {"one.wav": (State.DONE, None)}
