"""The daemon's own addresses: `/health` for people and machines, `/metrics` for Prometheus, `/calls` for a terminal."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from models.errors import SourceError
from models.plain import plain
from monitor.daemon.metrics import StatusCollector
from monitor.daemon.status import Status

log = logging.getLogger(__name__)

_REQUEST_S = 5.0


class StatusServer:
    """Answers GET on an address of this machine. It tells no numbers, names or words of any call.

    Raises:
        SourceError: where the address cannot be had.
    """

    def __init__(self, host: str, port: int, status: Callable[[], Status]) -> None:
        registry = CollectorRegistry()
        registry.register(StatusCollector(status))
        try:
            self._server = ThreadingHTTPServer((host, port), _handler(status, registry))
        except OSError as error:
            raise SourceError(f"daemon.host and daemon.port: {host}:{port} cannot be had: {error.strerror}") from error
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="status", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(status: Callable[[], Status], registry: CollectorRegistry) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = _REQUEST_S

        def do_GET(self) -> None:
            if self.path == "/metrics":
                self._answer(200, CONTENT_TYPE_LATEST, generate_latest(registry))
            elif self.path in ("/health", "/calls"):
                now = status()
                content = _health(now) if self.path == "/health" else _calls(now)
                code = 200 if now.healthy or self.path == "/calls" else 503
                self._answer(code, "application/json", json.dumps(content, indent=1).encode() + b"\n")
            else:
                self._answer(404, "text/plain", b"/health /metrics /calls\n")

        def _answer(self, code: int, kind: str, body: bytes) -> None:
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # the base class names it so
            log.debug(format, *args)

    return Handler


def _health(status: Status) -> dict[str, object]:
    return {
        "healthy": status.healthy,
        "alarms": list(status.alarms),
        "handed_over": status.handed_over,
        "analysed": status.analysed,
        "sources": [
            {
                "name": source.name,
                "alive": source.alive,
                "calls_live": len(source.calls),
                "calls_ended": source.ended,
                "lag_s": round(source.lag_s, 3),
                "packets": source.counts.packets,
                "dropped": source.counts.dropped,
                "by_kind": dict(source.counts.by_kind),
                "recorder": plain(source.health),
            }
            for source in status.sources
        ],
    }


def _calls(status: Status) -> dict[str, object]:
    return {"calls": [plain(call) for source in status.sources for call in source.calls]}
