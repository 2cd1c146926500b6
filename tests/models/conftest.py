from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from models.store import Store
from models.tables import Base
from tests.postgres import Server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("migrated") / "timbre.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_url(postgres_server: Server) -> str:
    url = postgres_server.new_database()
    _migrate(url)
    return url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A migrated, empty store on each kind of database."""
    if request.param == "sqlite":
        url = f"sqlite:///{shutil.copy(request.getfixturevalue('migrated_file'), tmp_path)}"
    else:
        url = request.getfixturevalue("migrated_url")
        _empty(url)
    store = Store(url)
    yield store
    store.close()


def _migrate(url: str) -> None:
    store = Store(url)
    store.migrate()
    store.close()


def _empty(url: str) -> None:
    tables = ", ".join(Base.metadata.tables)
    with psycopg.connect(url) as connection:
        connection.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")  # type: ignore[arg-type]  # our own names
