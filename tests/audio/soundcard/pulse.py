"""PulseAudio's null sinks as sound cards: what is played to a sink is recorded from its monitor."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

SINKS = {"agent": "agent", "cust": "cust", "left": "both", "right": "both"}
"""Device and the sink that it hears: two of them hear the same."""
_PROGRAMS = ("pulseaudio", "paplay", "pactl")
_START_WITHIN_S = 10.0


@dataclass
class PulseServer:
    """A server of its own, whose monitors PortAudio finds through ALSA by the sinks' names."""

    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        sinks = [f"module-null-sink sink_name={name} rate=48000 channels=1" for name in dict.fromkeys(SINKS.values())]
        modules = ["module-native-protocol-unix", *sinks]
        command = [
            "pulseaudio",
            "-n",
            "--daemonize=no",
            "--exit-idle-time=-1",
            "--use-pid-file=no",
            "--log-target=null",
        ]
        command += [word for module in modules for word in ("-L", module)]
        self.process = subprocess.Popen(command, env=self.environment, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + _START_WITHIN_S
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                pytest.skip("pulseaudio does not start here")
            time.sleep(0.05)

    def _answers(self) -> bool:
        done = subprocess.run(["pactl", "info"], env=self.environment, capture_output=True, check=False)
        return done.returncode == 0

    def kill(self) -> None:
        """Gone at once, as when a card is pulled out."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def play(self, sink: str, path: Path) -> subprocess.Popen[bytes]:
        # A player that keeps little in hand falters on a busy machine, and a null sink then hears silence.
        command = ["paplay", "--latency-msec=400", "-d", sink, str(path)]
        return subprocess.Popen(command, env=self.environment, stderr=subprocess.DEVNULL)


def missing_programs() -> Sequence[str]:
    return [program for program in _PROGRAMS if shutil.which(program) is None]


@contextmanager
def pulse_server(folder: Path) -> Iterator[PulseServer]:
    """A running server under `folder`, with the environment of this process set so that PortAudio finds it."""
    runtime, home = folder / "run", folder / "home"
    runtime.mkdir(mode=0o700)
    home.mkdir()
    sources = "".join(f'pcm.{name} {{ type pulse device "{sink}.monitor" }}\n' for name, sink in SINKS.items())
    (home / ".asoundrc").write_text(f"pcm.!default {{ type pulse }}\nctl.!default {{ type pulse }}\n{sources}")
    own = {
        "XDG_RUNTIME_DIR": str(runtime),
        "PULSE_RUNTIME_PATH": str(runtime / "pulse"),
        "HOME": str(home),
        "PULSE_LATENCY_MSEC": "20",
    }
    server = PulseServer({**os.environ, **own})
    with pytest.MonkeyPatch.context() as patch:
        for name, value in own.items():
            patch.setenv(name, value)
        server.start()
        try:
            yield server
        finally:
            server.kill()
