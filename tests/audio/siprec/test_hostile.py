from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audio.events import LegBegun
from audio.sip.errors import SipError
from audio.siprec.outbox import LineClosed, LineSet
from audio.siprec.settings import SiprecSettings
from tests.audio.siprec.client import AGENT, CUSTOMER, Client, Wire, bodies, metadata_of, sdp_of
from tests.audio.siprec.harness import PORTS, Bench, Loopback
from tests.audio.siprec.sources import Heard, listening

TORTURE = Path(__file__).resolve().parents[4] / "shared" / "sip" / "rfc4475"


@pytest.fixture(scope="module")
def heard() -> Iterator[Heard]:
    with listening() as one:
        yield one


def _takes_a_call(heard: Heard, transport: str = "UDP") -> bool:
    client = Client(Wire(heard.source.addresses[transport], transport))
    accepted = client.invite(sdp_of("1", "2"), metadata_of(CUSTOMER, AGENT)).status == 200
    return accepted and client.bye().status == 200


def _torture() -> list[Path]:
    return sorted(TORTURE.glob("*.dat"))


@pytest.mark.skipif(not _torture(), reason="the torture messages of RFC 4475 are not beside the project")
@pytest.mark.parametrize("transport", ["UDP", "TCP"])
def test_the_server_takes_calls_after_every_torture_message(heard: Heard, transport: str) -> None:
    for path in _torture():
        wire = Wire(heard.source.addresses[transport], transport)
        with contextlib.suppress(OSError):  # the server may close a connection that carried nonsense
            wire.send(path.read_bytes())
        wire.close()
    assert _takes_a_call(heard, transport)


@pytest.mark.parametrize(
    "nonsense",
    [
        pytest.param(b"\x00" * 2000, id="zeros"),
        pytest.param(b"\xff" * 65000, id="a large datagram"),
        pytest.param(b"INVITE sip:a SIP/2.0\r\n" * 2000, id="start lines"),
        pytest.param(b"INVITE sip:a SIP/2.0\r\nVia: " + b"," * 60000, id="commas"),
        pytest.param(b"INVITE sip:a SIP/2.0\r\nContent-Length: 99999999999999999999\r\n\r\n", id="a length of its own"),
        pytest.param(b"INVITE sip:a SIP/2.0\r\nContent-Length: -5\r\n\r\n", id="a negative length"),
        pytest.param(b"SIP/2.0 200 OK\r\n\r\n", id="an empty response"),
    ],
)
@pytest.mark.parametrize("transport", ["UDP", "TCP"])
def test_the_server_takes_calls_after_nonsense(heard: Heard, transport: str, nonsense: bytes) -> None:
    wire = Wire(heard.source.addresses[transport], transport)
    with contextlib.suppress(OSError):
        wire.send(nonsense)
    wire.close()
    assert _takes_a_call(heard, transport)


def test_garbage_at_an_rtp_port_is_no_sound_and_no_end(heard: Heard) -> None:
    client = Client(Wire(heard.source.addresses["UDP"]))
    (port,) = client.invite(sdp_of("1"), metadata_of(CUSTOMER)).ports
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for length in (0, 1, 11, 12, 500, 5000):
            sender.sendto(b"\x80" * length, ("127.0.0.1", port))
            sender.sendto(b"\x9f\x08" + b"\xff" * length, ("127.0.0.1", port))
    assert client.bye().status == 200


INVITE = Client(Loopback(Bench(), "127.0.0.1", "UDP")).request(
    "INVITE",
    bodies(sdp_of("1", "2"), metadata_of(CUSTOMER, AGENT))[0],
    headers=("Require: siprec", "Supported: timer", "Session-Expires: 1800;refresher=uas"),
    content_type="multipart/mixed;boundary=b1",
)
_PLACES = st.integers(0, len(INVITE) - 1)
_PIECES = st.one_of(
    st.binary(max_size=6),
    st.sampled_from([b"\r\n", b"\r\n\r\n", b";", b":", b"<", b'"', b"=", b"99999999999", b"--b1"]),
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.tuples(_PLACES, st.integers(0, 20), _PIECES), min_size=1, max_size=5))
def test_an_invite_changed_anywhere_is_answered_or_dropped(changes: list[tuple[int, int, bytes]]) -> None:
    bench = Bench(SiprecSettings(rtp_ports=PORTS))
    client = bench.client()
    data = INVITE
    for place, removed, piece in changes:
        data = data[:place] + piece + data[place + removed :]
    with contextlib.suppress(SipError):
        client.wire.send(data)
    begun = len(bench.told(LegBegun))
    after = bench.client().invite(sdp_of("1"), metadata_of(CUSTOMER)).status
    bench.server.end_all("test")
    assert begun <= 1
    assert after == 200
    assert len(bench.told(LegBegun)) == begun + 1


_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["INVITE", "UPDATE", "BYE", "ACK", "CANCEL", "INFO", "OPTIONS", "wait"]),
        st.sampled_from(["1", "1 2", "2 1", "1 2 3", "- 2", "1,inactive 2", "1,inactive 2,inactive", "video", ""]),
        st.sampled_from(["", "both", "one", "partial", "broken"]),
    ),
    max_size=12,
)
_METADATA = {
    "": None,
    "both": metadata_of(CUSTOMER, AGENT),
    "one": metadata_of(AGENT),
    "partial": metadata_of(("3", "sip:ext9@x", "N"), mode="partial"),
    "broken": "<recording><participant/>",
}


def _offer(lines: str) -> str | None:
    if lines == "video":
        return sdp_of("1").replace("m=audio", "m=video")
    return sdp_of(*(line.replace(",", " ") for line in lines.split())) if lines else None


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(_STEPS)
def test_any_order_of_requests_leaves_no_session_and_no_port_behind(steps: list[tuple[str, str, str]]) -> None:
    bench = Bench(SiprecSettings(rtp_ports=PORTS))
    client = bench.client()
    for method, lines, told in steps:
        if method == "wait":
            bench.clock.go(20.0)
            continue
        body, content_type = bodies(_offer(lines), _METADATA[told])
        data = client.request(method, body, content_type=content_type)
        client.wire.send(data)
        client.to_tag = client.to_tag or next((call.dialog.local_tag for call in bench.server.calls), "")
    bench.server.end_all("test")
    names = bench.names()
    assert names.count("LegBegun") == names.count("LegEnded")
    free = [bench.ports.open() for _ in range((PORTS[1] - PORTS[0] + 1) // 2)]
    for sock in free:
        sock.close()
    assert {item.line for item in bench.told(LineSet)} <= {item.line for item in bench.told(LineClosed)}
