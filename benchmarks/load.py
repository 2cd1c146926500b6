"""300 calls at once on an interface, captured live by `timbre capture`: what was lost, and what it took.

Needs the right to send and capture raw frames (root). The sender is a process of its own; what it takes is told apart.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from benchmarks.traffic import FRAME_BYTES, Traffic

_PORT = 39_477
_STEP_S = 0.002
_READY_S, _CLOSED_S = 60.0, 90.0
_SHORT_MS = 40.0
"""By so much a recording may differ from what was sent: half a packet at each end, and the sender's own delay."""


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load")
    parser.add_argument("--calls", type=int, default=300, help="at once (%(default)s)")
    parser.add_argument("--seconds", type=float, default=180.0, help="of talk in each (%(default)s)")
    parser.add_argument("--interface", default="lo", help="a veth pair's other end for a mirror port (%(default)s)")
    parser.add_argument("--send-on", help="where to send (the same interface)")
    chosen = parser.parse_args(arguments or [])
    traffic = Traffic(chosen.calls, chosen.seconds, ramp_s=10.0)
    if os.geteuid() != 0 or shutil.which("ip") is None:
        print("skipped: sending raw frames needs root")
        return
    with tempfile.TemporaryDirectory() as folder, _capture(Path(folder), chosen.interface) as capture:
        used = _loaded(traffic, chosen.send_on or chosen.interface, capture)
        health = _health()["sources"][0]
        _say(traffic, used, health, _recorded(Path(folder)))


@dataclass(frozen=True, slots=True)
class _Used:
    cpu_s: float
    peak_mb: float
    children: int
    wall_s: float
    lag_s: float
    """The most that the capture's clock stood behind while it was loaded."""
    sender_cpu_s: float
    sender_late_ms: float


@contextmanager
def _capture(folder: Path, interface: str) -> Iterator[psutil.Process]:
    settings = {
        "XDG_DATA_HOME": str(folder / "data"),
        "TIMBRE_CAPTURE__FOLDER": str(folder / "calls"),
        "TIMBRE_DATABASE__URL": f"sqlite:///{folder / 'calls.sqlite'}",
        "TIMBRE_DAEMON__PORT": str(_PORT),
    }
    command = [sys.executable, "-m", "monitor", "capture", "--interface", interface]
    quiet = subprocess.DEVNULL
    started = subprocess.Popen(command, env=os.environ | settings, stdout=quiet, stderr=quiet)
    try:
        until_s = time.monotonic() + _READY_S
        while not _health_or_none():
            if started.poll() is not None or time.monotonic() > until_s:
                raise RuntimeError("timbre capture did not start")
            time.sleep(0.1)
        yield psutil.Process(started.pid)
    finally:
        started.send_signal(signal.SIGTERM)
        started.wait(60)


def _health() -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{_PORT}/health", timeout=10) as answer:  # our own
        found: dict[str, Any] = json.load(answer)
        return found


def _health_or_none() -> dict[str, Any] | None:
    try:
        return _health()
    except OSError:
        return None


def _loaded(traffic: Traffic, interface: str, capture: psutil.Process) -> _Used:
    here, there = multiprocessing.Pipe()
    sender = multiprocessing.get_context("spawn").Process(target=_send, args=(there, traffic, interface))
    before_s, begun_s = _cpu_s(capture), time.monotonic()
    sender.start()
    peak, children, lag_s = 0, 0, 0.0
    until_s = begun_s + traffic.length_s + _CLOSED_S
    while time.monotonic() < until_s:
        time.sleep(0.5)
        family = _family(capture)
        peak, children = max(peak, sum(_rss(one) for one in family)), max(children, len(family) - 1)
        source = (_health_or_none() or {"sources": [{"lag_s": 0.0, "calls_ended": 0}]})["sources"][0]
        if source["calls_ended"] >= traffic.calls or sender.exitcode:
            break
        lag_s = max(lag_s, source["lag_s"])
    wall_s = time.monotonic() - begun_s
    cpu_s = _cpu_s(capture) - before_s
    time.sleep(3.0)  # the last recordings reach their folder
    sender_cpu_s, late_ms = here.recv()
    sender.join()
    return _Used(cpu_s, peak / 1e6, children, wall_s, lag_s, sender_cpu_s, late_ms)


