"""Reaching the database, and saying what is wrong with it."""

from __future__ import annotations

import logging
import sqlite3
import stat
from pathlib import Path

import pytest

from models.database import Database, database_url, shown
from models.errors import StoreError
from models.store import Store
from tests.builders import make_facts
from tests.models.calls import KEY, NOW, ask, make_intake
from tests.postgres import Server


def code_of(url: str) -> str:
    store = Store(url)
    with pytest.raises(StoreError) as caught:
        store.start_batch("batch", NOW)
    return caught.value.code


@pytest.mark.parametrize("url", ["", "timbre.db", "mysql://host/name", "postgresql+asyncpg://host/x", "http://[secret"])
def test_what_is_no_url_of_ours_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(StoreError, match=r"sqlite:///FILE or postgresql://USER@HOST/NAME") as caught:
        Store(url)
    assert caught.value.code == "store_url_invalid"
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_spoken_through_psycopg(scheme: str) -> None:
    assert database_url(f"{scheme}://host/name").drivername == "postgresql+psycopg"


def test_passwords_are_not_shown() -> None:
    url = database_url("postgresql://ana:hunter2@host/timbre?sslpassword=hunter3&sslmode=require")
    assert shown(url) == "postgresql+psycopg://ana:***@host/timbre?sslmode=require"


def test_an_unreachable_server_is_named_without_its_password() -> None:
    store = Store("postgresql://ana:hunter2@127.0.0.1:1/timbre")
    with pytest.raises(StoreError, match=r"ana:\*\*\*@127\.0\.0\.1:1/timbre cannot be used") as caught:
        store.check()
    assert caught.value.code == "store_unavailable"
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.postgres
def test_a_database_that_the_server_has_not_is_unavailable(postgres_server: Server) -> None:
    assert code_of(postgres_server.url("nowhere")) == "store_unavailable"


def test_a_database_without_tables_is_to_be_migrated(database_url: str) -> None:
    assert code_of(database_url) == "store_outdated"


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert code_of(f"sqlite:///{tmp_path}/none/timbre.db") == "store_unavailable"


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "timbre.db").write_bytes(b"RIFF" * 1000)
    assert code_of(f"sqlite:///{tmp_path}/timbre.db") == "store_damaged"


def test_a_database_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    Store(f"sqlite:///{tmp_path}/timbre.db").migrate()
    assert code_of(f"sqlite:///file:{tmp_path}/timbre.db?mode=ro&uri=true") == "store_read_only"


def test_a_file_kept_locked_is_busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store(f"sqlite:///{tmp_path}/timbre.db").migrate()
    monkeypatch.setattr("models.database.BUSY_TIMEOUT_S", 0.05)
    holder = sqlite3.connect(tmp_path / "timbre.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert code_of(f"sqlite:///{tmp_path}/timbre.db") == "store_busy"
    holder.close()


@pytest.mark.postgres
def test_a_server_that_may_only_be_read_is_said(postgres_server: Server) -> None:
    url = postgres_server.new_database()
    Store(url).migrate()
    assert code_of(f"{url}&options=-c%20default_transaction_read_only%3Don") == "store_read_only"


def test_a_disk_that_is_full_is_said(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/timbre.db"
    store = Store(url)
    store.migrate()
    with store._database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")  # the same pooled connection is used below
    with pytest.raises(StoreError) as caught:
        ask(store, *(make_intake(number) for number in range(200)))
    assert caught.value.code == "store_full"


def test_a_new_file_and_its_folder_are_made_and_read_by_nobody_else(tmp_path: Path) -> None:
    file = tmp_path / "state" / "timbre.db"
    Store(f"sqlite:///{file}").migrate()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_to_check_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        Store(f"sqlite:///{tmp_path}/timbre.db").check()
    assert caught.value.code == "store_outdated"
    assert list(tmp_path.iterdir()) == []


def test_to_migrate_where_no_file_can_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError) as caught:
        Store(f"sqlite:///{tmp_path}/file/timbre.db").migrate()
    assert caught.value.code == "store_unavailable"


def test_a_store_in_memory_works_without_a_file() -> None:
    store = Store("sqlite://")
    store.migrate()
    assert store.start_batch("memory", NOW) == 1


def test_sqlite_writes_ahead_and_to_the_disk(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/timbre.db")
    with database.reading() as session:
        pragmas = {
            name: session.connection().exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_reader_does_not_wait_for_a_writer(store: Store) -> None:
    batch_id = ask(store, make_intake())
    other = Store(store._database.url.render_as_string(hide_password=False))
    with store._database.writing() as session:
        session.connection().exec_driver_sql("UPDATE batches SET label = 'being written'")
        assert sum(other.batch_counts(batch_id).values()) == 1
    other.close()


def test_what_fails_half_way_leaves_nothing(store: Store) -> None:
    class BoomError(Exception):
        pass

    def half() -> None:
        with store._database.writing() as session:
            session.connection().exec_driver_sql("DELETE FROM batch_files")
            raise BoomError

    batch_id = ask(store, make_intake())
    with pytest.raises(BoomError):
        half()
    assert len(list(store.batch_rows(batch_id))) == 1


def test_neither_messages_nor_logs_hold_what_rows_hold(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret = make_facts(caller="+34600123456")
    with_logs = Store(store._database.url.render_as_string(hide_password=False))
    batch_id = with_logs.start_batch("test", NOW)
    with_logs.enqueue(batch_id, [make_intake(facts=secret)], KEY, NOW)
    assert [row.name for row in with_logs.batch_rows(batch_id)] == ["1.wav"]
    with pytest.raises(StoreError) as caught:
        with_logs.enqueue(batch_id + 1, [make_intake(facts=secret)], KEY, NOW)
    with_logs.close()
    said = f"{caught.value!r} {caught.value.__cause__!r} {caplog.text}"
    assert caught.value.code == "store_refused"
    assert "600123456" not in said
    assert "1.wav" not in said


def test_values_stay_out_of_a_log_of_statements(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    traced = Store(store._database.url.render_as_string(hide_password=False))
    caplog.set_level(logging.INFO, logger="sqlalchemy.engine")
    ask(traced, make_intake(facts=make_facts(caller="+34600123456")))
    traced.close()
    assert "INSERT INTO recordings" in caplog.text
    assert "600123456" not in caplog.text
