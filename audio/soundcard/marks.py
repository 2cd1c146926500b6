"""The address at which a softphone tells of its calls.

POST /calls/start {"caller", "callee", "agent_id"}, /calls/end, /calls/pause, /calls/resume, each with
`Authorization: Bearer <token>`. The answer is 202: sound from then on is treated as told. It is meant for this machine
alone; beyond it a proxy with TLS belongs in front, for the token travels in clear.
"""

from __future__ import annotations

import hmac
import json
import logging
import queue
import socket
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, get_args

from audio.soundcard.mark import Mark, MarkKind
from audio.soundcard.settings import MarkSettings
from models.errors import DeviceError

logger = logging.getLogger(__name__)

_KINDS: tuple[MarkKind, ...] = get_args(MarkKind)
_PATHS: dict[str, MarkKind] = {f"/calls/{kind}": kind for kind in _KINDS}
_FIELDS = ("caller", "callee", "agent_id")
_LONGEST_TEXT = 200


class RefusedError(Exception):
    """A request that gets no further, with what to answer."""

    def __init__(self, status: HTTPStatus, problem: str) -> None:
        super().__init__(problem)
        self.status = status


class MarkServer:
    """Listens until closed. `take` is given each mark, and raises `queue.Full` where there is no room."""

    def __init__(self, settings: MarkSettings, take: Callable[[Mark], None], clock: Callable[[], float]) -> None:
        """Begin to listen.

        Raises:
            DeviceError: without a token, or where the address cannot be had.
        """
        if not settings.token:
            raise DeviceError(
                "marks need a token: set TIMBRE_CAPTURE__SOUNDCARD__MARKS__TOKEN or token in [capture.soundcard.marks]",
                "marks_token_missing",
            )
        try:
            self._server = _Server(settings, take, clock)
        except OSError as error:
            message = f"marks cannot be listened for at {settings.host}:{settings.port}: {error}"
            raise DeviceError(message, "marks_address_taken") from error
        self._thread = threading.Thread(target=self._server.serve_forever, name="soundcard-marks", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    """Bounded in connections, and each of them in time."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 16

    def __init__(self, settings: MarkSettings, take: Callable[[Mark], None], clock: Callable[[], float]) -> None:
        self.settings = settings
        self.take = take
        self.clock = clock
        self._free = threading.BoundedSemaphore(settings.connections_max)
        super().__init__((settings.host, settings.port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        # A time-out of the socket starts anew with each byte; this one does not.
        limit = threading.Timer(self.settings.request_timeout_s, _cut_off, (request,))
        limit.daemon = True
        limit.start()
        try:
            super().process_request_thread(request, client_address)
        finally:
            limit.cancel()
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002  # the base class's names
        logger.info("a request for a mark broke off")


def _cut_off(request: socket.socket) -> None:
    try:
        request.shutdown(socket.SHUT_RDWR)
    except OSError:  # it has ended by itself
        return


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version = "timbre"
    sys_version = ""

    def do_POST(self) -> None:
        try:
            kind = self._kind()
            self.server.take(self._mark(kind))
        except RefusedError as error:
            self._answer(error.status, {"error": str(error)})
        except queue.Full:
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE, {"error": "too many marks are waiting"})
        else:
            self._answer(HTTPStatus.ACCEPTED, {"accepted": kind})

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class's name
        """Nothing: its line may hold what the caller sent."""

    def _kind(self) -> MarkKind:
        """What is told, of somebody who may."""
        given = self.headers.get("Authorization", "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, f"Bearer {self.server.settings.token}".encode()):
            raise RefusedError(HTTPStatus.UNAUTHORIZED, "the token is missing or wrong")
        kind = _PATHS.get(self.path)
        if kind is None:
            raise RefusedError(HTTPStatus.NOT_FOUND, f"there are only: {', '.join(_PATHS)}")
        return kind

    def _mark(self, kind: MarkKind) -> Mark:
        body = self._body()
        fields = _FIELDS if kind == "start" else ()
        problems = [f"{name}: not known here" for name in body if name not in fields]
        problems += [
            f"{name}: a text of up to {_LONGEST_TEXT} characters" for name in fields if not _fits(body.get(name))
        ]
        if problems:
            raise RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, "; ".join(problems[:10]))
        return Mark(kind, self.server.clock(), **{name: body.get(name) or None for name in fields})

    def _body(self) -> dict[str, Any]:
        length = self.headers.get("Content-Length", "0")
        if not length.isascii() or not length.isdigit() or "Transfer-Encoding" in self.headers:
            raise RefusedError(HTTPStatus.LENGTH_REQUIRED, "Content-Length is missing or no number")
        if len(length) > 9 or int(length) > self.server.settings.body_max_bytes:
            raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the body is too large")
        raw = self.rfile.read(int(length))
        try:
            body = json.loads(raw or b"{}")
        except (ValueError, RecursionError) as error:
            raise RefusedError(HTTPStatus.BAD_REQUEST, "the body is no JSON") from error
        if not isinstance(body, dict):
            raise RefusedError(HTTPStatus.BAD_REQUEST, "the body is no JSON object")
        return body

    def _answer(self, status: HTTPStatus, content: dict[str, str]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        if status == HTTPStatus.UNAUTHORIZED:
            self.send_header("WWW-Authenticate", "Bearer")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _fits(value: Any) -> bool:
    return value is None or (isinstance(value, str) and len(value) <= _LONGEST_TEXT and value.isprintable())
