"""The recorder's cost: 300 live calls, and a capture file's calls as fast as the disk takes them."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt

from audio.events import Sound
from benchmarks.measured import measured
from models.call import Side
from monitor.recorder.recorded import RecorderSettings
from monitor.recorder.recorder import Recorder
from monitor.recorder.records import bare_record

_T0 = 1_760_000_000.0
_LIVE_CALLS, _LIVE_S = 300, 20
_FILE_CALLS, _FILE_S, _FILE_PIECE_S = 100, 300, 10
_FILE_MB = _FILE_CALLS * _FILE_S * 32_000 / 1e6


def main() -> None:
    for per_s in (2, 4):
        done = measured(_live, per_s)
        cpu, worst_ms, lost_s, closing_s = done.result
        print(
            f"{_LIVE_CALLS} live calls, {per_s} sounds a side and second: "
            f"{cpu:.1%} of a core, {done.peak_mb:.0f} MB peak; "
            f"a batch of {2 * _LIVE_CALLS} sounds took at most {worst_ms:.0f} ms to hand over; {lost_s:.1f} s lost; "
            f"all {_LIVE_CALLS} closed at once: {closing_s:.1f} s until synced in done/"
        )
    for folder in filter(Path.is_dir, (Path(tempfile.gettempdir()), Path("/dev/shm"))):  # noqa: S108 # a disk in memory
        wall_s, cpu_s = measured(_file, folder).result
        print(
            f"{_FILE_CALLS} calls of a capture file, {folder}: {_FILE_S / wall_s:.0f} times real time, "
            f"{_FILE_MB / wall_s:.0f} MB/s with {cpu_s:.1f} s of processor in {wall_s:.1f} s; "
            f"the same bytes written plainly: {_FILE_MB / _plainly(folder):.0f} MB/s"
        )


def _voices(calls: int, frames: int) -> npt.NDArray[np.int16]:
    return np.random.default_rng(1).integers(-3000, 3000, (2 * calls, frames)).astype(np.int16)


def _batch(recorder: Recorder, voices: npt.NDArray[np.int16], at_s: float) -> None:
    for row, samples in enumerate(voices):
        recorder.write(str(row // 2), row % 2, Sound(f"leg {row // 2}", Side.CALLER, at_s, 8000, samples))
    recorder.flush(at_s)


def _live(per_s: int) -> tuple[float, float, float, float]:
    voices = _voices(_LIVE_CALLS, 8000 // per_s)
    with tempfile.TemporaryDirectory() as folder:
        recorder = Recorder(Path(folder), RecorderSettings(reserve_bytes=0, reserve_ratio=0.0))
        for call in range(_LIVE_CALLS):
            recorder.open(str(call), _T0)
        begun_s, cpu_s, worst_s = time.monotonic(), time.process_time(), 0.0
        for number in range(_LIVE_S * per_s):
            started_s = time.monotonic()
            _batch(recorder, voices, _T0 + number / per_s)
            worst_s = max(worst_s, time.monotonic() - started_s)
            time.sleep(max(0.0, begun_s + (number + 1) / per_s - time.monotonic()))
        cpu = (time.process_time() - cpu_s) / (time.monotonic() - begun_s)
        lost_s, started_s = recorder.health().counts.lost_s, time.monotonic()
        for call in range(_LIVE_CALLS):
            recorder.close(str(call), bare_record)
        recorder.stop()
        return cpu, worst_s * 1000, lost_s, time.monotonic() - started_s


def _plainly(folder: Path) -> float:
    block = bytes(1 << 20)
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        started_s = time.monotonic()
        for _ in range(int(_FILE_MB * 1e6) >> 20):
            file.write(block)
        file.flush()
        return time.monotonic() - started_s


def _file(folder: Path) -> tuple[float, float]:
    voices = _voices(_FILE_CALLS, 8000 * _FILE_PIECE_S)
    with tempfile.TemporaryDirectory(dir=folder) as root:
        recorder = Recorder(Path(root), RecorderSettings(durable=False, reserve_bytes=0, reserve_ratio=0.0))
        started_s, cpu_s = time.monotonic(), time.process_time()
        for call in range(_FILE_CALLS):
            recorder.open(str(call), _T0)
        for number in range(_FILE_S // _FILE_PIECE_S):
            _batch(recorder, voices, _T0 + number * _FILE_PIECE_S)
        for call in range(_FILE_CALLS):
            recorder.close(str(call), bare_record)
        recorder.stop()
        return time.monotonic() - started_s, time.process_time() - cpu_s
