from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from audio.events import Source
from models.errors import CaptureError, SourceError
from models.store import Store
from models.work import State
from monitor.capture.handover import day_label
from monitor.daemon import daemon as module
from monitor.daemon.daemon import Daemon, replace_analysis
from monitor.presence import now
from monitor.recorder.recorder import Recorder
from monitor.settings.sections import Settings
from tests.audio.fake_source import FakeSource, call, fake
from tests.monitor.daemon.parts import settings, wait_for

KEY = "key"


class Sources:
    """What is opened by the name of its source; an error is raised."""

    def __init__(self, **sources: FakeSource | Exception) -> None:
        self.sources = sources

    def __call__(self, name: str, _section: object, _root: Path) -> Source:
        found = self.sources[name]
        if isinstance(found, Exception):
            raise found
        return found


def made(found: Settings, **sources: FakeSource | Exception) -> Daemon:
    return Daemon(found, KEY, open_source=Sources(**sources))


def queued(found: Settings) -> list[tuple[State, str | None]]:
    store = Store(found.database.url)
    batch_id = store.batch_named(day_label(now().strftime("%Y-%m-%d")))
    return [(row.state, row.reason) for row in store.batch_rows(batch_id)] if batch_id else []


def test_calls_of_every_source_are_recorded_and_queued(tmp_path: Path) -> None:
    found = settings(tmp_path, TIMBRE_CAPTURE__SOURCES='["siprec", "soundcard"]')
    first, second = fake(call("a")), fake(call("b"))
    daemon = made(found, siprec=first, soundcard=second)
    daemon.start()
    wait_for(lambda: first.drained.is_set() and second.drained.is_set())
    wait_for(lambda: daemon.status.sources[0].alive)
    assert daemon.any_working
    assert daemon.stop()
    assert daemon.status.handed_over == 2
    assert [state for state, _ in queued(found)] == [State.WAITING, State.WAITING]
    assert not daemon.any_working


def test_calls_that_are_open_at_the_stop_are_finished_and_queued_by_it(tmp_path: Path) -> None:
    found = settings(tmp_path)
    source = fake(call()[:-1])
    daemon = made(found, siprec=source)
    daemon.start()
    wait_for(source.drained.is_set)
    assert daemon.stop()
    assert len(queued(found)) == 1
    assert list((tmp_path / "captured" / "siprec" / "live").iterdir()) == []


def test_the_next_start_finishes_what_a_crash_left_and_queues_it(tmp_path: Path) -> None:
    found = settings(tmp_path)
    crashed = made(found, siprec=fake(call()[:-1]))
    one = crashed._capturing[0]
    one.loop.step(0.0)
    assert one.recorder.stop(20)  # what was open stays in live/, as after a crash
    for lock in crashed._locks:
        lock.release()
    daemon = made(found, siprec=fake())
    daemon.start()
    wait_for(lambda: daemon.status.handed_over == 1)
    assert daemon.stop()
    (document,) = (tmp_path / "captured").rglob("*.call.json")
    assert "repaired" in json.loads(document.read_text())["call"]["notes"]


def test_two_daemons_on_one_folder_are_one_too_many_and_the_first_is_not_disturbed(tmp_path: Path) -> None:
    found = settings(tmp_path)
    source = fake(call()[:-1])
    first = made(found, siprec=source)
    first.start()
    wait_for(source.drained.is_set)
    opened = fake()
    with pytest.raises(SourceError) as refused:
        made(found, siprec=opened)
    assert (refused.value.code, opened.polls) == ("folder_in_use", 0)
    assert list((tmp_path / "captured" / "siprec" / "live").iterdir())
    assert first.stop()
    assert made(found, siprec=fake()).stop()


def test_one_source_that_cannot_be_opened_lets_go_of_the_others(tmp_path: Path) -> None:
    found = settings(tmp_path, TIMBRE_CAPTURE__SOURCES='["siprec", "soundcard"]')
    opened = fake()
    with pytest.raises(CaptureError):
        made(found, siprec=opened, soundcard=CaptureError("gone"))
    assert opened.closes
    assert made(found, siprec=fake(), soundcard=fake()).stop()


def test_a_folder_that_cannot_be_made_is_an_error_that_says_which(tmp_path: Path) -> None:
    (tmp_path / "captured").write_text("a file where the folder should be")
    with pytest.raises(SourceError, match="captured") as refused:
        made(settings(tmp_path), siprec=fake())
    assert refused.value.code == "folder_unwritable"


def test_a_source_named_twice_is_captured_once(tmp_path: Path) -> None:
    daemon = made(settings(tmp_path, TIMBRE_CAPTURE__SOURCES='["siprec", "siprec"]'), siprec=fake())
    assert daemon.sources == ("siprec",)
    assert daemon.stop()


def test_dropped_packets_are_an_alarm_from_the_next_second_on(tmp_path: Path) -> None:
    source = fake()
    daemon = made(settings(tmp_path), siprec=source)
    daemon.start()
    wait_for(lambda: daemon.status.healthy)
    source.counts.dropped += 7
    daemon.beat()
    assert daemon.status.alarms == ("packets_dropped",)
    assert daemon.stop()


def test_a_store_that_is_away_is_an_alarm_and_no_call_is_lost(tmp_path: Path) -> None:
    found = settings(tmp_path)
    (tmp_path / "timbre.db").write_text("this is no database, and it is long enough to be seen as none")
    source = fake(call())
    daemon = made(found, siprec=source)
    daemon.start()
    source.at_s += 60.0
    wait_for(lambda: "store_unavailable" in daemon.status.alarms and daemon.status.waiting == 1)
    assert daemon.stop()
    (tmp_path / "timbre.db").unlink()
    again = made(found, siprec=fake())
    again.start()
    wait_for(lambda: again.status.handed_over == 1)
    assert again.stop()


def test_a_second_recorder_never_writes_where_a_lock_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made_ones: list[Any] = []

    class Watched(Recorder):
        def __init__(self, *arguments: Any) -> None:
            made_ones.append(arguments)
            super().__init__(*arguments)

    monkeypatch.setattr(module, "Recorder", Watched)
    first = made(settings(tmp_path), siprec=fake())
    with pytest.raises(SourceError):
        made(settings(tmp_path), siprec=fake())
    assert len(made_ones) == 1
    assert first.stop()


def test_what_is_read_again_leaves_capture_as_it_is(tmp_path: Path) -> None:
    running = settings(tmp_path)
    read = settings(tmp_path, TIMBRE_DAEMON__STOP_S="7", TIMBRE_CAPTURE__SOURCES='["ring"]', TIMBRE_ANALYSIS__JOBS="3")
    after = replace_analysis(running, read)
    assert (after.capture, after.daemon) == (running.capture, running.daemon)
    assert after.analysis.jobs == 3
