"""SIP over UDP, TCP and TLS: bytes in and out, every message cut and measured before it is read."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from audio.sip.errors import SipError
from audio.sip.messages import SipMessage, parse
from audio.siprec.settings import Limits, SiprecSettings, is_within
from audio.siprec.wire import Peer

log = logging.getLogger(__name__)

_CONTENT_LENGTH = re.compile(rb"^(?:content-length|l)[ \t]*:[ \t]*(\d{1,9})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
MOST_HEAD_BYTES = 32768
"""The limit to give to asyncio's stream readers."""
_MOST_WAITING_BYTES = 1 << 20
"""What a peer that does not read may leave unread before its connection is closed."""


@dataclass(slots=True)
class Inlet:
    """Where whole messages go. It never raises: one peer's nonsense is no matter of the others."""

    limits: Limits
    advertised: str | None
    received: Callable[[SipMessage, Peer], None]
    too_large: Callable[[SipMessage, Peer], None]
    unreadable: Callable[[], None]

    def take(self, data: bytes, peer: Peer) -> None:
        if not data.strip(b"\r\n\0"):  # keep-alive (RFC 5626)
            return
        try:
            message = parse(data)
            if len(data) > self.limits.message_bytes:
                self.too_large(message, peer)
            else:
                self.received(message, peer)
        except SipError as error:
            self.unreadable()
            log.info("unreadable SIP over %s: %s", peer.transport, error.code)
        except Exception:  # one message must not stop the recording of other calls
            self.unreadable()
            log.exception("a SIP message was not handled")

    def local(self, bound: tuple[str, int], peer: tuple[str, int]) -> tuple[str, int]:
        """Our address as the peer reaches it."""
        return (self.advertised or _route_to(bound[0], peer), bound[1])


def _route_to(bound: str, peer: tuple[str, int]) -> str:
    """The address that the system would send from; a UDP socket is connected and sends nothing."""
    if bound not in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        return bound
    with socket.socket(socket.AF_INET6 if ":" in peer[0] else socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((peer[0], peer[1] or 9))
        except OSError:
            return bound
        return str(probe.getsockname()[0])


class UdpTransport(asyncio.DatagramProtocol):
    """A datagram is a message."""

    def __init__(self, inlet: Inlet) -> None:
        self._inlet = inlet
        self._bound = ("", 0)
        self._socket: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._socket = cast("asyncio.DatagramTransport", transport)
        self._bound = transport.get_extra_info("sockname")[:2]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        address = (addr[0], addr[1])
        self._inlet.take(data, Peer(address, "UDP", self._inlet.local(self._bound, address), self._write))

    def error_received(self, exc: Exception) -> None:
        """A peer's port is closed; its transactions time out by themselves."""
        log.debug("UDP: %s", exc)

    def _write(self, data: bytes, address: tuple[str, int]) -> None:
        if self._socket is not None and not self._socket.is_closing():
            self._socket.sendto(data, address)


@dataclass(slots=True)
class StreamTransport:
    """TCP or TLS connections. Messages are told apart by Content-Length (RFC 3261, 18.3)."""

    inlet: Inlet
    transport: str
    settings: SiprecSettings
    _open: set[asyncio.Task[None]] = field(default_factory=set)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until it ends, is idle for too long or sends what cannot be a message."""
        task = asyncio.current_task()
        if task is None or len(self._open) >= self.settings.limits.connections or not self._is_peer(writer):
            writer.close()
            return
        self._open.add(task)
        try:
            await self._read_all(reader, self._peer(writer))
        except (TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
            log.debug("%s connection closed", self.transport)
        finally:
            self._open.discard(task)
            writer.close()

    def close(self) -> None:
        for task in tuple(self._open):
            task.cancel()

    async def _read_all(self, reader: asyncio.StreamReader, peer: Peer) -> None:
        while True:
            async with asyncio.timeout(self.settings.limits.idle_connection_s):
                first = await reader.readexactly(1)
            if first in b"\r\n":
                continue
            async with asyncio.timeout(self.settings.limits.message_s):
                data = await self._message(reader, first, peer)
            if data is None:
                return
            self.inlet.take(data, peer)

    async def _message(self, reader: asyncio.StreamReader, first: bytes, peer: Peer) -> bytes | None:
        """The next whole message; `None` where its end cannot be found or is too far."""
        head = first + await reader.readuntil(b"\r\n\r\n")
        found = _CONTENT_LENGTH.search(head)
        length = int(found[1]) if found is not None else 0
        if len(head) + length > self.settings.limits.message_bytes:
            with contextlib.suppress(SipError):
                self.inlet.too_large(parse(_CONTENT_LENGTH.sub(b"Content-Length: 0\r", head)), peer)
            return None
        return head + await reader.readexactly(length)

    def _is_peer(self, writer: asyncio.StreamWriter) -> bool:
        """Strangers get no connection, so that they cannot take the place of those who may."""
        return is_within(str(writer.get_extra_info("peername")[0]), self.settings.peers)

    def _peer(self, writer: asyncio.StreamWriter) -> Peer:
        address, bound = writer.get_extra_info("peername")[:2], writer.get_extra_info("sockname")[:2]

        def write(data: bytes, _: tuple[str, int]) -> None:
            if writer.transport.get_write_buffer_size() > _MOST_WAITING_BYTES:
                writer.transport.abort()
            elif not writer.is_closing():
                writer.write(data)

        return Peer(address, self.transport, self.inlet.local(bound, address), write)


def tls_context(settings: SiprecSettings) -> ssl.SSLContext:
    """For a server with the settings' certificate, at least TLS 1.2.

    Raises:
        OSError, ssl.SSLError: A file is not there or is no certificate, or the key does not fit.
    """
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=settings.tls_client_authority)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(settings.tls_certificate or "", settings.tls_key)
    if settings.tls_client_authority is not None:
        context.verify_mode = ssl.CERT_REQUIRED
    return context
