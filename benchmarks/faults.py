"""The tables of docs/reliability.md: a fault at every operation of the disk, and random kills."""

from __future__ import annotations

import logging
import os
import random
import tempfile
from pathlib import Path

from tests.monitor.recorder.faults import everywhere, operations
from tests.monitor.recorder.killed import Kill, kill

_KILLS = int(os.environ.get("TIMBRE_BENCH_KILLS", "40"))
_CALLS = 100
_LONGEST_S = 4.0


def main() -> None:
    logging.disable(logging.CRITICAL)  # the faults are meant
    with tempfile.TemporaryDirectory() as folder:
        _print_faults(Path(folder))
        _print_kills([_kill(Path(folder) / str(number)) for number in range(_KILLS)])


def _print_faults(folder: Path) -> None:
    print(f"One fault at each of the {operations(folder)} operations of five calls:\n")
    print("| fault | runs | samples confirmed | of them found | told as missing | broken promises |")
    print("|---|---|---|---|---|---|")
    for one in everywhere(folder, step=1, fates=3):
        row = (one.name, one.runs, f"{one.confirmed:,}", f"{one.found:,}", f"{one.marked:,}", len(one.wrong))
        print("|", " | ".join(str(value) for value in row), "|", flush=True)
        for wrong in one.wrong[:5]:
            print("  ", wrong)


def _kill(root: Path) -> Kill:
    return kill(root, _CALLS, 1.0 + (_LONGEST_S - 1.0) * random.random())  # noqa: S311 # any moment


def _print_kills(kills: list[Kill]) -> None:
    print(f"\n`kill -9` of a recorder with {_CALLS} live calls, one ending and one beginning each 0.25 s:\n")
    print("| kills | live calls cut | finished before | confirmed s (given > 1 s before) | found s | worst loss s |")
    print("|---|---|---|---|---|---|")
    sums = (len(kills), sum(one.live for one in kills), sum(one.finished for one in kills))
    seconds = (sum(one.confirmed_s for one in kills), sum(one.found_s for one in kills))
    row = (*sums, *(f"{value:,.2f}" for value in (*seconds, max(one.worst_s for one in kills))))
    print("|", " | ".join(str(value) for value in row), "|")
    for wrong in [wrong for one in kills for wrong in one.wrong][:10]:
        print("  ", wrong)
