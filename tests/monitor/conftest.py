"""The program with everything real but speech recognition."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from monitor.cli import main
from tests.monitor.call_files import MODEL, run_here


@dataclass(frozen=True)
class Ran:
    """What one command did."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Timbre = Callable[..., Ran]


@pytest.fixture
def timbre(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Timbre:
    """`timbre` in a folder and with a database of its own, in Spanish, workers in this process."""
    monkeypatch.chdir(tmp_path)
    for name in ("TIMBRE_CONFIG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "es_ES.UTF-8")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TIMBRE_DATABASE__URL", f"sqlite:///{tmp_path / 'timbre.db'}")
    monkeypatch.setenv("TIMBRE_TRANSCRIBER__CACHE", str(tmp_path / "models"))
    monkeypatch.setattr("monitor.commands.analysing.run_workers", run_here)
    monkeypatch.setattr("monitor.commands.analysing.fetched", lambda *_: MODEL)

    def run(*arguments: str | Path) -> Ran:
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        captured = capfd.readouterr()
        return Ran(int(ended.value.code or 0), captured.out, captured.err)

    return run
