"""Recording clients of other people's making, where they are installed: sipp and rtpengine."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from audio.events import LegBegun, LegEnded
from audio.g711 import alaw_samples
from models.call import Side
from tests.audio.siprec.client import AGENT, CUSTOMER, Client, Wire, metadata_of, play, rtp_packets, sdp_of
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

_REQUEST = """{method} sip:srs@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:src@[local_ip]:[local_port]>;tag=[pid]c[call_number]
To: <sip:srs@[remote_ip]:[remote_port]>{tag}
Call-ID: [call_id]
CSeq: {cseq} {method}
Max-Forwards: 70
Contact: <sip:src@[local_ip]:[local_port];transport=[transport]>;+sip.src
{headers}Content-Length: [len]

{body}"""


def _sent(method: str, cseq: int, *, headers: str = "", body: str = "", tag: str = "[peer_tag_param]") -> str:
    text = _REQUEST.format(method=method, cseq=cseq, headers=headers, body=body, tag=tag)
    retransmitted = "" if method == "ACK" else ' retrans="500"'
    return f"<send{retransmitted}><![CDATA[\n{text}\n]]></send>"


def _scenario(ports_file: Path, pause_ms: int) -> str:
    """INVITE with metadata, OPTIONS in between, UPDATE, BYE; the answer's ports are written to a file."""
    headers = "Require: siprec\nContent-Type: multipart/mixed;boundary=b1\n"
    body = f"--b1\nContent-Type: application/sdp\n\n{sdp_of('1', '2')}\n--b1\n"
    body += "Content-Type: application/rs-metadata+xml\nContent-Disposition: recording-session\n\n"
    body += f"{metadata_of(CUSTOMER, AGENT)}\n--b1--\n"
    find = r"m=audio ([0-9]+)(.*)m=audio ([0-9]+)"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<scenario name="recording client">
{_sent("INVITE", 1, headers=headers, body=body, tag="")}
<recv response="100" optional="true"/>
<recv response="200"><action>
 <ereg regexp="{find}" search_in="body" check_it="true" assign_to="whole,first,between,second"/>
</action></recv>
<Reference variables="whole,between"/>
{_sent("ACK", 1)}
<nop><action><exec command="echo [$first] [$second] > {ports_file}"/></action></nop>
{_sent("OPTIONS", 2)}
<recv response="200"/>
<pause milliseconds="{pause_ms}"/>
{_sent("UPDATE", 3)}
<recv response="200"/>
{_sent("BYE", 4)}
<recv response="200"/>
</scenario>"""


@pytest.mark.parametrize("transport", ["UDP", "TCP"])
def test_sipp_records_both_legs_bit_exact(transport: str, tmp_path: Path) -> None:
    program = _needs("sipp")
    scenario, ports_file = tmp_path / "client.xml", tmp_path / "ports"
    scenario.write_text(_scenario(ports_file, pause_ms=2500))
    customer, agent = _speech(), _speech()
    with listening() as heard:
        host, port = heard.source.addresses[transport]
        sipp = subprocess.Popen(
            [
                *(program, f"{host}:{port}", "-sf", str(scenario), "-i", LOCAL, "-t", f"{transport[0].lower()}1"),
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


def _bencoded(value: Any) -> bytes:
    if isinstance(value, dict):
        return b"d" + b"".join(_bencoded(key) + _bencoded(value[key]) for key in sorted(value)) + b"e"
    if isinstance(value, list):
        return b"l" + b"".join(map(_bencoded, value)) + b"e"
    if isinstance(value, int):
        return b"i%de" % value
    data = value.encode() if isinstance(value, str) else value
    return b"%d:%s" % (len(data), data)


def _bdecoded(data: bytes, at: int = 0) -> tuple[Any, int]:
    kind = data[at : at + 1]
    if kind == b"i":
        end = data.index(b"e", at)
        return int(data[at + 1 : end]), end + 1
    if kind not in {b"d", b"l"}:
        colon = data.index(b":", at)
        end = colon + 1 + int(data[at:colon])
        return data[colon + 1 : end], end
    values = []
    at += 1
    while data[at : at + 1] != b"e":
        value, at = _bdecoded(data, at)
        values.append(value)
    if kind == b"l":
        return values, at + 1
    return {key.decode(): value for key, value in zip(values[::2], values[1::2], strict=True)}, at + 1


class _Control:
    """rtpengine's NG protocol."""

    def __init__(self, port: int) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect((LOCAL, port))
        self._socket.settimeout(2)
        self._cookie = 0

    def ask(self, command: str, **values: Any) -> dict[str, Any]:
        self._cookie += 1
        told = {"command": command, "call-id": "call-77"} | {
            name.replace("_", "-"): value for name, value in values.items()
        }
        self._socket.send(b"c%d " % self._cookie + _bencoded(told))
        answer: dict[str, Any] = _bdecoded(self._socket.recv(65535).partition(b" ")[2])[0]
        return answer

    def wait_until_up(self) -> bool:
        for _ in range(50):
            try:
                if self.ask("ping")["result"] == b"pong":
                    return True
            except OSError:
                time.sleep(0.1)
        return False

    def close(self) -> None:
        self._socket.close()


@contextmanager
def _rtpengine(folder: Path, port: int) -> Iterator[_Control]:
    program = _needs("rtpengine")
    running = subprocess.Popen(
        [
            *(program, "--foreground", "--log-stderr", "--table=-1", f"--interface={LOCAL}"),
            *(f"--listen-ng={LOCAL}:{port}", "--port-min=25450", "--port-max=25499", f"--pidfile={folder / 'pid'}"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    control = _Control(port)
    try:
        if not control.wait_until_up():
            pytest.skip("rtpengine does not start on this machine")
        yield control
    finally:
        control.close()
        running.terminate()
        running.wait(10)


def _phone(port: int) -> str:
    lines = ("v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0", f"m=audio {port} RTP/AVP 8")
    return "\r\n".join((*lines, "a=rtpmap:8 PCMA/8000", ""))


def _port(answer: dict[str, Any]) -> int:
    found = re.search(rb"m=audio (\d+)", answer["sdp"])
    assert found is not None
    return int(found[1])


def test_rtpengine_forks_both_legs_bit_exact(tmp_path: Path) -> None:
    customer, agent = _speech(), _speech()
    with _rtpengine(tmp_path, 25445) as control, listening() as heard:
        offered = control.ask("offer", from_tag="customer", sdp=_phone(25440))
        answered = control.ask("answer", from_tag="customer", to_tag="agent", sdp=_phone(25442))
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
            (_port(answered), rtp_packets(customer, 1)),
            (_port(offered), rtp_packets(agent, 2)),
            sources=(25440, 25442),
        )
        time.sleep(0.3)
        client.bye()
        assert heard.ended()
    assert [begun.agent_id for begun in heard.told(LegBegun)] == ["12"]
    assert [heard.packets(side) for side in Side] == [PACKETS, PACKETS]
    assert _heard_exactly(heard, Side.CALLER, customer)
    assert _heard_exactly(heard, Side.CALLEE, agent)
