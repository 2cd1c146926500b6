"""Fixtures that more than one package's tests use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from audio.transcriber import WhisperSettings, WhisperTranscriber
from tests.postgres import NoServerError, Server, running_server
from tests.speech_model import located_model


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A real PostgreSQL server, or a skip that says why there is none."""
    try:
        with running_server() as server:
            yield server
    except NoServerError as error:
        pytest.skip(str(error))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind that Timbre runs on."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'timbre.db'}"
    server: Server = request.getfixturevalue("postgres_server")
    return server.new_database()


@pytest.fixture(scope="session")
def transcriber() -> WhisperTranscriber:
    """The real recogniser with Whisper base, loaded once."""
    located = located_model()
    if located is None:
        pytest.skip("the speech model is not here: run `timbre model fetch`")
    return WhisperTranscriber(located.path, located.name, located.sha256, WhisperSettings())
