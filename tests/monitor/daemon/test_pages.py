from __future__ import annotations

import http.client
import json
import socket
import threading
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from models.errors import SourceError
from monitor.daemon import pages
from monitor.daemon.pages import StatusServer
from monitor.daemon.status import Status
from tests.monitor.daemon.parts import wait_for
from tests.monitor.daemon.statuses import make_source, make_status


class Served:
    """A server over a status that a test changes."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.status: Status = make_status()
        self.host = host
        self.server = StatusServer(host, 0, lambda: self.status)
        self.server.start()

    def asked(self, path: str, method: str = "GET", **headers: str) -> tuple[int, bytes, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection(self.host, self.server.port, timeout=20)
        try:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read(), answer.headers
        finally:
            connection.close()

    def json(self, path: str) -> Any:
        return json.loads(self.asked(path)[1])

    def raw(self, data: bytes) -> bytes:
        """What is answered to bytes of any kind."""
        with socket.create_connection((self.host, self.server.port), timeout=20) as line:
            line.sendall(data)
            line.shutdown(socket.SHUT_WR)
            answer = b""
            while piece := line.recv(65536):
                answer += piece
            return answer


@pytest.fixture
def served() -> Iterator[Served]:
    one = Served()
    yield one
    one.server.stop()


def test_a_healthy_daemon_answers_200_and_says_how_it_is(served: Served) -> None:
    code, body, headers = served.asked("/health")
    told = json.loads(body)
    assert (code, headers["Content-Type"], headers["Cache-Control"]) == (200, "application/json", "no-store")
    assert (told["healthy"], told["alarms"], told["sources"][0]["calls_live"]) == (True, [], 1)
    assert told["sources"][0]["outcomes"] == {"answered": 7, "abandoned": 2, "failed": 1}


def test_an_alarm_is_a_503_that_names_it(served: Served) -> None:
    served.status = make_status(make_source(alive=False))
    code, body, _ = served.asked("/health")
    assert (code, json.loads(body)["alarms"]) == (503, ["source_down"])


def test_metrics_are_read_by_prometheus_own_parser(served: Served) -> None:
    code, body, headers = served.asked("/metrics?unused=1")
    families = {family.name for family in text_string_to_metric_families(body.decode())}
    assert (code, headers["Content-Type"].split(";")[0]) == (200, "text/plain")
    assert {"timbre_calls_live", "timbre_healthy", "process_resident_memory_bytes"} <= families


def test_live_calls_are_told_whatever_the_health(served: Served) -> None:
    served.status = make_status(make_source(alive=False))
    code, body, _ = served.asked("/calls")
    (call,) = json.loads(body)["calls"]
    assert (code, call["stage"], call["talk_s"], call["agent_id"]) == (200, "answered", [61.0, 40.5], "ana.ruiz")


def test_who_asks_from_elsewhere_is_told_no_agent(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_is_loopback", lambda _: False)
    assert served.json("/calls")["calls"][0]["agent_id"] is None


@pytest.mark.parametrize(
    ("address", "home"), [("127.0.0.1", True), ("::1", True), ("::ffff:127.0.0.1", True), ("10.0.0.5", False)]
)
def test_this_machine_is_known_by_its_addresses(address: str, home: bool) -> None:
    assert pages._is_loopback(address) is home


def test_other_paths_are_not_found_and_told_which_there_are(served: Served) -> None:
    for path in ("/", "/healthz", "/../../etc/passwd", "/calls/x"):
        code, body, _ = served.asked(path)
        assert (code, body) == (404, b"/health /metrics /calls\n")


def test_a_head_is_a_get_without_the_body(served: Served) -> None:
    code, body, headers = served.asked("/health", "HEAD")
    assert (code, body) == (200, b"")
    assert int(headers["Content-Length"]) > 100


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "BREW"])
def test_nothing_can_be_changed(served: Served, method: str) -> None:
    assert served.asked("/health", method)[0] == 501


def test_it_says_nothing_about_what_it_is_made_of(served: Served) -> None:
    assert "Python" not in str(served.asked("/health")[2])


def test_a_page_of_the_web_that_points_its_name_here_is_told_nothing(served: Served) -> None:
    assert served.asked("/calls", Host="evil.example")[0] == 403
    assert served.asked("/calls", Host=f"evil.example:{served.server.port}")[0] == 403
    for host in ("localhost", "localhost:9477", "127.0.0.1", "[::1]:9477"):
        assert served.asked("/calls", Host=host)[0] == 200


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 200,
        b"GET /health\r\n\r\n",
        b"GET /health HTTP/9.9\r\n\r\n",
        b"GET " + b"/" * 70_000 + b" HTTP/1.1\r\n\r\n",
        b"GET /health HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % number for number in range(500)) + b"\r\n",
        b"GET /health HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n",
        b"GET /\x00\xff HTTP/1.1\r\nHost: [::1\r\n\r\n",
        b"OPTIONS sip:timbre SIP/2.0\r\n\r\n",
    ],
)
def test_whatever_comes_it_answers_the_next(served: Served, data: bytes) -> None:
    answer = served.raw(data)
    assert len(answer) < 10_000
    assert served.asked("/health")[0] == 200


def test_a_request_that_comes_drop_by_drop_is_cut_off(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_REQUEST_S", 0.2)
    with socket.create_connection(("127.0.0.1", served.server.port), timeout=20) as line:
        line.sendall(b"GET /heal")
        assert line.recv(100) == b""
    wait_for(lambda: served.server._server._free._value == pages._MOST_AT_ONCE)


def test_many_who_ask_and_say_nothing_are_few_threads_and_let_others_in_again(served: Served) -> None:
    threads = threading.active_count()
    lines = [socket.create_connection(("127.0.0.1", served.server.port)) for _ in range(60)]
    wait_for(lambda: served.server._server._free._value == 0)
    assert threading.active_count() - threads <= 2 * pages._MOST_AT_ONCE
    for line in lines:
        line.close()
    wait_for(lambda: served.server._server._free._value == pages._MOST_AT_ONCE)
    assert served.asked("/health")[0] == 200


def test_what_is_asked_is_not_logged(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    served.asked("/calls?number=600111222")
    assert "600111222" not in caplog.text


def test_a_status_that_cannot_be_made_breaks_off_that_request_alone(served: Served) -> None:
    status, served.status = served.status, None  # type: ignore[assignment] # a defect
    with pytest.raises((http.client.HTTPException, OSError)):
        served.asked("/health")
    served.status = status
    assert served.asked("/health")[0] == 200


def test_an_address_that_is_taken_or_not_ours_is_an_error_that_says_which(served: Served) -> None:
    for host, port in (("127.0.0.1", served.server.port), ("192.0.2.1", 0), ("no.such.name.example", 0)):
        with pytest.raises(SourceError, match=f"{host}:{port}") as refused:
            StatusServer(host, port, make_status)
        assert refused.value.code == "daemon_address_taken"


def test_it_listens_on_the_sixth_version_too() -> None:
    try:
        one = Served("::1")
    except SourceError as error:
        pytest.skip(f"no IPv6 here: {error}")
    try:
        with urllib.request.urlopen(f"http://[::1]:{one.server.port}/health", timeout=20) as answer:
            assert answer.status == 200
    finally:
        one.server.stop()


def test_a_server_that_never_started_can_be_stopped() -> None:
    StatusServer("127.0.0.1", 0, make_status).stop()
