"""Capture files read and taken apart: packets a second on one core, against pcapy-ng, dpkt, scapy and tshark."""

from __future__ import annotations

import importlib
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from audio.packets.capture_file import read_capture
from audio.packets.frames import FrameDecoder

STREAMS, PACKETS = 600, 1_000_000
_SLOW_PACKETS = 150_000
_SECOND_0 = 1_760_000_000
_FRAME_BYTES = 214  # G.711, 20 ms: 14 + 20 + 8 + 12 + 160


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write_capture(Path(folder, "calls.pcap"))
        figures = {"read, ours": rate(path, read), "read and decode, ours": rate(path, read_and_decode)}
        small = write_capture(Path(folder, "few.pcap"), _SLOW_PACKETS)
        for name, reader in (
            ("pcapy-ng", with_pcapy),
            ("dpkt", with_dpkt),
            ("scapy", with_scapy),
            ("tshark", with_tshark),
        ):
            figures[f"{name} on {_SLOW_PACKETS:,}"] = rate(small, reader)
    for name, per_s in figures.items():
        print(f"{name:28} " + ("not installed" if per_s is None else f"{per_s:12,.0f} packets/s"))


def write_capture(path: Path, packets: int = PACKETS, streams: int = STREAMS) -> Path:
    """A-law RTP of many streams, a packet each 20 ms, as Ethernet frames in a classic pcap file."""
    number = np.arange(packets)
    stream, turn = number % streams, number // streams
    micros = turn * 20_000 + stream * 20_000 // streams
    records = np.zeros((packets, 16 + _FRAME_BYTES), np.uint8)
    sizes = np.full(packets, _FRAME_BYTES)
    head = np.stack([_SECOND_0 + micros // 1_000_000, micros % 1_000_000, sizes, sizes], axis=1)
    records[:, :16] = head.astype("<u4").view(np.uint8)
    frames = records[:, 16:]
    frames[:, 12:24] = (8, 0, 0x45, 0, 0, _FRAME_BYTES - 14, 0, 0, 0x40, 0, 64, 17)
    frames[:, 26:34] = (10, 0, 0, 1, 10, 0, 0, 2)
    ports = np.stack([20_000 + 2 * stream, 10_000 + 2 * stream, np.full(packets, _FRAME_BYTES - 34)], axis=1)
    frames[:, 34:40] = ports.astype(">u2").view(np.uint8)
    frames[:, 42:44] = (0x80, 8)
    frames[:, 44:46] = turn.astype(">u2").view(np.uint8).reshape(-1, 2)
    frames[:, 46:50] = (turn * 160).astype(">u4").view(np.uint8).reshape(-1, 4)
    frames[:, 50:54] = stream.astype(">u4").view(np.uint8).reshape(-1, 4)
    frames[:, 54:] = np.random.default_rng(1).integers(0, 256, 160)
    header = np.array([0xA1B2C3D4, 4 << 16 | 2, 0, 0, 262_144, 1], "<u4").tobytes()
    path.write_bytes(header + records.tobytes())
    return path


def rate(path: Path, reader: Callable[[Path], int]) -> float | None:
    """Packets a second of processor time, the best of three; `None` where the reader is not installed."""
    best = None
    for _ in range(3):
        try:
            started_s = _processor_s()
            found = reader(path)
        except (ImportError, FileNotFoundError):
            return None
        best = max(best or 0.0, found / max(_processor_s() - started_s, 1e-9))
    return best


def _processor_s() -> float:
    """Ours and of the programs that we waited for."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def read(path: Path) -> int:
    return sum(len(batch.starts) for batch in read_capture(path).batches)


def read_and_decode(path: Path) -> int:
    decoder = FrameDecoder()
    return sum(len(decoder.decode(batch).datagrams.starts) for batch in read_capture(path).batches)


def with_pcapy(path: Path) -> int:
    reader, found = importlib.import_module("pcapy").open_offline(str(path)), 0
    while packed := reader.next_batch(200_000)[1]:
        found += len(packed) // 16
    return found


def with_dpkt(path: Path) -> int:
    dpkt, found = importlib.import_module("dpkt"), 0
    with path.open("rb") as file:
        for _, frame in dpkt.pcap.Reader(file):
            found += isinstance(dpkt.ethernet.Ethernet(frame).data.data, dpkt.udp.UDP)
    return found


def with_scapy(path: Path) -> int:
    """Its raw reader: dissecting is a hundred times slower."""
    utilities: Any = importlib.import_module("scapy.utils")
    return sum(1 for _ in utilities.RawPcapReader(str(path)))


def with_tshark(path: Path) -> int:
    if shutil.which("tshark") is None:
        raise FileNotFoundError("tshark")
    options = ["-o", "rtp.heuristic_rtp:TRUE", "-q", "-z", "rtp,streams"]
    said = subprocess.run(["tshark", "-r", path, *options], capture_output=True, text=True, check=True)  # noqa: S607 # the system's
    return sum(
        int(line.split()[8]) for line in said.stdout.splitlines() if line.split()[-1:] and line.split()[0][0].isdigit()
    )


if __name__ == "__main__":
    started_s = time.monotonic()
    main()
    print(f"{time.monotonic() - started_s:.0f} s")
