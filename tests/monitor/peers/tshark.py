"""dumpcap beside us on the same interface, and what tshark reads out of it."""

from __future__ import annotations

import subprocess
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.monitor.peers.programs import running, wait_for

_TIMEOUT_S = 120


@dataclass(frozen=True, slots=True)
class Stream:
    """One line of `-z rtp,streams`."""

    source: str
    destination: str
    source_port: int
    packets: int
    lost: int
    mean_jitter_ms: float


@contextmanager
def dumpcap(target: Path, low: int, high: int, *options: str) -> Iterator[None]:
    """Captures the loopback's packets of a range of ports while the block runs."""
    log = target.with_suffix(".log")
    wanted = f"portrange {low}-{high}"
    with running(("dumpcap", "-i", "lo", "-f", wanted, "-w", target, "-B", "64", *options), log):
        wait_for(lambda: list(target.parent.glob(f"{target.stem}*{target.suffix}")), 30, "dumpcap's start")
        yield


def fields(capture: Path, sip_ports: tuple[int, ...], shown: str, *names: str) -> list[list[str]]:
    """The fields of the packets that the display filter shows."""
    wanted = [word for name in names for word in ("-e", name)]
    return [line.split("\t") for line in _tshark(capture, sip_ports, "-Y", shown, "-T", "fields", *wanted)]


def ring_times_s(capture: Path, sip_ports: tuple[int, ...]) -> dict[str, float]:
    """By Call-ID, from the first 18x to the first 200 of an INVITE."""
    shown = 'sip.Status-Code in {180, 183, 200} && sip.CSeq.method == "INVITE"'
    first: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for at_s, call_id, status in fields(
        capture, sip_ports, shown, "frame.time_epoch", "sip.Call-ID", "sip.Status-Code"
    ):
        first[call_id].setdefault(status[:2], float(at_s))
    return {call_id: at["20"] - at["18"] for call_id, at in first.items() if {"18", "20"} <= set(at)}


def streams(capture: Path, sip_ports: tuple[int, ...]) -> list[Stream]:
    found = []
    for line in _tshark(capture, sip_ports, "-q", "-z", "rtp,streams"):
        words = line.split()
        if len(words) > 12 and words[2].count(".") == 3:
            lost = next(index for index, word in enumerate(words) if word.startswith("("))
            rest = words[lost + 1 :]  # deltas: least, mean, most; jitters: least, mean, most
            found.append(
                Stream(words[2], words[4], int(words[3]), int(words[lost - 2]), int(words[lost - 1]), float(rest[4]))
            )
    return found


def _tshark(capture: Path, sip_ports: tuple[int, ...], *options: str) -> list[str]:
    decoded = [word for port in sip_ports for kind in ("udp", "tcp") for word in ("-d", f"{kind}.port=={port},sip")]
    command = ["tshark", "-r", capture, *decoded, *options]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=_TIMEOUT_S)
    return done.stdout.splitlines()
