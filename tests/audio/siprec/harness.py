"""A recording server without a network: messages in, answers out, and a clock that the test turns."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from audio.events import SourceCounts
from audio.sip.messages import parse
from audio.siprec.calls import Calls
from audio.siprec.outbox import Item
from audio.siprec.ports import RtpPorts
from audio.siprec.server import RecordingServer
from audio.siprec.settings import SiprecSettings
from audio.siprec.wire import Peer
from tests.audio.siprec.client import LOCAL, Client, Response, Wire, read_response

PORTS = (25900, 25999)


@dataclass
class Clock:
    """`later` and `now_s` of a server; `go` turns it."""

    now_s: float = 1000.0
    _due: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _cancelled: set[int] = field(default_factory=set)
    _numbers: Any = field(default_factory=itertools.count)

    def later(self, delay_s: float, callback: Callable[[], None]) -> Cancel:
        number = next(self._numbers)
        heapq.heappush(self._due, (self.now_s + delay_s, number, callback))
        return Cancel(self._cancelled, number)

    def go(self, seconds: float) -> None:
        end_s = self.now_s + seconds
        while self._due and self._due[0][0] <= end_s:
            self.now_s, number, callback = heapq.heappop(self._due)
            if number not in self._cancelled:
                callback()
        self.now_s = end_s


@dataclass
class Cancel:
    cancelled: set[int]
    number: int

    def cancel(self) -> None:
        self.cancelled.add(self.number)


class Loopback(Wire):
    """The client's wire, straight into the server."""

    def __init__(self, bench: Bench, address: str, transport: str) -> None:
        self.transport = transport
        self.address = (address, 6060)
        self._bench = bench
        self.received: list[bytes] = []

    def send(self, data: bytes) -> None:
        peer = Peer(self.address, self.transport, (LOCAL, 5060), lambda answer, _: self.received.append(answer))
        self._bench.server.receive(parse(data), peer)

    def receive(self, timeout_s: float = 0.0) -> bytes:
        return self.received.pop(0)

    def close(self) -> None:
        self.received.clear()


class Bench:
    """A server with its clock and everything that it told."""

    def __init__(self, settings: SiprecSettings | None = None) -> None:
        self.settings = settings or SiprecSettings(rtp_ports=PORTS)
        self.clock = Clock()
        self.items: list[Item] = []
        self.drained: list[str] = []
        self.counts = SourceCounts()
        self.ports = RtpPorts(LOCAL, *self.settings.rtp_ports, 65536)
        self.server = RecordingServer(
            self.settings,
            self.ports,
            Calls(self.clock.later, lambda: self.clock.now_s),
            self.items.append,
            lambda session: self.drained.append(session.leg),
            self.counts,
            lambda: self.clock.now_s,
        )

    def client(self, address: str = LOCAL, transport: str = "UDP") -> Client:
        return Client(Loopback(self, address, transport))

    def told(self, *kinds: type) -> list[Any]:
        return [item for item in self.items if isinstance(item, kinds)]

    def names(self) -> list[str]:
        return [type(item).__name__ for item in self.items]


def received(client: Client) -> Sequence[bytes]:
    assert isinstance(client.wire, Loopback)
    taken = tuple(client.wire.received)
    client.wire.received.clear()
    return taken


def statuses(client: Client) -> list[int]:
    """Of the responses that arrived since the last look."""
    return [read_response(data).status for data in received(client) if data.startswith(b"SIP/2.0")]


def requests(client: Client) -> list[str]:
    """The methods of the requests that arrived since the last look."""
    return [data.split(b" ", 1)[0].decode() for data in received(client) if not data.startswith(b"SIP/2.0")]


def answer(client: Client, request: bytes, status: int) -> None:
    """The client's response to a request of the server's."""
    lines = request.decode().split("\r\n")
    kept = [line for line in lines if line.startswith(("Via:", "From:", "To:", "Call-ID:", "CSeq:"))]
    client.wire.send("\r\n".join((f"SIP/2.0 {status} X", *kept, "Content-Length: 0", "", "")).encode())


__all__ = ["Bench", "Response", "answer", "received", "requests", "statuses"]
