"""The traffic, played once, and what each way of capture made of it."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from audio.packets.capture_files import FoundCapture
from audio.sniffing.settings import SnifferSettings
from monitor.capture.files import calls_in
from monitor.settings.capture import CaptureSection
from tests.monitor.peers.daemon import Call, calls_below, starting
from tests.monitor.peers.programs import need, need_capture
from tests.monitor.peers.sipp import Pair
from tests.monitor.peers.traffic import FIRST_PORT, LAST_PORT, Said, pairs, play_all, said, sip_ports
from tests.monitor.peers.tshark import Stream, dumpcap, ring_times_s, streams

LIVE_PORT, RING_PORT = 22901, 22902


@dataclass(frozen=True, slots=True)
class Seen:
    """The same traffic by three ways."""

    said: Said
    pairs: list[Pair]
    calls: dict[str, list[Call]]
    """By way: `interface`, `ring` and `file`."""
    ring_times_s: dict[str, float]
    """As tshark reads them, by Call-ID."""
    streams: list[Stream]
    """As tshark counts them."""

    def all(self, way: str, name: str) -> list[Call]:
        """The calls of a scenario."""
        found = self.calls[way]
        return [call for call in found if any(one.startswith(name) for one in call.record.signalling_ids)]

    def one(self, way: str, name: str) -> Call:
        (call,) = self.all(way, name)
        return call


def filter_settings(ports: tuple[int, ...]) -> dict[str, str]:
    """What the daemon must be told of the traffic's ports: only SIP over TCP needs its own named."""
    return {
        "TIMBRE_CAPTURE__INTERFACE__FILTER__MEDIA_PORTS": f"[{FIRST_PORT}, {LAST_PORT}]",
        "TIMBRE_CAPTURE__INTERFACE__FILTER__SIP_PORTS": str(list(ports)),
    }


@pytest.fixture(scope="package")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Seen:
    need("sipp", "dumpcap", "tshark")
    need_capture()
    folder = tmp_path_factory.mktemp("traffic")
    words = said(folder)
    all_pairs = pairs(words)
    stream = tuple(pair.port for pair in all_pairs if pair.transport == "t1")
    ring, capture = folder / "ring.pcapng", folder / "all.pcap"
    with ExitStack() as stack:
        stack.enter_context(dumpcap(ring, FIRST_PORT, LAST_PORT, "-b", "filesize:500", "-b", "files:20"))
        by_interface = stack.enter_context(
            starting(folder / "interface", LIVE_PORT, ("--interface", "lo"), filter_settings(stream))
        )
        by_ring = stack.enter_context(
            starting(folder / "ring", RING_PORT, ("--source", "ring"), {"TIMBRE_CAPTURE__RING__FILE": str(ring)})
        )
        for daemon in (by_interface, by_ring):
            daemon.wait_until_up()
        with dumpcap(capture, FIRST_PORT, LAST_PORT, "-P"):
            play_all(all_pairs, words)
            time.sleep(1.0)  # for dumpcap's own buffer
        for daemon in (by_interface, by_ring):
            daemon.finished("", len(all_pairs))
        calls = {"interface": by_interface.calls(), "ring": by_ring.calls()}
        assert (by_interface.stop(), by_ring.stop()) == (0, 0)
    calls["file"] = _by_file(capture, folder / "file")
    ports = sip_ports(all_pairs)
    return Seen(words, all_pairs, calls, ring_times_s(capture, ports), streams(capture, ports))


def _by_file(capture: Path, folder: Path) -> list[Call]:
    section = CaptureSection(sniffer=SnifferSettings(silence_s=4.0))  # as the daemons were told
    calls_in(FoundCapture((capture,)), folder, section)
    return calls_below(folder)
