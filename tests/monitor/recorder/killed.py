"""A real recorder that is killed, and how much of what it was given is found afterwards.

`python -m tests.monitor.recorder.killed ROOT CALLS` records until it is killed: a batch of a quarter of a second for
both sides of every call, in real time, one call ending and another beginning with each batch. It says on its output how
many batches it has been given.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from audio.events import Sound
from models.call import Side
from monitor.recorder.documents import read_document
from monitor.recorder.recorded import RecorderSettings
from monitor.recorder.recorder import Recorder
from monitor.recorder.records import bare_record
from monitor.recorder.repair import repair
from tests.monitor.recorder.calls import table
from tests.monitor.recorder.story import tree

T0 = 1_760_000_000.0
BATCH_S = 0.25
_BATCH = 2000
SETTINGS = RecorderSettings(reserve_bytes=0, reserve_ratio=0.0)


def voice(call: int, channel: int, first: int, count: int) -> npt.NDArray[np.int16]:
    """Every sample tells its call, channel and place; none is 0."""
    return ((np.arange(first, first + count) * 31 + (2 * call + channel) * 2999) % 29_989 + 1).astype(np.int16)


def main() -> None:
    root, calls = Path(sys.argv[1]), int(sys.argv[2])
    recorder, begun_s = Recorder(root, SETTINGS), time.monotonic()
    for call in range(calls):
        recorder.open(str(call), T0)
    batch = 0
    while True:
        for call in range(batch, batch + calls):  # call n lives from batch n - calls + 1 to batch n
            for channel in (0, 1):
                samples = voice(call, channel, batch * _BATCH, _BATCH)
                recorder.write(str(call), channel, Sound("leg", Side.CALLER, T0 + batch * BATCH_S, 8000, samples))
        recorder.flush(T0 + batch * BATCH_S)
        recorder.close(str(batch), bare_record)
        recorder.open(str(batch + calls), T0 + batch * BATCH_S)
        batch += 1
        print(batch, flush=True)  # noqa: T201 # what the parent reads
        time.sleep(max(0.0, begun_s + batch * BATCH_S - time.monotonic()))


@dataclass(frozen=True, slots=True)
class Kill:
    """What came of one."""

    after_s: float
    live: int
    """Calls that were open."""
    finished: int
    """Calls whose files were in `done/` already."""
    confirmed_s: float
    """Sound of both channels of all calls, given more than a second before."""
    found_s: float
    """Of that, found after the repair."""
    worst_s: float
    """Of one channel, the most that was given and is not there."""
    wrong: tuple[str, ...]


def kill(root: Path, calls: int, after_s: float) -> Kill:
    """Start a recorder, kill it after a while, repair, and look."""
    command = [sys.executable, "-m", "tests.monitor.recorder.killed", str(root), str(calls)]
    given: list[float] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in process.stdout:
            given.append(time.monotonic())
            if given[-1] - given[0] >= after_s:
                break
        time.sleep(random.random() * BATCH_S)  # noqa: S311 # any moment between two batches
        killed_s = time.monotonic()
        process.send_signal(signal.SIGKILL)
        given += [killed_s for _ in process.stdout]
    sure = sum(moment < killed_s - 1.0 for moment in given)
    finished = len(list((root / "done").rglob("*.call.json")))
    return _found(root, calls, len(given), sure, (after_s, finished))


def _found(root: Path, calls: int, batches: int, sure: int, facts: tuple[float, int]) -> Kill:
    repair(root)
    after = tree(root)
    repair(root)
    wrong = [] if tree(root) == after else ["a second repair changes something"]
    wrong += [f"{name} is left" for name in after if name.startswith("live/")]
    recorded = {}
    for path in (root / "done").rglob("*.call.json"):
        found = read_document(path)[1]
        recorded[int(found.call_id)] = found
    confirmed = found_frames = worst = 0
    for call in range(batches + calls - 1):
        first, last = max(0, call - calls + 1), min(call + 1, batches)
        must = max(0, min(call + 1, sure) - first) * _BATCH
        there = [0, 0]
        if call in recorded and recorded[call].parts:
            frames = table(recorded[call].paths[0])
            for channel in (0, 1):
                same = frames[:, channel] == voice(call, channel, first * _BATCH, len(frames))
                there[channel] = len(same) if same.all() else int(np.argmin(same))
                if frames[there[channel] :, channel].any():
                    wrong.append(f"call {call}: samples that nobody said")
        confirmed += 2 * must
        found_frames += sum(min(must, count) for count in there)
        worst = max(worst, (last - first) * _BATCH - min(there))
    return Kill(facts[0], calls, facts[1], confirmed / 8000, found_frames / 8000, worst / 8000, tuple(wrong))


if __name__ == "__main__":
    main()
