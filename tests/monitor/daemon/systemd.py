"""What a daemon tells systemd (sd_notify)."""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class Systemd:
    """Hears a datagram socket, as systemd does."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._told: list[str] = []

    @property
    def told(self) -> list[str]:
        """All so far, e.g. `READY=1`."""
        while True:
            try:
                self._told += self._line.recv(4096).decode().split("\n")
            except BlockingIOError:
                return self._told


@contextmanager
def listening(monkeypatch: pytest.MonkeyPatch) -> Iterator[Systemd]:
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        path = Path(folder) / "notify"
        line.bind(str(path))
        line.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(path))
        yield Systemd(line)
