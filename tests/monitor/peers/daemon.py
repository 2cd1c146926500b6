"""`timbre capture` in a process, a folder and a database of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import soundfile
from sqlalchemy import create_engine, text

from models.call import CallRecord, DirectionFigures
from models.recording import Party
from monitor.recorder.documents import read_document
from monitor.recorder.recorded import Recorded
from tests.monitor.peers.programs import running, wait_for
from tests.monitor.peers.speech import Pcm

ROOT = Path(__file__).parents[3]
STARTS_WITHIN_S = 60.0
ENDS_WITHIN_S = 60.0
PATIENCE = {
    "TIMBRE_CAPTURE__SNIFFER__SILENCE_S": "4",
    "TIMBRE_CAPTURE__CALLS__CANCEL_WAIT_S": "2",
    "TIMBRE_CAPTURE__CALLS__GRACE_S": "1",
    "TIMBRE_CAPTURE__RECORDER__RESERVE_BYTES": "0",
    "TIMBRE_CAPTURE__RECORDER__RESERVE_RATIO": "0.0",
}
"""What keeps the tests short: a lost end is noticed after 4 s instead of 5 minutes, and a full disk is none of ours."""


@dataclass(frozen=True, slots=True)
class Call:
    """One finished call as it lies in `done/`."""

    document: Path
    record: CallRecord
    recorded: Recorded

    def channel(self, party: Party) -> Pcm:
        (part,) = self.recorded.parts
        samples, _ = soundfile.read(part.path, dtype="int16", always_2d=True)
        found: Pcm = samples[:, self.record.channels.index(party)]
        return found

    def figures(self, party: Party) -> DirectionFigures:
        assert self.record.transport is not None
        (found,) = [one for one in self.record.transport.directions if one.party is party]
        return found


def calls_below(folder: Path) -> list[Call]:
    """All that is in `done/`, oldest first."""
    found = [(path, *read_document(path)) for path in folder.glob("**/done/**/*.call.json")]
    return sorted((Call(*one) for one in found), key=lambda call: call.recorded.started_s)


@dataclass
class Daemon:
    """A running one."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def captured(self) -> Path:
        return captured(self.folder)

    def asked(self, path: str) -> Any:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/{path}", timeout=5) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:  # unhealthy, and says why
            return json.load(error)
        except OSError:
            return None

    def wait_until_up(self) -> None:
        wait_for(lambda: self.process.poll() is not None or self.asked("health"), STARTS_WITHIN_S, "the start")
        assert self.process.poll() is None, (self.folder / "timbre.log").read_text(errors="replace")

    def calls(self, name: str = "") -> list[Call]:
        """Finished calls with a Call-ID that begins so."""
        found = calls_below(self.captured)
        return [call for call in found if not name or any(one.startswith(name) for one in call.record.signalling_ids)]

    def finished(self, name: str, number: int = 1) -> list[Call]:
        documents = partial(self.captured.glob, "**/done/**/*.call.json")
        wait_for(
            lambda: len(list(documents())) >= number and len(self.calls(name)) >= number,
            ENDS_WITHIN_S,
            f"the end of {number} calls {name}",
        )
        return self.calls(name)

    def stop(self) -> int:
        """As systemd stops it; the exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(ENDS_WITHIN_S)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def captured(folder: Path) -> Path:
    return folder / "data" / "timbre" / "captured"


def queued(url: str) -> dict[str, str]:
    """State of the work by file name, as the store holds it."""
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    try:
        with engine.connect() as store:
            found = store.execute(text("SELECT paths, state FROM work")).all()
    finally:
        engine.dispose()
    return {Path(path).name: state for paths, state in found for path in _listed(paths)}


def _listed(paths: Any) -> list[str]:
    found: list[str] = json.loads(paths) if isinstance(paths, str) else paths
    return found


@contextmanager
def capturing(folder: Path, port: int, options: Sequence[str | Path], settings: dict[str, str]) -> Iterator[Daemon]:
    """`timbre capture` with options and settings until the block ends; what it says is in `folder/timbre.log`."""
    with starting(folder, port, options, settings) as daemon:
        daemon.wait_until_up()
        yield daemon


@contextmanager
def starting(folder: Path, port: int, options: Sequence[str | Path], settings: dict[str, str]) -> Iterator[Daemon]:
    """The same, without waiting for its start."""
    own = {
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "configuration"),
        "TIMBRE_DATABASE__URL": f"sqlite:///{folder / 'timbre.db'}",
        "TIMBRE_DAEMON__PORT": str(port),
        "LANG": "en_US.UTF-8",
        "PYTHONPATH": str(ROOT),
        **PATIENCE,
        **settings,
    }
    folder.mkdir(parents=True, exist_ok=True)
    command = (sys.executable, "-m", "monitor", "capture", *options)
    with running(command, folder / "timbre.log", own, cwd=folder) as process:
        yield Daemon(folder, port, process)
