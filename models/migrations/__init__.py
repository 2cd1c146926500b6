"""The versions of the tables. Works from an installed package: no `alembic.ini` is read."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from models.errors import StoreError

_LOCK = 0x74696D62
"""Any number, the same in every Timbre: two that start at once on PostgreSQL migrate one after the other."""


def settings(connection: Connection | None = None) -> Config:
    """Alembic's settings, for the given connection."""
    config = Config()
    config.set_main_option("script_location", "models:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection, database: str) -> None:
    """Brings the tables to this version, in the transaction of `connection`.

    Raises:
        StoreError: `store_newer`, where a newer Timbre made them.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    _refuse_newer(_version(connection), database)
    command.upgrade(settings(connection), "head")


def check(connection: Connection, database: str) -> None:
    """Passes where the tables are of this version.

    Raises:
        StoreError: `store_newer` or `store_outdated`, with what to do.
    """
    version = _version(connection)
    _refuse_newer(version, database)
    if version != _scripts().get_current_head():
        state = "has no tables yet" if version is None else f"has tables of an older version ({version})"
        raise StoreError(f"{database} {state}: migrate it", "store_outdated")


def _refuse_newer(version: str | None, database: str) -> None:
    known = {script.revision for script in _scripts().walk_revisions()}
    if version is not None and version not in known:
        raise StoreError(
            f"{database} was made by a newer Timbre (tables {version}): update this one, or name another database",
            "store_newer",
        )


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(settings())
