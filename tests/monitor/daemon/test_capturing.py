from __future__ import annotations

from pathlib import Path

import pytest

from models.call import Outcome
from models.errors import CaptureError, SourceError
from monitor.daemon import capturing as module
from monitor.recorder.recorded import Finished
from tests.audio.fake_source import FakeSource, call, fake
from tests.monitor.daemon.parts import capturing, wait_for

GONE = CaptureError("eth9 is gone", "interface_lost")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AGAIN_S", 0.01)
    monkeypatch.setattr(module, "_POLL_S", 0.01)
    monkeypatch.setattr(module, "_LONGEST_WAIT_S", 0.02)


class Sources:
    """Opens one source after the other; an error instead of one is raised."""

    def __init__(self, *sources: FakeSource | Exception) -> None:
        self.left = list(sources)
        self.opened = 0

    def __call__(self) -> FakeSource:
        self.opened += 1
        found = self.left.pop(0) if len(self.left) > 1 else self.left[0]
        if isinstance(found, Exception):
            raise found
        return found


def finished(root: Path, *sources: FakeSource | Exception, last: FakeSource) -> tuple[module.Capturing, list[Finished]]:
    """Captured until the last source has nothing more to tell, then stopped."""
    one = capturing(root, Sources(*sources, last))
    one.start()
    wait_for(last.drained.is_set)
    assert one.stop(20)
    return one, list(one.recorder.finished())


def test_a_stop_finishes_what_is_open_and_what_the_source_still_tells(tmp_path: Path) -> None:
    events = call()
    source = fake(events[:4])
    source.last_words = events[4:]
    _, (done,) = finished(tmp_path, last=source)
    assert (done.record.outcome, done.recorded.duration_s) == (Outcome.ANSWERED, 2.0)
    assert source.closes


def test_a_source_that_raises_now_and_then_goes_on_with_its_calls(tmp_path: Path) -> None:
    events = call()
    source = fake(events[:3], GONE, events[3:5], ValueError("a defect"), events[5:])
    one, (done,) = finished(tmp_path, last=source)
    assert done.recorded.duration_s == 2.0
    assert one.errors == 2
    assert source.closes == 1


def test_a_source_that_ends_by_itself_is_opened_again_and_its_calls_are_finished(tmp_path: Path) -> None:
    again = fake(call("b", 100.0))
    one, done = finished(tmp_path, fake(call()[:-1], None), last=again)
    assert sorted("end_not_signalled" in call.record.notes for call in done) == [False, True]
    assert one.totals.ended[Outcome.ANSWERED] == 2
    assert one.source is again


def test_a_source_that_fails_and_fails_is_opened_again(tmp_path: Path) -> None:
    again = fake(call("b", 100.0))
    broken = fake(call()[:-1], GONE, GONE, GONE)
    _, done = finished(tmp_path, broken, last=again)
    assert len(done) == 2
    assert broken.closes


def test_until_it_can_be_opened_again_it_does_not_work_and_says_why_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    taken = SourceError("port 5060 is taken")
    sources = Sources(fake(None), taken)
    one = capturing(tmp_path, sources)
    one.start()
    wait_for(lambda: sources.opened > 4)
    assert not one.working
    assert not one.alive
    sources.left = [fake()]
    wait_for(lambda: one.alive)
    assert one.stop(20)
    assert caplog.text.count("port 5060 is taken") == 1


def test_a_source_that_keeps_failing_fills_no_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    source = fake(*(ValueError("again") for _ in range(2)))
    finished(tmp_path, last=source)
    assert caplog.text.count("a round of capture failed") == 1


def test_a_source_that_will_not_close_costs_no_call(tmp_path: Path) -> None:
    class Clinging(FakeSource):
        def close(self) -> None:
            raise OSError("device busy")

    source = Clinging()
    source.answers.append(call()[:-1])
    _, (done,) = finished(tmp_path, last=source)
    assert done.recorded.duration_s == 2.0


def test_a_source_that_talks_for_ever_after_its_closing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Endless(FakeSource):
        def close(self) -> None:
            """It does not hear."""

    monkeypatch.setattr(module, "_DRAIN_S", 0.05)
    source = Endless()
    source.answers.append(call()[:-1])
    _, (done,) = finished(tmp_path, last=source)
    assert done.recorded.duration_s == 2.0


def test_a_lost_device_is_not_alive_and_no_reason_to_start_anew(tmp_path: Path) -> None:
    source = fake(call())
    one = capturing(tmp_path, lambda: source)
    assert not one.working
    one.start()
    wait_for(lambda: one.alive)
    source.up = False
    assert (one.alive, one.working) == (False, True)
    assert one.stop(20)
    assert not one.working


def test_a_source_that_hangs_does_not_work_and_does_not_hold_up_the_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Hanging(FakeSource):
        def poll(self, timeout_s: float) -> tuple[()]:
            self.drained.set()
            module.threading.Event().wait(3)
            return ()

    monkeypatch.setattr(module, "_STUCK_S", 0.05)
    source = Hanging()
    one = capturing(tmp_path, lambda: source)
    one.start()
    wait_for(source.drained.is_set)
    wait_for(lambda: not one.working)
    assert not one.stop(0.2)


def test_what_was_opened_and_never_started_can_be_stopped(tmp_path: Path) -> None:
    source = fake()
    assert capturing(tmp_path, lambda: source).stop(20)
    assert source.closes == 1
