"""rtpengine's own recordings, analysed from the folder that it wrote."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from audio.g711 import alaw_samples
from models.recording import Party
from tests.audio.siprec.client import play, rtp_packets
from tests.audio.siprec.rtpengine import phone, port_of, rtpengine
from tests.monitor.conftest import Timbre
from tests.monitor.peers.daemon import calls_below
from tests.monitor.peers.speech import PACKET, heard, spoken

pytestmark = pytest.mark.peers
PACKETS = 150
CONTROL_PORT = 22960
MEDIA_PORTS = 22962, 22989
PHONES = 22990, 22992


def test_a_folder_of_rtpengine_is_analysed_with_both_voices_bit_exact(
    timbre: Timbre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    spool = tmp_path / "spool"
    spool.mkdir()
    customer, agent = spoken("customer", PACKETS), spoken("agent", PACKETS)
    _record(tmp_path, spool, [[row.tobytes() for row in codes.reshape(-1, PACKET)] for codes in (customer, agent)])
    assert list(spool.glob("pcaps/*.pcap"))
    ran = timbre("analyse", spool, "--out", "out", "--json")
    assert ran.status == 0, ran.err
    (shown,) = ran.json["calls"]
    document = json.loads((tmp_path / "out" / shown["document"]).read_text())
    packets = [direction["packets"] for direction in document["transport"]["directions"]]
    assert packets == [PACKETS, PACKETS]
    (call,) = calls_below(tmp_path / "data")
    assert np.array_equal(heard(call.channel(Party.CUSTOMER)), alaw_samples(customer))
    assert np.array_equal(heard(call.channel(Party.AGENT)), alaw_samples(agent))


def _record(folder: Path, spool: Path, voices: list[list[bytes]]) -> None:
    """A relayed call: the first phone asks, the second answers."""
    options = (f"--recording-dir={spool}", "--recording-method=pcap", "--recording-format=eth")
    with rtpengine(folder, CONTROL_PORT, MEDIA_PORTS, *options) as control:
        common = {"from_tag": "customer", "record_call": "yes", "metadata": "agent:12|queue:ventas"}
        offered = control.ask("offer", sdp=phone(PHONES[0]), **common)
        answered = control.ask("answer", to_tag="agent", sdp=phone(PHONES[1]), **common)
        packets = [rtp_packets(voice, ssrc) for ssrc, voice in enumerate(voices, start=1)]
        play((port_of(answered), packets[0]), (port_of(offered), packets[1]), sources=PHONES)
        assert control.ask("delete", from_tag="customer", delete_delay=0)["result"] == b"ok"
