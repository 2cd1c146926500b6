"""Which worker is which, and which are no more."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime

import psutil

from models.store import Store


def now() -> datetime:
    """The present moment, aware."""
    return datetime.now(UTC)


def worker_name() -> str:
    """A name for this process by which another can see whether it is alive."""
    return f"{socket.gethostname()}:{os.getpid()}:{psutil.Process().create_time():.2f}"


def release_dead(store: Store) -> int:
    """Put back what workers of this machine held that are no more; how many recordings."""
    return sum(store.release_worker(worker) for worker in store.holders() if _is_dead(worker))


def _is_dead(worker: str) -> bool:
    """True only for a process of this machine that has ended; of others nothing is known but their leases."""
    host, _, rest = worker.rpartition(":")[0].rpartition(":")
    if host != socket.gethostname() or not rest.isdecimal():
        return False
    try:
        process = psutil.Process(int(rest))
        # A container's first process may never collect its dead: they are zombies, not workers.
        return process.status() == psutil.STATUS_ZOMBIE or f"{process.create_time():.2f}" != worker.rpartition(":")[2]
    except psutil.NoSuchProcess:
        return True
