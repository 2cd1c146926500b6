"""Real captures of labelled calls: ring times as the signalling of the file has them."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from audio.events import LegAnswered, LegEnded, LegRinging
from audio.sip.dialogs import DialogTracker
from audio.sip.leg import DialogEvent
from audio.sip.messages import parse
from models.call import Side
from tests.audio.sip.flows import media, signals

FOLDER = Path(__file__).parents[4] / "shared" / "sip" / "captures"
CAPTURES = ("dev-03", "dev-13", "dev-15")

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="../shared is not here: no captures")


def datagrams(path: Path) -> Iterator[tuple[float, bytes]]:
    """UDP payloads with a SIP port of a classic pcap of Ethernet frames, IPv4 without options."""
    data = path.read_bytes()
    fraction = {0xA1B2C3D4: 1e-6, 0xA1B23C4D: 1e-9}[struct.unpack_from("<I", data)[0]]
    at = 24
    while at < len(data):
        seconds, part, length, _ = struct.unpack_from("<4I", data, at)
        frame = data[at + 16 : at + 16 + length]
        at += 16 + length
        ports = struct.unpack_from(">2H", frame, 34)
        if frame[23] == 17 and any(5000 <= port < 5100 for port in ports):
            yield seconds + part * fraction, frame[42:]


def events_of(name: str) -> list[DialogEvent]:
    tracker = DialogTracker()
    return [
        event
        for at_s, payload in datagrams(FOLDER / name)
        for event in tracker.feed(at_s, parse(payload), "127.0.0.1", "127.0.0.1")
    ]


@pytest.mark.parametrize("name", ["dev-03.pcap", "dev-03-lossy.pcap", "dev-13.pcap", "dev-15.pcap"])
def test_the_ring_is_as_long_as_it_truly_was(name: str) -> None:
    truth = json.loads((FOLDER / f"{name[:6]}.capture.json").read_text("utf-8"))
    told = signals(events_of(name))
    ringing = next(event for event in told if isinstance(event, LegRinging))
    answered = next(event for event in told if isinstance(event, LegAnswered))
    assert answered.exact
    assert answered.at_s - ringing.at_s == pytest.approx(truth["ring_s"], abs=0.02)


@pytest.mark.parametrize("name", CAPTURES)
def test_both_voices_are_expected_where_they_arrive(name: str) -> None:
    truth = json.loads((FOLDER / f"{name}.capture.json").read_text("utf-8"))
    expected = {one.listener: one for one in media(events_of(f"{name}.pcap"))}
    ports = {leg: truth["legs"][leg]["media_port"] for leg in ("customer", "agent")}
    assert expected[Side.CALLER].port == ports["customer"]  # the customer calls, and listens there
    assert expected[Side.CALLEE].port == ports["agent"]
    assert {codec.name.lower() for codec in expected[Side.CALLER].codecs.values()} >= {truth["codec"]}


@pytest.mark.parametrize("name", CAPTURES)
def test_a_captured_call_is_one_leg_that_the_caller_ends(name: str) -> None:
    told = signals(events_of(f"{name}.pcap"))
    assert [type(event).__name__ for event in told] == ["LegBegun", "LegRinging", "LegAnswered", "LegEnded"]
    assert isinstance(told[-1], LegEnded)
    assert told[-1].by in Side
