"""Connections to SQLite and PostgreSQL, and their failures as one named error."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url
from sqlalchemy.orm import Session

from models.errors import StoreError

BUSY_TIMEOUT_S = 30
"""How long a writer waits for another on SQLite, which lets one write at a time."""
CONNECT_TIMEOUT_S = 5
_AGAIN_S = 0.02

_DRIVERS = {
    "sqlite": "sqlite+pysqlite",
    "sqlite+pysqlite": "sqlite+pysqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
_SECRETS = ("password", "sslpassword", "passfile", "sslkey")
_TELLS_NO_VALUES = (exc.OperationalError, exc.ProgrammingError, exc.DatabaseError)
"""Errors whose words may be repeated; the others quote the row, which holds personal data."""
_ADVICE = {
    "store_read_only": "cannot be written: give this user the right to write it (of a file, its folder too)",
    "store_unavailable": "cannot be opened: the folder must exist and be open to this user",
    "store_busy": f"was kept busy for {BUSY_TIMEOUT_S} s by another program: end it, or try again",
    "store_full": "cannot grow: the disk is full",
    "store_damaged": "is damaged or no SQLite database: restore it from a copy, or name another file",
    "store_outdated": "has not the tables of this version: migrate it",
}
_SQLITE_WORDS = {
    "readonly database": "store_read_only",
    "unable to open": "store_unavailable",
    "is locked": "store_busy",
    "is full": "store_full",
    "not a database": "store_damaged",
    "malformed": "store_damaged",
    "no such table": "store_outdated",
    "no such column": "store_outdated",
}
_SQLSTATES = {  # https://www.postgresql.org/docs/current/errcodes-appendix.html
    "25006": "store_read_only",
    "42501": "store_read_only",
    "53100": "store_full",
    "55P03": "store_busy",
    "42P01": "store_outdated",
    "42703": "store_outdated",
}


def database_url(text: str) -> URL:
    """The URL with the driver that Timbre brings.

    Raises:
        StoreError: `store_url_invalid`, where it is no URL of SQLite or PostgreSQL; the text is not
            repeated, for it may hold a password.
    """
    try:
        url = make_url(text)
        return url.set(drivername=_DRIVERS[url.drivername])
    except (exc.ArgumentError, KeyError, ValueError):
        raise StoreError(
            "the database URL is not one of sqlite:///FILE or postgresql://USER@HOST/NAME", "store_url_invalid"
        ) from None


def shown(url: URL) -> str:
    """The URL for messages and logs, without its secrets."""
    return url.difference_update_query(_SECRETS).render_as_string(hide_password=True)


class Database:
    """One database; makes transactions and turns the driver's errors into `StoreError`.

    Made once a process: a connection does not survive a fork.
    """

    def __init__(self, text: str) -> None:
        self.url = database_url(text)
        self.shown = shown(self.url)
        self.engine = _engine(self.url)
        # A writer takes SQLite's one write lock at the start, where waiting is possible: a reader
        # that turned into a writer half-way would be refused at once.
        self._writer = self.engine.execution_options(timbre_begin="BEGIN IMMEDIATE")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self.errors(), Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: all of it is kept, or nothing."""
        with self.errors(), Session(self._writer) as session, session.begin():
            yield session

    @contextmanager
    def writing_connection(self) -> Iterator[Connection]:
        """As `writing`, below the rows: for migrations."""
        with self.errors(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Raises what goes wrong in the database as `StoreError`, with neither password nor values of rows.

        Raises:
            ValueError: a value that no column takes, e.g. a moment without a zone or a figure that is no number.
        """
        try:
            yield
        except exc.DBAPIError as error:
            raise _store_error(self.url, self.shown, error) from None
        except exc.StatementError as error:  # the value was refused before the driver saw it
            raise ValueError(str(error.orig)) from None
        except exc.SQLAlchemyError as error:
            raise StoreError(f"{self.shown}: {type(error).__name__}") from None

    @property
    def file(self) -> Path | None:
        """The file of a SQLite database; `None` where it is none that a plain path names."""
        is_file = self.url.get_backend_name() == "sqlite" and not self.url.query
        name = self.url.database
        return Path(name) if is_file and name and name != ":memory:" else None

    def make_file(self) -> None:
        """An empty SQLite file that only its owner can read, for it will hold what people said."""
        path = self.file
        if path is None:
            return
        with suppress(OSError):  # what is wrong with the place is said by the connection, better
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))

    def close(self) -> None:
        self.engine.dispose()


def _engine(url: URL) -> Engine:
    is_sqlite = url.get_backend_name() == "sqlite"
    engine = create_engine(
        url,
        hide_parameters=True,  # rows hold personal data, and errors reach logs
        json_serializer=partial(json.dumps, allow_nan=False),
        pool_pre_ping=not is_sqlite,
        connect_args={"timeout": BUSY_TIMEOUT_S} if is_sqlite else {"connect_timeout": CONNECT_TIMEOUT_S},
    )
    if is_sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver would begin by itself, and too late for IMMEDIATE
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys = ON")
    _write_ahead(cursor)
    # FULL: a commit is on the disk when it returns. NORMAL would lose the last ones in a power cut, and
    # one commit a call, seconds apart, costs nothing that could be noticed.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _write_ahead(cursor: Any) -> None:
    """Reports read while workers write.

    SQLite does not always wait for its lock in this statement: programs that open a new database at once meet here.
    """
    until_s = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "is locked" not in str(error) or time.monotonic() > until_s:
                raise
            time.sleep(_AGAIN_S)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("timbre_begin", "BEGIN"))


def _store_error(url: URL, name: str, error: exc.DBAPIError) -> StoreError:
    code = _code(url, error)
    if code is not None:
        return StoreError(f"{name} {_ADVICE[code]}", code)
    if type(error) in _TELLS_NO_VALUES and str(error.orig):
        return StoreError(f"{name} cannot be used: {str(error.orig).splitlines()[0]}")
    return StoreError(f"{name} refused a row: {type(error).__name__}", "store_refused")


def _code(url: URL, error: exc.DBAPIError) -> str | None:
    if url.get_backend_name() == "sqlite":
        return next((code for words, code in _SQLITE_WORDS.items() if words in str(error.orig)), None)
    return _SQLSTATES.get(getattr(error.orig, "sqlstate", None) or "")
