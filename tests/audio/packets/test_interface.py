from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from audio.packets.capture_filter import CaptureFilter
from audio.packets.frames import FrameDecoder
from audio.packets.interface import Interface
from models.errors import CaptureError
from tests.audio.packets.wire import (
    CALLEE,
    CALLER,
    batch,
    ethernet,
    fragments_v4,
    fragments_v6,
    gre,
    ipv4,
    ipv6,
    tcp,
    told,
    udp,
    vxlan,
)

PORT = 21007


def opened(name: str, wanted: CaptureFilter = CaptureFilter()) -> Interface:  # noqa: B008 # a frozen value
    try:
        return Interface(name, wanted)
    except CaptureError as error:
        if error.code in {"capture_unavailable", "no_capture_permission"}:
            pytest.skip(f"no live capture here: {error.code}")
        raise


def listen(interface: Interface) -> None:
    for _ in range(10):
        interface.read(0.1)


@pytest.fixture
def pair() -> Iterator[tuple[str, str]]:
    """Two ends of a wire."""
    if shutil.which("ip") is None:
        pytest.skip("iproute2 is not installed")
    near, far = f"tmb{os.getpid() % 10000}a", f"tmb{os.getpid() % 10000}b"
    made = subprocess.run(
        ["ip", "link", "add", near, "type", "veth", "peer", "name", far], capture_output=True, check=False
    )
    if made.returncode:
        pytest.skip("no right to make network interfaces")
    for name in (near, far):
        subprocess.run(["ip", "link", "set", name, "up"], check=True)
    yield near, far
    subprocess.run(["ip", "link", "del", near], capture_output=True, check=False)


def test_packets_on_the_loopback_are_heard_once_each() -> None:
    interface = opened("lo", CaptureFilter(sip_ports=(), media_ports=(PORT, PORT), tunnels=False))
    decoder, found = FrameDecoder(), []
    before_s = time.time()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for number in range(200):
            sender.sendto(b"media %d" % number, ("127.0.0.1", PORT))
    for _ in range(50):
        if (packets := interface.read(0.1)) is not None:
            found += told(decoder.decode(packets))
            assert abs(packets.times_s[0] - before_s) < 60
        if len(found) >= 200:
            break
    counts = interface.counts()
    interface.close()

    assert [payload for *_, payload in found] == [b"media %d" % number for number in range(200)]
    assert counts.received >= 200
    assert counts.dropped == 0


def test_without_traffic_read_comes_back() -> None:
    interface = opened("lo", CaptureFilter(sip_ports=(), media_ports=(PORT + 1, PORT + 1), tunnels=False))

    assert interface.read(0.05) is None
    interface.close()


def test_an_interface_that_is_not_there_is_named() -> None:
    with pytest.raises(CaptureError, match="ip link") as caught:
        opened("nothing0")

    assert caught.value.code == "interface_missing"


def test_a_filter_that_cannot_be_is_named() -> None:
    with pytest.raises(CaptureError) as caught:
        opened("lo", CaptureFilter(media_ports=(1, 99_999)))

    assert caught.value.code == "filter_invalid"


def test_without_the_right_to_capture_the_error_says_what_to_do() -> None:
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("needs root, to give rights away")
    opened("lo").close()
    code = (
        "from audio.packets.interface import Interface\n"
        "from models.errors import CaptureError\n"
        "try: Interface('lo')\n"
        "except CaptureError as error: print(error.code, error)"
    )
    said = subprocess.run(
        ["setpriv", "--bounding-set=-net_raw,-net_admin", sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout

    assert said.startswith("no_capture_permission")
    assert "setcap cap_net_raw" in said
    assert "dumpcap -i lo" in said


@pytest.mark.parametrize("how", [("set", "down"), ("del",)])
def test_an_interface_that_goes_away_is_told_and_can_be_opened_again(
    pair: tuple[str, str], how: tuple[str, ...]
) -> None:
    near, far = pair
    interface = opened(near)
    subprocess.run(["ip", "link", how[0], near, *how[1:]], check=True)
    with pytest.raises(CaptureError) as caught:
        listen(interface)
    interface.close()
    if how == ("del",):
        with pytest.raises(CaptureError):
            opened(near)
        subprocess.run(["ip", "link", "add", near, "type", "veth", "peer", "name", far], check=True)
    subprocess.run(["ip", "link", "set", near, "up"], check=True)

    assert caught.value.code == "interface_lost"
    opened(near).close()


def test_a_wire_made_anew_under_the_same_name_is_another_one(pair: tuple[str, str]) -> None:
    near, far = pair
    interface = opened(near)
    subprocess.run(["ip", "link", "del", near], check=True)
    subprocess.run(["ip", "link", "add", near, "type", "veth", "peer", "name", far], check=True)
    subprocess.run(["ip", "link", "set", near, "up"], check=True)
    with pytest.raises(CaptureError) as caught:
        listen(interface)
    interface.close()

    assert caught.value.code == "interface_lost"


SIP = udp(b"INVITE", 40000, 5060)
BIG = fragments_v4(udp(bytes(2000), 5060, 5060, (CALLER, CALLEE)), 1024)
WANTED = {
    "SIP": ethernet(ipv4(SIP)),
    "media": ethernet(ipv4(udp(bytes(100), 20_000, 30_000))),
    "later fragment": ethernet(BIG[1]),
    "later fragment of IPv6": ethernet(fragments_v6(SIP + bytes(100), 40)[1]),
    "SIP over TCP": ethernet(ipv4(tcp(b"INVITE"), 6)),
    "SIP over IPv6": ethernet(ipv6(SIP)),
    "VLAN": ethernet(ipv4(SIP), 0x8100),
    "fragment in a VLAN": ethernet(BIG[1], 0x8100),
    "TCP in a VLAN": ethernet(ipv4(tcp(b"INVITE"), 6), 0x8100),
    "QinQ": ethernet(ipv4(SIP), 0x88A8, 0x8100),
    "VXLAN": ethernet(vxlan(ethernet(ipv4(SIP)))),
    "GRE": ethernet(gre(ipv4(SIP), 0x0800)),
}
UNWANTED = {
    "DNS": ethernet(ipv4(udp(bytes(30), 53, 53))),
    "web": ethernet(ipv4(tcp(b"GET", sport=40_000, dport=80), 6)),
    "web in a VLAN": ethernet(ipv4(tcp(b"GET", sport=40_000, dport=80), 6), 0x8100),
    "ARP": bytes(12) + b"\x08\x06" + bytes(46),
}


@pytest.mark.parametrize("name", [*WANTED, *UNWANTED])
def test_libpcaps_filter_lets_through_what_is_wanted_and_nothing_else(name: str) -> None:
    pcapy = pytest.importorskip("pcapy")
    program = pcapy.compile(1, 65535, CaptureFilter(media_ports=(10_000, 39_999)).expression(), 1, 0)

    assert bool(program.filter((WANTED | UNWANTED)[name])) == (name in WANTED)


def test_tags_are_looked_for_on_ethernet_only() -> None:
    assert "vlan" not in CaptureFilter().expression(113)
    assert "vlan" in CaptureFilter().expression(1)


def test_what_the_filter_wants_the_decoder_reads() -> None:
    found = FrameDecoder().decode(batch(list(WANTED.values())))

    assert found.unreadable == 0
    assert len(told(found)) == 7  # the fragments wait for their others
    assert len(found.segments) == 2
