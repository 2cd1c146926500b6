"""The recording server at work: its listening sockets, its sweeps and its end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
import time
from collections.abc import Callable
from functools import partial

from audio.events import SourceCounts
from audio.siprec.calls import Calls
from audio.siprec.outbox import Outbox
from audio.siprec.ports import RtpPorts
from audio.siprec.recvmmsg import best_receiver
from audio.siprec.server import RecordingServer
from audio.siprec.settings import SiprecSettings
from audio.siprec.sweeping import Sweeper
from audio.siprec.transports import MOST_HEAD_BYTES, Inlet, StreamTransport, UdpTransport, tls_context
from models.errors import SourceError

log = logging.getLogger(__name__)

Addresses = dict[str, tuple[str, int]]
"""Where it listens, by transport."""

_LOOK_ROUND_S = 5.0
_GOODBYE_S = 0.5
"""How long the answers to our last BYEs are waited for."""
_HANDSHAKE_S = 10.0


async def serve(
    settings: SiprecSettings,
    outbox: Outbox,
    counts: SourceCounts,
    stopping: asyncio.Event,
    started: Callable[[Addresses], None],
) -> None:
    """Listens until it is told to stop; then every session is ended with BYE.

    Raises:
        SourceError: An address is in use or not ours, or the certificate cannot be used.
    """
    sweeper = Sweeper(settings, best_receiver(), outbox, counts)
    ports = RtpPorts(settings.address, *settings.rtp_ports, settings.receive_buffer_bytes)
    calls = Calls(asyncio.get_running_loop().call_later)
    server = RecordingServer(settings, ports, calls, outbox.put, sweeper.drain, counts)
    async with contextlib.AsyncExitStack() as stack:
        started(await _listen(stack, settings, _inlet(settings, server, counts)))
        try:
            await _sweep(server, sweeper, settings, stopping)
        finally:
            had_calls = len(calls) > 0
            server.end_all("source_ended")
            sweeper.sweep((), time.time())
            await asyncio.sleep(_GOODBYE_S if had_calls else 0.0)


def _inlet(settings: SiprecSettings, server: RecordingServer, counts: SourceCounts) -> Inlet:
    def unreadable() -> None:
        counts.unreadable += 1

    too_large = partial(server.refuse, status=413)
    return Inlet(settings.limits, settings.advertised_address, server.receive, too_large, unreadable)


async def _sweep(server: RecordingServer, sweeper: Sweeper, settings: SiprecSettings, stopping: asyncio.Event) -> None:
    looked_s = time.monotonic()
    while not stopping.is_set():
        try:
            sweeper.sweep((call.session for call in server.calls), time.time())
        except OSError:
            log.exception("packets could not be taken")
        if time.monotonic() - looked_s > _LOOK_ROUND_S:
            looked_s = time.monotonic()
            server.look_round()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), settings.sweep_s)


async def _listen(stack: contextlib.AsyncExitStack, settings: SiprecSettings, inlet: Inlet) -> Addresses:
    addresses: Addresses = {}
    try:
        if settings.udp_port is not None:
            addresses["UDP"] = await _udp(stack, settings, inlet, settings.udp_port)
        if settings.tcp_port is not None:
            addresses["TCP"] = await _stream(stack, StreamTransport(inlet, "TCP", settings), settings.tcp_port, None)
        if settings.tls_port is not None:
            tls = StreamTransport(inlet, "TLS", settings)
            addresses["TLS"] = await _stream(stack, tls, settings.tls_port, tls_context(settings))
    except (OSError, ssl.SSLError) as error:
        raise SourceError(f"the recording server cannot listen on {settings.address}: {error}") from error
    return addresses


async def _udp(stack: contextlib.AsyncExitStack, settings: SiprecSettings, inlet: Inlet, port: int) -> tuple[str, int]:
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: UdpTransport(inlet), (settings.address, port))
    stack.callback(transport.close)
    host, bound = transport.get_extra_info("sockname")[:2]
    return host, bound


async def _stream(
    stack: contextlib.AsyncExitStack, transport: StreamTransport, port: int, tls: ssl.SSLContext | None
) -> tuple[str, int]:
    server = await asyncio.start_server(
        transport.serve,
        transport.settings.address,
        port,
        limit=MOST_HEAD_BYTES,
        ssl=tls,
        ssl_handshake_timeout=_HANDSHAKE_S if tls is not None else None,
    )
    stack.callback(server.close)
    stack.callback(transport.close)
    host, bound = server.sockets[0].getsockname()[:2]
    return host, bound