def _family(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


def _rss(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def _cpu_s(process: psutil.Process) -> float:
    """Of the process and of its children, those too that are over."""
    used = process.cpu_times()
    living = [used, *(child.cpu_times() for child in process.children(recursive=True))]
    return float(used.children_user + used.children_system + sum(one.user + one.system for one in living))


def _send(pipe: Any, traffic: Traffic, interface: str) -> None:
    """Each frame at its time; the frames are another machine's, so that the kernel answers none of them."""
    raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    raw.bind((interface, 0))
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 22)
    signalling, late_s, cpu_s = traffic.signalling(), 0.0, time.process_time()
    begun_s = time.monotonic() + 1.0
    for times_s, frames in traffic.blocks():
        due, place, data = times_s.tolist(), 0, memoryview(frames.reshape(-1))
        while place < len(due):
            now_s = time.monotonic() - begun_s
            while signalling and signalling[0][0] <= now_s:
                raw.send(signalling.pop(0)[1])
            first = place
            while place < len(due) and due[place] <= now_s:
                raw.send(data[place * FRAME_BYTES : (place + 1) * FRAME_BYTES])
                place += 1
            if place > first:
                late_s = max(late_s, now_s - due[first])
            time.sleep(_STEP_S)
    for at_s, frame in signalling:
        time.sleep(max(0.0, at_s - (time.monotonic() - begun_s)))
        raw.send(frame)
    pipe.send((time.process_time() - cpu_s, 1000 * late_s))


@dataclass(frozen=True, slots=True)
class _Recordings:
    calls: int
    packets: int
    lost: int
    concealed_s: float
    missing_s: float
    shortest_s: float


def _recorded(folder: Path) -> _Recordings:
    documents = [json.loads(path.read_text()) for path in sorted((folder / "calls").rglob("done/**/*.json"))]
    directions = [one for found in documents for one in (found["call"]["transport"] or {}).get("directions", ())]
    spans = [found["recording"] for found in documents]
    return _Recordings(
        calls=len(documents),
        packets=sum(one["packets"] for one in directions),
        lost=sum(one["lost"] for one in directions),
        concealed_s=sum(end - start for one in spans for channel in one["concealed"] for start, end in channel),
        missing_s=sum(end - start for one in spans for channel in one["missing"] for start, end, _ in channel),
        shortest_s=min((one["duration_s"] for one in spans), default=0.0),
    )


def _say(traffic: Traffic, used: _Used, health: dict[str, Any], found: _Recordings) -> None:
    cores = used.cpu_s / used.wall_s
    complete = (
        found.calls == traffic.calls
        and found.packets == traffic.sent
        and not (found.lost or found.concealed_s or found.missing_s or health["dropped"])
        and found.shortest_s > traffic.talk_s - _SHORT_MS / 1000
    )
    print(
        f"{traffic.calls} calls of {traffic.talk_s:.0f} s, {traffic.sent:,} packets sent; {found.packets:,} seen, "
        f"{health['dropped']} dropped by the kernel, {found.lost} lost; {found.calls} recordings, the shortest "
        f"{found.shortest_s:.2f} s, {found.concealed_s:.2f} s concealed, {found.missing_s:.2f} s missing: "
        f"{'nothing lost' if complete else 'INCOMPLETE'}\n"
        f"timbre capture: {used.cpu_s:.1f} s of processor in {used.wall_s:.0f} s, {cores:.0%} of a core; "
        f"{used.peak_mb:.0f} MB at most with {used.children} children; its clock at most {used.lag_s:.2f} s behind\n"
        f"sender: {used.sender_cpu_s:.1f} s of processor, at most {used.sender_late_ms:.0f} ms late; "
        f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
