"""From the end of a call to its verdict: live calls told to a recorder, heard and analysed by a worker beside it.

All but the end of a long call is told as fast as the recorder takes it, and the call goes on in real time once the
worker has caught up, as it would on a machine that keeps pace. The first call is told in real time from its beginning.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psutil
import soundfile

from audio.events import Sound
from audio.weights import locate
from benchmarks.long import recording_of
from models.call import CallRecord, Side
from models.recording import Party
from models.store import Store
from monitor import parts
from monitor.config import model_cache
from monitor.daemon.analysing import Analysing
from monitor.daemon.handing_over import HandingOver
from monitor.live.memory import memory_path
from monitor.recorder.recorded import Recorded, RecorderSettings
from monitor.recorder.recorder import Recorder
from monitor.recorder.records import bare_record
from monitor.settings.sections import Settings
from monitor.workers import Job

_RATE_HZ = 8000
_PIECE_S = 0.5
_REAL_TIME_S = 45.0
"""The end of a long call is told in real time."""
_QUIET_S = 30.0
"""So long has nothing been found before the worker is taken to have caught up."""
_LINGER_S = 2.0
"""Capture closes a call so long after its BYE: `CallLimits`."""
_LONGEST_WAIT_S = 3600.0
_KEY = "live benchmark"


@dataclass(slots=True)
class _Machine:
    """What a daemon has beside its source."""

    root: Path
    recorder: Recorder
    ended: threading.Event

    def tell(self, call_id: str, samples: npt.NDArray[np.int16], from_s: float, began_s: float, *, pace: bool) -> None:
        """Tell both sides from `from_s` on, half a second at a time."""
        size, first = round(_PIECE_S * _RATE_HZ), round(from_s * _RATE_HZ)
        due_s = time.monotonic()
        for start in range(first, len(samples), size):
            for channel, side in enumerate((Side.CALLEE, Side.CALLER)):
                piece = np.ascontiguousarray(samples[start : start + size, channel])
                self.recorder.write(call_id, channel, Sound("leg", side, began_s + start / _RATE_HZ, _RATE_HZ, piece))
            self.recorder.flush(began_s + start / _RATE_HZ)
            due_s += _PIECE_S if pace else 0.002
            time.sleep(max(0.0, due_s - time.monotonic()))

    def wait_until_heard(self, call_id: str) -> None:
        """Until nothing more is found of a call that stands still."""
        path, since_s, size = memory_path(self.root, call_id), time.monotonic(), -1
        while time.monotonic() - since_s < _QUIET_S:
            now = path.stat().st_size if path.exists() else -1
            if now != size:
                size, since_s = now, time.monotonic()
            time.sleep(1.0)


def main(real_time_min: float = 2.5, minutes: tuple[float, ...] = (1, 10, 35), nice: int = 10) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "live"
        root.mkdir()
        url = f"sqlite:///{folder}/timbre.db"
        Store(url).migrate()
        machine = _Machine(
            root, Recorder(root, RecorderSettings(reserve_bytes=0, reserve_ratio=0.0)), threading.Event()
        )
        running = _daemon(url, machine, nice)
        try:
            _one(machine, Path(folder), "in-real-time", real_time_min, real_time_min * 60)
            for length in minutes:
                _one(machine, Path(folder), f"of-{length:g}-minutes", length, _REAL_TIME_S)
            peak_mb = max(_peak_mb(child) for child in psutil.Process().children())
            print(f"peak memory of the worker       {peak_mb:.0f} MB (bar: at most 1500)")
        finally:
            for stop in running:
                stop(30.0)
            machine.recorder.stop()


def _daemon(url: str, machine: _Machine, nice: int) -> list[Callable[[float], None]]:
    settings = Settings()
    model = locate(parts.speech_model(settings), model_cache(settings), fetchers=parts.fetchers(settings))
    job = Job(url, settings, model, None, _KEY, nice=nice, live_roots=(machine.root,))
    analysing = Analysing(job, 1, partial(Store, url), lambda _: machine.ended.set())
    finished = machine.recorder.finished
    handing_over = HandingOver(partial(Store, url), [], _KEY, lambda: [one.document for one in finished()])
    analysing.start()
    handing_over.start()
    return [analysing.stop, handing_over.stop]


def _one(machine: _Machine, folder: Path, call_id: str, minutes: float, real_time_s: float) -> None:
    samples, _ = soundfile.read(recording_of(folder, minutes), dtype="int16")
    began_s, turning_s = time.time(), max(0.0, minutes * 60 - real_time_s)
    machine.recorder.open(call_id, began_s)
    if turning_s:
        machine.tell(call_id, samples[: round(turning_s * _RATE_HZ)], 0.0, began_s, pace=False)
        machine.wait_until_heard(call_id)
    machine.tell(call_id, samples, turning_s, began_s, pace=True)
    _end(machine, call_id, minutes)


def _end(machine: _Machine, call_id: str, minutes: float) -> None:
    machine.ended.clear()
    bye_s, cpu_s = time.monotonic(), _workers_cpu_s()
    time.sleep(_LINGER_S)
    machine.recorder.close(call_id, _record)
    kept_s = _when(lambda: any((machine.root / "done").rglob(f"*{call_id}.call.json")))
    machine.ended.wait(_LONGEST_WAIT_S)
    ready_s, cpu_s = time.monotonic() - bye_s, _workers_cpu_s() - cpu_s
    print(
        f"{call_id:16} {minutes:5.1f} min: {ready_s:5.1f} s from BYE to verdict (bar: 5), of which "
        f"{kept_s - bye_s:.1f} s until the recording is complete; {cpu_s:.1f} s of processor; "
        f"load {os.getloadavg()[0]:.1f} on {len(os.sched_getaffinity(0))} processors",
        flush=True,
    )


def _record(recorded: Recorded) -> CallRecord:
    return replace(bare_record(recorded), channels=(Party.AGENT, Party.CUSTOMER))


def _when(true: Callable[[], bool]) -> float:
    while not true():
        time.sleep(0.05)
    return time.monotonic()


def _workers_cpu_s() -> float:
    return sum(sum(child.cpu_times()[:2]) for child in psutil.Process().children())


def _peak_mb(process: psutil.Process) -> float:
    status = Path(f"/proc/{process.pid}/status").read_text()
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0.0)
