"""The tables as migrations make them are the tables as the code knows them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from models.database import Database
from models.errors import StoreError
from models.migrations import settings
from models.store import Store
from models.tables import Base
from tests.models.calls import NOW


def migrated(url: str) -> Database:
    Store(url).migrate()
    return Database(url)


def schema(connection: Connection) -> dict[str, Any]:
    """All that the database says of our tables, in an order that does not depend on how they were made."""
    found = inspect(connection)

    def described(items: list[Any]) -> list[str]:
        return sorted(str({key: str(value) for key, value in sorted(item.items())}) for item in items)

    return {
        table: {
            "columns": described(found.get_columns(table)),
            "key": found.get_pk_constraint(table),
            "foreign": described(found.get_foreign_keys(table)),
            "indexes": described(found.get_indexes(table)),
            "unique": described(found.get_unique_constraints(table)),
            "checks": described(found.get_check_constraints(table)),
        }
        for table in Base.metadata.tables
    }


def test_alembic_finds_nothing_to_change_after_the_migrations(database_url: str) -> None:
    with migrated(database_url).engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_migrations_make_the_same_constraints_as_the_tables(database_url: str) -> None:
    database = migrated(database_url)
    with database.writing_connection() as connection:
        by_migrations = schema(connection)
        Base.metadata.drop_all(connection)
        Base.metadata.create_all(connection)
        assert by_migrations == schema(connection)


def test_to_migrate_again_changes_nothing(store: Store) -> None:
    batch_id = store.start_batch("kept", NOW)
    store.migrate()
    store.check()
    assert store.start_batch("next", NOW) == batch_id + 1


def test_downgrading_takes_all_tables_away(database_url: str) -> None:
    database = migrated(database_url)
    with database.writing_connection() as connection:
        command.downgrade(settings(connection), "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]


@pytest.mark.parametrize("door", [Store.check, Store.migrate])
def test_tables_of_a_newer_version_are_left_alone(store: Store, door: Callable[[Store], None]) -> None:
    stamp(store, "9999")
    try:
        with pytest.raises(StoreError, match="newer Timbre") as caught:
            door(store)
    finally:
        stamp(store, "0001")
    assert caught.value.code == "store_newer"


def test_a_database_without_tables_is_outdated(database_url: str) -> None:
    Database(database_url).make_file()
    with pytest.raises(StoreError, match="no tables yet: migrate it") as caught:
        Store(database_url).check()
    assert caught.value.code == "store_outdated"


def test_a_migration_that_fails_leaves_no_table(database_url: str) -> None:
    database = Database(database_url)
    database.make_file()
    with database.writing_connection() as connection:
        connection.exec_driver_sql("CREATE TABLE reviews (id INTEGER)")  # the last that the migration makes
    with pytest.raises(StoreError):
        Store(database_url).migrate()
    with database.engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["reviews"]


def test_a_new_migration_is_drafted_in_the_types_of_sqlalchemy(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/timbre.db")
    with database.writing_connection() as connection:
        config = settings(connection)
        config.set_main_option("version_locations", str(tmp_path))
        drafted = command.revision(config, "Draft", autogenerate=True, version_path=str(tmp_path), head="base")
    draft = Path(drafted.path).read_text()  # type: ignore[union-attr]
    assert "sa.Column('started_at', sa.DateTime(timezone=True), nullable=True)" in draft
    assert "models." not in draft


def test_there_is_one_newest_version() -> None:
    assert len(ScriptDirectory.from_config(settings()).get_heads()) == 1


def stamp(store: Store, version: str) -> None:
    with store._database.writing_connection() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
