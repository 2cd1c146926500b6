"""Recording clients of other people's making, where they are installed: sipp and rtpengine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

from audio.events import LegBegun, LegEnded
from audio.g711 import alaw_samples
from models.call import Side
from tests.audio.siprec.client import AGENT, CUSTOMER, Client, Wire, metadata_of, play, rtp_packets
from tests.audio.siprec.rtpengine import phone, port_of, rtpengine
from tests.audio.siprec.sipp import scenario
from tests.audio.siprec.sources import Heard, listening

LOCAL = "127.0.0.1"
PACKETS = 75


def _speech(packets: int = PACKETS) -> list[bytes]:
    return [os.urandom(160) for _ in range(packets)]


def _heard_exactly(heard: Heard, side: Side, payloads: list[bytes]) -> bool:
    return np.array_equal(heard.samples(side), alaw_samples(np.frombuffer(b"".join(payloads), np.uint8)))


def _needs(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


# sipp


@pytest.mark.parametrize("transport", ["UDP", "TCP"])
def test_sipp_records_both_legs_bit_exact(transport: str, tmp_path: Path) -> None:
    program = _needs("sipp")
    steps, ports_file = tmp_path / "client.xml", tmp_path / "ports"
    steps.write_text(scenario(ports_file, pause_ms=2500))
    customer, agent = _speech(), _speech()
    with listening() as heard:
        host, port = heard.source.addresses[transport]
        sipp = subprocess.Popen(
            [
                *(program, f"{host}:{port}", "-sf", str(steps), "-i", LOCAL, "-t", f"{transport[0].lower()}1"),
                *("-m", "1", "-timeout", "20s"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=tmp_path,
        )
        try:
            assert heard.wait_for(lambda: ports_file.exists() and ports_file.read_text().endswith("\n"))
            first, second = (int(number) for number in ports_file.read_text().split())
            play((first, rtp_packets(customer, 1)), (second, rtp_packets(agent, 2)))
            assert sipp.wait(20) == 0  # every message was answered as the scenario expects
        finally:
            sipp.kill()
        assert heard.ended()
    assert [ended.reason for ended in heard.told(LegEnded)] == ["bye"]
    assert [begun.agent_id for begun in heard.told(LegBegun)] == ["12"]
    assert [heard.packets(side) for side in Side] == [PACKETS, PACKETS]
    assert _heard_exactly(heard, Side.CALLER, customer)
    assert _heard_exactly(heard, Side.CALLEE, agent)


# rtpengine


def test_rtpengine_forks_both_legs_bit_exact(tmp_path: Path) -> None:
    customer, agent = _speech(), _speech()
    with rtpengine(tmp_path, 25445, (25450, 25499)) as control, listening() as heard:
        offered = control.ask("offer", from_tag="customer", sdp=phone(25440))
        answered = control.ask("answer", from_tag="customer", to_tag="agent", sdp=phone(25442))
        forked = control.ask("subscribe request", flags=["all", "SIPREC"])
        if forked.get("result") != b"ok":
            pytest.skip("this rtpengine does not fork calls")
        offer = forked["sdp"].decode()
        labels = re.findall(r"a=label:(\S+)", offer)
        assert len(set(labels)) == 2
        # rtpengine's first line is the first phone's, labelled 1, and its second 0: the labels tell, not the order.
        known = metadata_of((labels[1], *AGENT[1:]), (labels[0], *CUSTOMER[1:]))
        client = Client(Wire(heard.source.addresses["UDP"]))
        accepted = client.invite(offer, known)
        assert accepted.status == 200
        done = control.ask("subscribe answer", to_tag=forked["to-tag"].decode(), sdp=accepted.body)
        assert done["result"] == b"ok"
        play(
            (port_of(answered), rtp_packets(customer, 1)),
            (port_of(offered), rtp_packets(agent, 2)),
            sources=(25440, 25442),
        )
        time.sleep(0.3)
        client.bye()
        assert heard.ended()
    assert [begun.agent_id for begun in heard.told(LegBegun)] == ["12"]
    assert [heard.packets(side) for side in Side] == [PACKETS, PACKETS]
    assert _heard_exactly(heard, Side.CALLER, customer)
    assert _heard_exactly(heard, Side.CALLEE, agent)
