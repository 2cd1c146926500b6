"""A PostgreSQL server of the tests' own: made in a temporary folder, reached by a socket there, gone at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

_START_S = 30
_USER = "timbre"


class NoServerError(Exception):
    """This machine cannot run PostgreSQL; the message says why."""


class Server:
    """A running server; each test gets a database of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = 0

    def url(self, database: str) -> str:
        return f"postgresql://{_USER}@/{database}?host={self._folder}"

    def new_database(self) -> str:
        """The URL of a new, empty database."""
        self._made += 1
        name = f"test{self._made}"
        with self._connect() as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(host=str(self._folder), user=_USER, dbname="postgres", autocommit=True)


@contextmanager
def running_server() -> Iterator[Server]:
    """A server while the block runs.

    Raises:
        NoServerError: where there is no PostgreSQL, or no user that may run it.
    """
    initdb, postgres = _program("initdb"), _program("postgres")
    run_as = _run_as()
    folder = Path(tempfile.mkdtemp(prefix="timbre-pg-"))  # pytest's own is too deep for a socket, and root's
    try:
        if run_as:
            shutil.chown(folder, run_as["user"], run_as["group"])
        data = folder / "data"
        _make_cluster(initdb, data, run_as)
        with _started(postgres, data, folder, run_as) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> str:
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    found = shutil.which(name) or (str(installed[-1]) if installed else None)
    if found is None:
        raise NoServerError(f"PostgreSQL's {name} is not installed")
    return found


def _run_as() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then another user is lent to it."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise NoServerError("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")


def _make_cluster(initdb: str, data: Path, run_as: dict[str, Any]) -> None:
    options = ["-A", "trust", "-U", _USER, "-E", "UTF8", "--locale=C", "--no-sync"]
    made = subprocess.run(
        [initdb, *options, "-D", data], capture_output=True, text=True, cwd="/", check=False, **run_as
    )
    if made.returncode != 0:
        raise NoServerError(f"initdb failed: {made.stderr.strip()}")


@contextmanager
def _started(postgres: str, data: Path, folder: Path, run_as: dict[str, Any]) -> Iterator[Server]:
    only_a_socket = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}"]
    no_waiting_for_disks = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
    process = subprocess.Popen(
        [postgres, "-D", data, *only_a_socket, *no_waiting_for_disks],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        **run_as,
    )
    try:
        server = Server(folder)
        _wait_for(server, process)
        yield server
    finally:
        process.send_signal(signal.SIGQUIT)  # at once: what it holds is thrown away
        process.wait()


def _wait_for(server: Server, process: subprocess.Popen[bytes]) -> None:
    give_up_at = time.monotonic() + _START_S
    while not server.answers():
        if process.poll() is not None or time.monotonic() > give_up_at:
            raise NoServerError(f"PostgreSQL did not start (status {process.poll()})")
        time.sleep(0.05)
