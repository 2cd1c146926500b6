"""A recording client brings a call to the whole program, and it ends as work in the store."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from subprocess import Popen

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
CALLER = "+34600111222"
NUMBERS = {"u1": CALLER, "t1": "+34600333444"}
SETTINGS = {
    "TIMBRE_CAPTURE__SIPREC__ADDRESS": "127.0.0.1",
    "TIMBRE_CAPTURE__SIPREC__UDP_PORT": str(SIP_PORT),
    "TIMBRE_CAPTURE__SIPREC__TCP_PORT": str(SIP_PORT),
    "TIMBRE_CAPTURE__SIPREC__RTP_PORTS": "[22920, 22959]",
}


def test_sessions_end_as_recordings_with_the_agent_on_its_channel_and_as_work(tmp_path: Path) -> None:
    """One over UDP and one over TCP, at the same time."""
    need("sipp")
    customer, agent = spoken("customer", PACKETS), spoken("agent", PACKETS)
    voices = [[row.tobytes() for row in codes.reshape(-1, PACKET)] for codes in (customer, agent)]
    with capturing(tmp_path, STATUS_PORT, ("--source", "siprec"), SETTINGS) as daemon:
        with ExitStack() as stack:
            clients = [_client(stack, tmp_path, *kind) for kind in (("u1", 22905), ("t1", 22908))]
            targets = [port for _, ports in clients for port in _told(ports)]
            packets = [rtp_packets(voice, ssrc) for ssrc, voice in enumerate(2 * voices, start=1)]
            play(*zip(targets, packets, strict=True))
            assert [client.wait(30) for client, _ in clients] == [0, 0]
        calls = daemon.finished("", 2)
        assert daemon.stop() == 0
    for call in calls:
        assert (call.record.source, call.record.outcome) == ("siprec", Outcome.ANSWERED)
        assert call.record.agent_id == "12"
        assert np.array_equal(heard(call.channel(Party.AGENT)), alaw_samples(agent))
        assert np.array_equal(heard(call.channel(Party.CUSTOMER)), alaw_samples(customer))
    assert {call.record.caller for call in calls} == set(NUMBERS.values())
    names = {part.path.name for call in calls for part in call.recorded.parts}
    assert queued(f"sqlite:///{tmp_path / 'timbre.db'}") == dict.fromkeys(names, "waiting")


def _client(stack: ExitStack, folder: Path, transport: str, port: int) -> tuple[Popen[bytes], Path]:
    steps, ports = folder / f"{transport}.xml", folder / f"{transport}.ports"
    steps.write_text(_of_its_own(scenario(ports, pause_ms=PACKETS * 20 + 1500), transport))
    command = ("sipp", f"127.0.0.1:{SIP_PORT}", "-sf", steps, "-i", "127.0.0.1", "-p", str(port), "-t", transport)
    end = ("-m", "1", "-timeout", "30s")
    return stack.enter_context(running((*command, *end), folder / f"{transport}.log", cwd=folder)), ports


def _of_its_own(text: str, transport: str) -> str:
    """Another session with another customer for each transport: the same would be one call that is recorded twice."""
    return text.replace("'s1'", f"'s-{transport}'").replace("g1", f"g-{transport}").replace(CALLER, NUMBERS[transport])


def _told(ports: Path) -> list[int]:
    wait_for(lambda: ports.exists() and ports.read_text().endswith("\n"), 30, "the answer")
    return [int(port) for port in ports.read_text().split()]
