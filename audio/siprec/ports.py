"""RTP ports of our own: bound when a line is answered, let go when it is closed."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field

from audio.siprec.receiving import stamp_arrivals
from models.errors import SourceError


@dataclass(slots=True)
class RtpPorts:
    """Even ports of a range (RFC 3550, 11), each next one first: one just let go still gets late packets."""

    address: str
    first: int
    last: int
    buffer_bytes: int
    _next: int = field(init=False)

    def __post_init__(self) -> None:
        self._next = self.first

    def open(self) -> socket.socket:
        """A bound socket that does not block and whose datagrams the kernel stamps.

        Raises:
            SourceError: No port of the range is free.
        """
        for port in self._candidates():
            with contextlib.suppress(OSError):
                sock = self._bound(port)
                self._next = port + 2
                return sock
        raise SourceError(f"no free RTP port between {self.first} and {self.last}", "rtp_ports_used_up")

    def _candidates(self) -> Iterator[int]:
        even = range(self.first + self.first % 2, self.last + 1, 2)
        start = next((index for index, port in enumerate(even) if port >= self._next), 0)
        yield from even[start:]
        yield from even[:start]

    def _bound(self, port: int) -> socket.socket:
        sock = socket.socket(socket.AF_INET6 if ":" in self.address else socket.AF_INET, socket.SOCK_DGRAM)
        try:
            sock.settimeout(0.0)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.buffer_bytes)
            stamp_arrivals(sock)
            sock.bind((self.address, port))
        except OSError:
            sock.close()
            raise
        return sock
