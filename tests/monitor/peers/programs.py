"""Other people's programs, started and stopped; what this machine cannot do skips with its reason."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

_STOP_S = 15.0


def need(*programs: str) -> None:
    """Skips where one of them is not installed."""
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")


def need_capture() -> None:
    """Skips where this process may not capture."""
    try:
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close()
    except (AttributeError, OSError):
        pytest.skip("needs the right to capture (CAP_NET_RAW)")


def wait_for(said: Callable[[], object], within_s: float, what: str) -> None:
    """Until `said` is true; fails where that takes longer than any machine needs."""
    deadline_s = time.monotonic() + within_s
    while not said():
        assert time.monotonic() < deadline_s, f"{what} took longer than {within_s:.0f} s"
        time.sleep(0.05)


@contextmanager
def running(
    command: Sequence[str | Path], log: Path, environment: dict[str, str] | None = None, cwd: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A program while the block runs, its words in `log`; asked to end afterwards, and made to where it does not."""
    with log.open("wb") as words:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            env={name: value for name, value in os.environ.items() if not name.startswith("TIMBRE_")}
            | (environment or {}),
            cwd=cwd,
        )
    try:
        yield process
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
