from __future__ import annotations

import http.client
import json
import queue
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from audio.soundcard.mark import Mark
from audio.soundcard.marks import MarkServer
from audio.soundcard.settings import MarkSettings
from models.errors import DeviceError

TOKEN = "a-token-of-this-test"  # noqa: S105  # of no use anywhere
SETTINGS = MarkSettings(enabled=True, port=0, token=TOKEN, request_timeout_s=0.5, connections_max=3)
NOW_S = 1_795_000_000.5


@pytest.fixture
def marks() -> queue.Queue[Mark]:
    return queue.Queue(maxsize=2)


@pytest.fixture
def server(marks: queue.Queue[Mark]) -> Iterator[MarkServer]:
    found = MarkServer(SETTINGS, marks.put_nowait, lambda: NOW_S)
    yield found
    found.close()


def asked(
    server: MarkServer,
    path: str,
    body: bytes | str | None = None,
    *,
    token: str | None = TOKEN,
    method: str = "POST",
    headers: dict[str, str] | None = None,
) -> tuple[int, dict[str, str]]:
    address = urlsplit(server.url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=5)
    sent = {} if token is None else {"Authorization": f"Bearer {token}"}
    try:
        connection.request(method, path, body, {**sent, **(headers or {})})
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text.startswith(b"{") else {}
    finally:
        connection.close()


def test_it_listens_on_this_machine_alone(server: MarkServer) -> None:
    assert urlsplit(server.url).hostname == "127.0.0.1"


def test_a_start_says_who_calls_whom(server: MarkServer, marks: queue.Queue[Mark]) -> None:
    body = json.dumps({"caller": "+34600000001", "callee": "900", "agent_id": "ana"})
    assert asked(server, "/calls/start", body) == (202, {"accepted": "start"})
    assert marks.get_nowait() == Mark("start", NOW_S, "+34600000001", "900", "ana")


@pytest.mark.parametrize("kind", ["end", "pause", "resume"])
def test_the_others_need_no_body(server: MarkServer, marks: queue.Queue[Mark], kind: str) -> None:
    assert asked(server, f"/calls/{kind}")[0] == 202
    assert marks.get_nowait() == Mark(kind, NOW_S)  # type: ignore[arg-type]  # one of the kinds


@pytest.mark.parametrize("token", [None, "", "wrong", TOKEN + "x", TOKEN[:-1], "ñ"])
def test_without_the_token_nothing_is_taken(server: MarkServer, marks: queue.Queue[Mark], token: str | None) -> None:
    headers = {"Authorization": "Bearer ñ".encode()} if token == "ñ" else None  # noqa: S105  # no secret, a wrong one
    given = None if headers else token
    assert asked(server, "/calls/end", token=given, headers=headers)[0] == 401  # type: ignore[arg-type]  # bytes are sent as they are
    assert marks.empty()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("not json", 400),
        ("[1]", 400),
        ("[" * 4000, 400),
        ('{"caller": 5}', 422),
        ('{"caller": "a\\u0000b"}', 422),
        (json.dumps({"caller": "9" * 201}), 422),
        ('{"unknown": "x"}', 422),
        ("x" * 5000, 413),
    ],
)
def test_a_body_that_is_wrong_is_refused(server: MarkServer, marks: queue.Queue[Mark], body: str, status: int) -> None:
    assert asked(server, "/calls/start", body)[0] == status
    assert marks.empty()


def test_every_mistake_of_a_body_is_told_at_once(server: MarkServer) -> None:
    _, answer = asked(server, "/calls/start", '{"caller": 5, "callee": 6, "colour": "red"}')
    assert all(name in answer["error"] for name in ("caller", "callee", "colour"))


@pytest.mark.parametrize(("method", "path", "status"), [("POST", "/calls/begin", 404), ("GET", "/calls/start", 501)])
def test_there_is_nothing_else(server: MarkServer, method: str, path: str, status: int) -> None:
    assert asked(server, path, method=method)[0] == status


def test_a_body_in_chunks_is_refused(server: MarkServer) -> None:
    assert asked(server, "/calls/start", headers={"Transfer-Encoding": "chunked"})[0] == 411


def test_a_length_that_is_no_number_is_refused(server: MarkServer) -> None:
    assert asked(server, "/calls/start", headers={"Content-Length": "-1"})[0] == 411


def test_marks_that_nobody_takes_are_refused(server: MarkServer) -> None:
    assert [asked(server, "/calls/end")[0] for _ in range(3)] == [202, 202, 503]


def test_a_request_that_trickles_in_is_cut_off_and_others_are_served(server: MarkServer) -> None:
    address = urlsplit(server.url)
    idle = [socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=5) for _ in range(3)]
    try:
        for connection in idle:
            connection.sendall(b"POST /calls/end HTTP/1.1\r\n")
        assert [connection.recv(100) for connection in idle] == [b"", b"", b""]
    finally:
        for connection in idle:
            connection.close()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            status = asked(server, "/calls/end")[0]
        except OSError:  # a place is not free yet
            continue
        break
    assert status == 202


def test_numbers_are_in_no_log(
    server: MarkServer, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    asked(server, "/calls/start", '{"caller": "600123456"}')
    asked(server, "/calls/600123456")
    shown = capfd.readouterr()
    assert "600123456" not in caplog.text + shown.out + shown.err


def test_without_a_token_nothing_is_listened_to() -> None:
    with pytest.raises(DeviceError, match="TOKEN") as error:
        MarkServer(replace(SETTINGS, token=""), lambda _: None, lambda: NOW_S)
    assert error.value.code == "marks_token_missing"


def test_an_address_that_is_taken_is_a_named_error(server: MarkServer) -> None:
    port = int(urlsplit(server.url).port or 0)
    with pytest.raises(DeviceError, match=str(port)) as error:
        MarkServer(replace(SETTINGS, port=port), lambda _: None, lambda: NOW_S)
    assert error.value.code == "marks_address_taken"
