"""A capture file with 100 calls at once, decoded and written as recordings: how many times faster than it lasted."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from audio.packets.capture_files import FoundCapture
from benchmarks.measured import measured
from benchmarks.traffic import Traffic, write_capture
from monitor.capture.files import calls_in
from monitor.settings.capture import CaptureSection

_TRAFFIC = Traffic(calls=100, talk_s=300.0, delay_s=0.0015)
_BAR = 100.0


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calls")
    parser.add_argument("--talk-s", type=float, default=_TRAFFIC.talk_s, help="of each call (%(default)s)")
    talk_s: float = parser.parse_args(arguments or []).talk_s
    for loss in (0.0, 0.01):
        _measure(replace(_TRAFFIC, talk_s=talk_s, loss=loss))


def _measure(traffic: Traffic) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "calls.pcap")
        packets = write_capture(path, traffic)
        done = measured(_recorded, path, Path(folder))
        wall_s, cpu_s, recordings = done.result
    if recordings != traffic.calls:
        raise AssertionError(f"{recordings} recordings of {traffic.calls} calls")
    print(
        f"{traffic.calls} calls of {traffic.talk_s:.0f} s, {packets:,} packets, {traffic.loss:.0%} lost: "
        f"{traffic.length_s / wall_s:.0f} times real time; by processor time {traffic.length_s / cpu_s:.0f} times "
        f"({cpu_s:.1f} s for {wall_s:.1f} s); {done.peak_mb:.0f} MB; load {os.getloadavg()[0]:.1f}; bar: {_BAR:.0f}"
    )


def _recorded(path: Path, folder: Path) -> tuple[float, float, int]:
    started_s, cpu_s = time.monotonic(), time.process_time()
    found = calls_in(FoundCapture((path,)), folder / "out", CaptureSection())
    return time.monotonic() - started_s, time.process_time() - cpu_s, len(found.recordings)


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
