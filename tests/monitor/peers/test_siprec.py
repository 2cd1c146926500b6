"""A recording client brings a call to the whole program, and it ends as work in the store."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from audio.g711 import alaw_samples
from models.call import Outcome
from models.recording import Party
from tests.audio.siprec.client import play, rtp_packets
from tests.audio.siprec.sipp import scenario
from tests.monitor.peers.daemon import capturing, queued
from tests.monitor.peers.programs import need, running, wait_for
from tests.monitor.peers.speech import PACKET, heard, spoken

pytestmark = pytest.mark.peers
PACKETS = 120
STATUS_PORT, SIP_PORT = 22904, 22910
SETTINGS = {
    "TIMBRE_CAPTURE__SIPREC__ADDRESS": "127.0.0.1",
    "TIMBRE_CAPTURE__SIPREC__UDP_PORT": str(SIP_PORT),
    "TIMBRE_CAPTURE__SIPREC__TCP_PORT": str(SIP_PORT),
    "TIMBRE_CAPTURE__SIPREC__RTP_PORTS": "[22920, 22959]",
}


@pytest.mark.parametrize("transport", ["u1", "t1"])
def test_a_session_ends_as_a_recording_with_the_agent_on_its_channel_and_as_work(
    transport: str, tmp_path: Path
) -> None:
    need("sipp")
    customer, agent = spoken("customer", PACKETS), spoken("agent", PACKETS)
    steps, ports = tmp_path / "client.xml", tmp_path / "ports"
    steps.write_text(scenario(ports, pause_ms=PACKETS * 20 + 500))
    client = ("sipp", f"127.0.0.1:{SIP_PORT}", "-sf", steps, "-i", "127.0.0.1", "-p", "22905", "-t", transport)
    with capturing(tmp_path, STATUS_PORT, ("--source", "siprec"), SETTINGS) as daemon:
        with running((*client, "-m", "1", "-timeout", "30s"), tmp_path / "sipp.log", cwd=tmp_path) as sipp:
            wait_for(lambda: ports.exists() and ports.read_text().endswith("\n"), 30, "the answer")
            targets = [int(port) for port in ports.read_text().split()]
            voices = [[row.tobytes() for row in codes.reshape(-1, PACKET)] for codes in (customer, agent)]
            packets = [rtp_packets(voice, ssrc) for ssrc, voice in enumerate(voices, start=1)]
            play(*zip(targets, packets, strict=True))
            assert sipp.wait(30) == 0
        (call,) = daemon.finished("")
        assert daemon.stop() == 0
    assert (call.record.source, call.record.outcome) == ("siprec", Outcome.ANSWERED)
    assert (call.record.agent_id, call.record.caller) == ("12", "+34600111222")
    assert np.array_equal(heard(call.channel(Party.AGENT)), alaw_samples(agent))
    assert np.array_equal(heard(call.channel(Party.CUSTOMER)), alaw_samples(customer))
    assert queued(f"sqlite:///{tmp_path / 'timbre.db'}") == {call.recorded.parts[0].path.name: "waiting"}
