"""Running a piece of work in a process of its own, for its time and its peak memory."""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any


@dataclass(frozen=True, slots=True)
class Measured:
    """What a piece of work took, and what it gave back."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    result: Any


def measured(work: Callable[..., Any], *arguments: Any) -> Measured:
    """Run `work` in a fresh process; loading what it imports is part of its memory and, unless it says so, its time."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_run, args=(there, work, arguments))
    process.start()
    there.close()
    try:
        found: Measured = here.recv()
    finally:
        process.join()
    return found


def _run(pipe: Connection, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    started, cpu = time.perf_counter(), time.process_time()
    result = work(*arguments)
    wall_s, cpu_s = time.perf_counter() - started, time.process_time() - cpu
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    pipe.send(Measured(wall_s, cpu_s, peak_mb, result))
