"""Statistics of a capture file with 100 calls: RTP packets a second on one core, beside dpkt, scapy and tshark."""

from __future__ import annotations

import importlib
import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from audio.events import StreamMeasured
from audio.packets.capture_file import read_capture
from audio.packets.frames import FrameDecoder
from audio.sip.dialogs import DialogTracker
from audio.sniffing.direction import Direction
from audio.sniffing.sniffer import Sniffer
from benchmarks.measured import measured
from benchmarks.traffic import Traffic, write_capture

_TRAFFIC = Traffic(calls=100, talk_s=100.0, loss=0.01, delay_s=0.0015)
_FEW_S, _FEWER_S = 15.0, 1.0
"""Of talk, for what would take too long on all."""
_TIMES = 3
_BAR_PER_S = 1_000_000

Reader = Callable[[Path], int]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        whole, few, fewer = (_written(Path(folder), talk_s) for talk_s in (_TRAFFIC.talk_s, _FEW_S, _FEWER_S))
        load = os.getloadavg()[0]
        print(f"{_TRAFFIC.calls} calls with SIP, {whole[1]:,} RTP packets of G.711, 1 % lost; load {load:.1f}")
        ours = _best(statistics, whole, fewer[0])
        print(f"{'':52}  packets/s of one core, by processor time, the best of {_TIMES}")
        _say("ours, statistics of every stream, calls and SIP read", ours, ours)
        _say("ours, frames only", _best(frames, whole, fewer[0]), ours)
        _say("tshark -q -z rtp,streams, the same file", _best(with_tshark, whole, fewer[0]), ours)
        _say(f"dpkt, Ethernet to RTP, jitter and loss, {few[1]:,} of them", _best(with_dpkt, few, fewer[0]), ours)
        _say(
            f"scapy, Ethernet to RTP, jitter and loss, {fewer[1]:,} of them",
            _best(with_scapy, fewer, fewer[0]),
            ours,
        )
        print(f"bar: {_BAR_PER_S:,}: {'met' if ours is not None and ours >= _BAR_PER_S else 'missed'}")


def _written(folder: Path, talk_s: float) -> tuple[Path, int]:
    path = folder / f"{talk_s:.0f}.pcap"
    return path, write_capture(path, replace(_TRAFFIC, talk_s=talk_s))


def _best(reader: Reader, capture: tuple[Path, int], warm: Path) -> float | None:
    """Packets a second of processor time, in a process of its own; `None` where the reader is missing."""
    path, packets = capture
    found = measured(_runs, reader, path, warm).result
    if found is None:
        return None
    if any(seen != packets for seen, _ in found):
        raise AssertionError(f"{reader.__name__} saw {found[0][0]} of {packets} packets")
    return packets / min(cpu_s for _, cpu_s in found)


def _runs(reader: Reader, path: Path, warm: Path) -> list[tuple[int, float]] | None:
    """Packets seen, and processor time: ours and of programs that we waited for. What is imported is not its speed."""
    try:
        reader(warm)
        return [_run(reader, path) for _ in range(_TIMES)]
    except (ImportError, FileNotFoundError):
        return None


def _run(reader: Reader, path: Path) -> tuple[int, float]:
    started_s = _processor_s()
    return reader(path), _processor_s() - started_s


def _processor_s() -> float:
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _say(name: str, per_s: float | None, ours: float | None) -> None:
    if per_s is None:
        print(f"{name:68} not installed")
    else:
        print(f"{name:68} {per_s:11,.0f}" + (f"  we: {ours / per_s:,.1f} times" if ours and ours != per_s else ""))


class _NoSound:
    """In place of `StreamSound`, where only figures are wanted."""

    clock_drift_ppm = None

    def learn(self, *_: object) -> None: ...
    def add(self, _: object) -> None: ...
    def take(self, _: float) -> tuple[()]:
        return ()

    def finish(self) -> tuple[()]:
        return ()


def statistics(path: Path) -> int:
    """All that a capture file is read for but the sound: calls from SIP; loss, jitter, buffers, bursts and MOS."""
    silent: Any = _NoSound()
    sniffer = Sniffer(DialogTracker(), lambda media, side: Direction(media, side, silent))
    found = 0
    for batch in read_capture(path).batches:
        found += _counted(sniffer.feed(batch))
    return found + _counted(sniffer.finish())


def _counted(events: Any) -> int:
    return sum(event.figures.packets for event in events if isinstance(event, StreamMeasured))


def frames(path: Path) -> int:
    decoder = FrameDecoder()
    batches = (decoder.decode(batch).datagrams for batch in read_capture(path).batches)
    return sum(int((one.lengths == 172).sum()) for one in batches)


class _Stream:
    """The least that a tool of one's own would count of a stream: loss and jitter as in RFC 3550."""

    def __init__(self, sequence: int) -> None:
        self.packets, self.lost, self.jitter_s, self._transit_s, self._next = 0, 0, 0.0, 0.0, sequence

    def add(self, at_s: float, sequence: int, timestamp: int) -> None:
        transit_s = at_s - timestamp / 8000
        if self.packets:
            self.jitter_s += (abs(transit_s - self._transit_s) - self.jitter_s) / 16
        self._transit_s = transit_s
        self.packets += 1
        self.lost += (sequence - self._next) & 0xFFFF
        self._next = (sequence + 1) & 0xFFFF


def with_dpkt(path: Path) -> int:
    dpkt, streams, found = importlib.import_module("dpkt"), {}, 0
    with path.open("rb") as file:
        for at_s, frame in dpkt.pcap.Reader(file):
            ip = dpkt.ethernet.Ethernet(frame).data
            if ip.data.dport == 5060:
                continue
            rtp, found = dpkt.rtp.RTP(ip.data.data), found + 1
            key = ip.src, ip.dst, ip.data.sport, ip.data.dport, rtp.ssrc
            streams.setdefault(key, _Stream(rtp.seq)).add(at_s, rtp.seq, rtp.ts)
    return found


def with_scapy(path: Path) -> int:
    scapy, streams, found = importlib.import_module("scapy.all"), {}, 0
    with scapy.PcapReader(str(path)) as packets:
        for packet in packets:
            ip, udp = packet["IP"], packet["UDP"]
            if udp.dport == 5060:
                continue
            rtp, found = scapy.RTP(bytes(udp.payload)), found + 1
            key = ip.src, ip.dst, udp.sport, udp.dport, rtp.sourcesync
            streams.setdefault(key, _Stream(rtp.sequence)).add(float(packet.time), rtp.sequence, rtp.timestamp)
    return found


def with_tshark(path: Path) -> int:
    if shutil.which("tshark") is None:
        raise FileNotFoundError("tshark")
    said = subprocess.run(["tshark", "-r", path, "-q", "-z", "rtp,streams"], capture_output=True, text=True, check=True)  # noqa: S607 # the system's
    rows = (line.split() for line in said.stdout.splitlines() if "g711A" in line)
    return sum(int(row[row.index("g711A") + 1]) for row in rows)


if __name__ == "__main__":
    started_s = time.monotonic()
    main()
    print(f"{time.monotonic() - started_s:.0f} s")
