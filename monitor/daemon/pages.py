"""The daemon's own addresses: `/health` for people and machines, `/metrics` for Prometheus, `/calls` for a terminal."""

from __future__ import annotations

import json
import logging
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.process_collector import ProcessCollector

from models.errors import SourceError
from models.plain import plain
from monitor.daemon.metrics import StatusCollector
from monitor.daemon.status import SourceStatus, Status

log = logging.getLogger(__name__)

_REQUEST_S = 5.0
"""For a whole request, however slowly it comes."""
_MOST_AT_ONCE = 16
_JSON = "application/json"
_NOT_FOUND = b"/health /metrics /calls\n"


class StatusServer:
    """Answers GET and HEAD on an address of this machine.

    It tells no numbers, names or words of any call; agents' ids are told to this machine alone.

    Raises:
        SourceError: `daemon_address_taken`, where the address cannot be had.
    """

    def __init__(self, host: str, port: int, status: Callable[[], Status]) -> None:
        registry = CollectorRegistry()
        registry.register(StatusCollector(status))
        ProcessCollector(registry=registry)
        try:
            self._server = _Server(host, port, _handler(status, registry))
        except (OSError, UnicodeError) as error:
            raise SourceError(
                f"{host}:{port}: {getattr(error, 'strerror', None) or error}", "daemon_address_taken"
            ) from error
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="status", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        if self._thread.ident is not None:
            self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    """Few requests at once, each for a few seconds: nobody can keep threads of ours for long."""

    daemon_threads = True
    request_queue_size = 64
    block_on_close = False

    def __init__(self, host: str, port: int, handler: type[BaseHTTPRequestHandler]) -> None:
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._free = threading.BoundedSemaphore(_MOST_AT_ONCE)
        super().__init__((host, port), handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        cut_off = threading.Timer(_REQUEST_S, _shut, (request,))
        cut_off.daemon = True
        cut_off.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            cut_off.cancel()
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 # the base class's
        log.debug("a request for the status broke off")


def _shut(request: socket.socket) -> None:
    try:
        request.shutdown(socket.SHUT_RDWR)
    except OSError:
        log.debug("the request was over already")


def _handler(status: Callable[[], Status], registry: CollectorRegistry) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        def content(self, path: str) -> tuple[int, str, bytes]:
            if path == "/metrics":
                return 200, CONTENT_TYPE_LATEST, generate_latest(registry)
            if path == "/health":
                now = status()
                return 200 if now.healthy else 503, _JSON, _json(_health(now))
            if path == "/calls":
                return 200, _JSON, _json(_calls(status(), agents=self.at_home))
            return 404, "text/plain", _NOT_FOUND

    return Handler


class _Handler(BaseHTTPRequestHandler):
    """One request; what is asked changes nothing."""

    timeout = _REQUEST_S
    server_version, sys_version = "timbre", ""

    def content(self, path: str) -> tuple[int, str, bytes]:
        """Status, kind and body of a page."""
        raise NotImplementedError

    @property
    def at_home(self) -> bool:
        """Whether who asks is on this machine."""
        return _is_loopback(str(self.client_address[0]))

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        if self.at_home and not _is_ours(self.headers.get("Host", "")):
            code, kind, body = 403, "text/plain", b""
        else:
            code, kind, body = self.content(self.path.partition("?")[0])
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # the base class names it so
        """What was asked is the asker's text: it is not logged."""


def _is_ours(host: str) -> bool:
    """False for a page of the web whose name was made to point at this machine (DNS rebinding)."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
    return name in ("", "localhost", socket.gethostname()) or _is_address(name.strip("[]"))


def _json(content: dict[str, object]) -> bytes:
    return json.dumps(content, indent=1).encode() + b"\n"


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _is_loopback(address: str) -> bool:
    found = ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return bool((mapped or found).is_loopback)


def _health(status: Status) -> dict[str, object]:
    return {
        "healthy": status.healthy,
        "alarms": list(status.alarms),
        "handed_over": status.handed_over,
        "waiting": status.waiting,
        "unusable": status.unusable,
        "analysed": status.analysed,
        "analysis": status.analysis,
        "clock_steps": status.clock_steps,
        "sources": [_source(source) for source in status.sources],
    }


def _source(source: SourceStatus) -> dict[str, object]:
    return {
        "name": source.name,
        "alive": source.alive,
        "calls_live": len(source.calls),
        "calls_ended": source.ended,
        "outcomes": {outcome.value: count for outcome, count in source.totals.ended.items()},
        "lag_s": round(source.lag_s, 3),
        "packets": source.counts.packets,
        "dropped": source.counts.dropped,
        "unreadable": source.counts.unreadable,
        "lost": source.totals.lost,
        "by_kind": dict(source.counts.by_kind),
        "errors": source.errors,
        "levels": {side.value: plain(level) for side, level in source.levels.items()},
        "drift_ppm": {side.value: ppm for side, ppm in source.drift_ppm.items()},
        "recorder": plain(source.health),
    }


def _calls(status: Status, *, agents: bool) -> dict[str, object]:
    calls = [plain(call) for source in status.sources for call in source.calls]
    return {"calls": calls if agents else [call | {"agent_id": None} for call in calls]}
