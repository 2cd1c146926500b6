from __future__ import annotations

import queue
from collections.abc import Iterator

import pytest

from audio.soundcard.mark import Mark
from audio.soundcard.marks import MarkServer
from audio.soundcard.settings import MarkSettings
from tests.monitor.conftest import Timbre

TOKEN = "a-token-of-this-test"  # noqa: S105  # of no use anywhere
NOW_S = 1_795_000_000.0


@pytest.fixture
def marks() -> queue.Queue[Mark]:
    return queue.Queue()


@pytest.fixture
def server(marks: queue.Queue[Mark]) -> Iterator[MarkServer]:
    found = MarkServer(MarkSettings(port=0, token=TOKEN), marks.put_nowait, lambda: NOW_S)
    yield found
    found.close()


def test_a_start_tells_who_calls_whom(
    timbre: Timbre, server: MarkServer, marks: queue.Queue[Mark], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIMBRE_MARKS_TOKEN", TOKEN)
    ran = timbre("mark", "start", "--agent", "ana", "--caller", "600", "--callee", "900", "--url", server.url)
    assert (ran.status, ran.out.strip()) == (0, "La llamada ha empezado.")
    assert marks.get_nowait() == Mark("start", NOW_S, "600", "900", "ana")


@pytest.mark.parametrize("kind", ["end", "pause", "resume"])
def test_address_and_token_come_from_the_configuration(
    timbre: Timbre, server: MarkServer, marks: queue.Queue[Mark], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.delenv("TIMBRE_MARKS_TOKEN", raising=False)
    monkeypatch.setenv("TIMBRE_CAPTURE__SOUNDCARD__MARKS__TOKEN", TOKEN)
    monkeypatch.setenv("TIMBRE_CAPTURE__SOUNDCARD__MARKS__PORT", server.url.rpartition(":")[2])
    assert timbre("mark", kind).status == 0
    assert marks.get_nowait() == Mark(kind, NOW_S)  # type: ignore[arg-type]  # one of the kinds


def test_a_wrong_token_is_refused_and_never_shown(
    timbre: Timbre, server: MarkServer, marks: queue.Queue[Mark], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIMBRE_MARKS_TOKEN", "another-token")
    ran = timbre("mark", "end", "--url", server.url)
    assert ran.status == 1
    assert "401" in ran.err
    assert "another-token" not in ran.err + ran.out
    assert marks.empty()


def test_without_a_token_nothing_is_asked(timbre: Timbre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TIMBRE_MARKS_TOKEN", raising=False)
    ran = timbre("mark", "end")
    assert ran.status == 1
    assert "TIMBRE_MARKS_TOKEN" in ran.err


def test_nobody_at_the_address_is_said(timbre: Timbre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIMBRE_MARKS_TOKEN", TOKEN)
    ran = timbre("mark", "end", "--url", "http://127.0.0.1:1")
    assert ran.status == 1
    assert "no responde" in ran.err


def test_an_address_that_is_no_web_address_is_wrong_usage(timbre: Timbre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIMBRE_MARKS_TOKEN", TOKEN)
    assert timbre("mark", "end", "--url", "file:///etc/passwd").status == 2
