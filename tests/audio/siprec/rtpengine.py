"""rtpengine, and its NG protocol by which a proxy tells it of calls."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

LOCAL = "127.0.0.1"


def _bencoded(value: Any) -> bytes:
    if isinstance(value, dict):
        return b"d" + b"".join(_bencoded(key) + _bencoded(value[key]) for key in sorted(value)) + b"e"
    if isinstance(value, list):
        return b"l" + b"".join(map(_bencoded, value)) + b"e"
    if isinstance(value, int):
        return b"i%de" % value
    data = value.encode() if isinstance(value, str) else value
    return b"%d:%s" % (len(data), data)


def _bdecoded(data: bytes, at: int = 0) -> tuple[Any, int]:
    kind = data[at : at + 1]
    if kind == b"i":
        end = data.index(b"e", at)
        return int(data[at + 1 : end]), end + 1
    if kind not in {b"d", b"l"}:
        colon = data.index(b":", at)
        end = colon + 1 + int(data[at:colon])
        return data[colon + 1 : end], end
    values = []
    at += 1
    while data[at : at + 1] != b"e":
        value, at = _bdecoded(data, at)
        values.append(value)
    if kind == b"l":
        return values, at + 1
    return {key.decode(): value for key, value in zip(values[::2], values[1::2], strict=True)}, at + 1


def _spelt(name: str) -> str:
    """rtpengine writes its older words with spaces."""
    return name.replace("_", " " if name == "record_call" else "-")


class Control:
    """rtpengine's NG protocol."""

    def __init__(self, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect((LOCAL, port))
        self._socket.settimeout(2)
        self._cookie = 0

    def ask(self, command: str, **values: Any) -> dict[str, Any]:
        self._cookie += 1
        told = {"command": command, "call-id": "call-77"} | {_spelt(name): value for name, value in values.items()}
        self._socket.send(b"c%d " % self._cookie + _bencoded(told))
        answer: dict[str, Any] = _bdecoded(self._socket.recv(65535).partition(b" ")[2])[0]
        return answer

    def wait_until_up(self) -> bool:
        for _ in range(50):
            try:
                if self.ask("ping")["result"] == b"pong":
                    return True
            except OSError:
                time.sleep(0.1)
        return False

    def close(self) -> None:
        self._socket.close()


@contextmanager
def rtpengine(folder: Path, port: int, media_ports: tuple[int, int], *options: str) -> Iterator[Control]:
    """A relay in user space with its control on a port of this machine; skips where there is none."""
    program = shutil.which("rtpengine")
    if program is None:
        pytest.skip("rtpengine is not installed")
    low, high = media_ports
    running = subprocess.Popen(
        [
            *(program, "--foreground", "--log-stderr", "--table=-1", f"--interface={LOCAL}"),
            *(f"--listen-ng={LOCAL}:{port}", f"--port-min={low}", f"--port-max={high}"),
            *(f"--pidfile={folder / 'pid'}", *options),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    control = Control(port)
    try:
        if not control.wait_until_up():
            pytest.skip("rtpengine does not start on this machine")
        yield control
    finally:
        control.close()
        running.terminate()
        running.wait(10)


def phone(port: int) -> str:
    lines = ("v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0", f"m=audio {port} RTP/AVP 8")
    return "\r\n".join((*lines, "a=rtpmap:8 PCMA/8000", ""))


def port_of(answer: dict[str, Any]) -> int:
    found = re.search(rb"m=audio (\d+)", answer["sdp"])
    assert found is not None
    return int(found[1])
