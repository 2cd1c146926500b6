"""Two baresip telephones in network namespaces, seen from a mirror port."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audio.g711 import alaw_samples
from models.call import Outcome
from models.recording import Party
from tests.monitor.peers.daemon import capturing
from tests.monitor.peers.programs import need, need_capture, running
from tests.monitor.peers.speech import RATE_HZ, Pcm, heard, spoken

pytestmark = pytest.mark.peers
STATUS_PORT = 22906
PACKETS = {"customer": 200, "agent": 300}
"""A telephone whose file ends hangs up: the customer's does."""
MODULES = "/usr/lib/baresip/modules"


@dataclass(frozen=True, slots=True)
class Phone:
    """One telephone in a namespace of its own."""

    name: str
    address: str
    voice: Pcm
    answers: bool

    @property
    def namespace(self) -> str:
        return f"timbre{self.name}{os.getpid()}"

    def configured(self, folder: Path) -> Path:
        home = folder / self.name
        home.mkdir()
        soundfile.write(home / "voice.wav", self.voice, RATE_HZ, subtype="PCM_16")
        modules = ["module stdio.so", "module g711.so", "module aufile.so", "module_tmp uuid.so"]
        lines = [
            *("poll_method epoll", f"sip_listen {self.address}:5060", "sip_trans_def udp"),
            *(f"audio_source aufile,{home / 'voice.wav'}", f"audio_player aufile,{home / 'heard.wav'}"),
            *("audio_alert aufile,/dev/null", "ausrc_srate 8000", "auplay_srate 8000"),
            *("ausrc_channels 1", "auplay_channels 1", "audio_buffer 20-160", "rtp_ports 17000-17100"),
            *(f"module_path {MODULES}", *modules, "module_tmp account.so", "module_app menu.so"),
        ]
        (home / "config").write_text("\n".join(lines) + "\n")
        mode = "auto" if self.answers else "manual"
        account = f"<sip:{self.name}@{self.address}>;regint=0;audio_codecs=PCMA;answermode={mode}\n"
        (home / "accounts").write_text(account)
        (home / "contacts").write_text("")
        return home

    def command(self, home: Path, *options: str) -> Sequence[str | Path]:
        return ("ip", "netns", "exec", self.namespace, "baresip", "-f", home, *options)


def _ip(*arguments: str) -> None:
    subprocess.run(("ip", *arguments), check=True, capture_output=True, timeout=30)


@pytest.fixture
def mirror() -> Iterator[tuple[str, Phone, Phone]]:
    """An interface that sees what the two telephones send each other: a bridge that learns nothing is a hub."""
    need("ip", "baresip")
    need_capture()
    if os.geteuid() != 0:
        pytest.skip("network namespaces: not root")
    number = os.getpid() % 250
    phones = [
        Phone("customer", f"10.79.{number}.1", alaw_samples(spoken("customer", PACKETS["customer"])), answers=False),
        Phone("agent", f"10.79.{number}.2", alaw_samples(spoken("agent", PACKETS["agent"])), answers=True),
    ]
    bridge, tap = f"tbr{os.getpid()}", f"tsp{os.getpid()}"
    with ExitStack() as stack:
        try:
            for phone in phones:
                _ip("netns", "add", phone.namespace)
                stack.callback(_ip, "netns", "del", phone.namespace)
            _ip("link", "add", bridge, "type", "bridge")
            stack.callback(_ip, "link", "del", bridge)
            _ip("link", "set", bridge, "type", "bridge", "ageing_time", "0", "mcast_snooping", "0")
            _ip("link", "add", tap, "type", "veth", "peer", "name", f"{tap}b")
            stack.callback(_ip, "link", "del", tap)
        except subprocess.CalledProcessError as error:
            pytest.skip(f"no network namespaces here: {error.stderr.decode().strip()}")
        _plug(bridge, f"{tap}b")
        for device in (bridge, tap):
            _ip("link", "set", device, "up")
        for place, phone in enumerate(phones):
            wire = f"tv{place}{os.getpid()}"
            _ip("link", "add", wire, "type", "veth", "peer", "name", "eth0", "netns", phone.namespace)
            _plug(bridge, wire)
            for device in ("lo", "eth0"):
                _ip("-n", phone.namespace, "link", "set", device, "up")
            _ip("-n", phone.namespace, "addr", "add", f"{phone.address}/24", "dev", "eth0")
        yield tap, phones[0], phones[1]


def _plug(bridge: str, device: str) -> None:
    _ip("link", "set", device, "master", bridge)
    _ip("link", "set", device, "up")


def test_a_mirror_port_hears_two_telephones(mirror: tuple[str, Phone, Phone], tmp_path: Path) -> None:
    tap, customer, agent = mirror
    with capturing(tmp_path, STATUS_PORT, ("--interface", tap), {}) as daemon:
        homes = {phone.name: phone.configured(tmp_path) for phone in (customer, agent)}
        with running(agent.command(homes["agent"], "-t", "30"), tmp_path / "agent.log"):
            dial = ("-e", f"/dial sip:agent@{agent.address}", "-t", "15")
            with running(customer.command(homes["customer"], *dial), tmp_path / "customer.log"):
                (call,) = daemon.finished("")
        assert daemon.stop() == 0
    assert (call.record.outcome, call.record.ended_by) == (Outcome.ANSWERED, Party.CUSTOMER)
    assert call.record.ring_to_answer_s is None or call.record.ring_to_answer_s < 5
    for party, phone in ((Party.CUSTOMER, customer), (Party.AGENT, agent)):
        figures = call.figures(party)
        assert (figures.codec, figures.lost) == ("PCMA", 0)
        assert figures.packets >= PACKETS["customer"] - 10
        sound = heard(call.channel(party))
        size = min(sound.size, phone.voice.size)
        assert np.array_equal(sound[:size], phone.voice[:size])
