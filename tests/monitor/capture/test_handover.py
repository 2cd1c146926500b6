from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audio.events import LegBegun, LegEnded
from models.call import Side
from models.errors import RecordingError, StoreError
from models.recording import Party
from models.store import Store
from models.work import BatchRow, State
from monitor.calls.tracker import CallTracker
from monitor.capture import handover
from monitor.capture.handover import Batches, day_label, hand_over, recordings_of, waiting
from monitor.capture.loop import CaptureLoop
from monitor.recorder.recorded import RecorderSettings
from monitor.recorder.recorder import Recorder
from tests.audio.fake_source import START_S, call, fake, sound
from tests.monitor.recorder.calls import INLINE

KEY = "key"
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(f"sqlite:///{tmp_path / 'timbre.db'}")
    made.migrate()
    return made


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The moment that it is; to be changed in place."""
    moment = [NOON]
    monkeypatch.setattr(handover, "now", lambda: moment[0])
    return moment


def captured(root: Path, *events: object, settings: RecorderSettings = INLINE) -> list[Path]:
    """Calls recorded below `root`; their documents."""
    source = fake(list(events), None)  # type: ignore[arg-type] # events of any kind
    recorder = Recorder(root, settings)
    loop = CaptureLoop(source, CallTracker("sip"), recorder)
    while loop.step(0.0):
        pass
    assert recorder.stop()
    return sorted(one.document for one in recorder.finished())


def rows(store: Store, day: str = "2026-11-22") -> list[BatchRow]:
    batch_id = store.batch_named(day_label(day))
    return list(store.batch_rows(batch_id)) if batch_id else []


def test_a_finished_call_is_work_with_all_that_is_known_of_it(tmp_path: Path, store: Store) -> None:
    (document,) = captured(tmp_path / "sip", *call())
    assert list(waiting(tmp_path / "sip")) == [document]
    hand_over(store, document, Batches(), KEY)
    assert list(waiting(tmp_path / "sip")) == []
    (row,) = rows(store)
    assert row.state is State.WAITING
    work = store.claim("worker", KEY, NOON, lease_s=60)
    assert work is not None
    assert (work.facts.caller, work.facts.ring_to_answer_s, work.source) == ("600111222", 2.0, "sip")
    assert work.options["agent_channel"] == 1
    assert work.options["call"]["outcome"] == "answered"
    assert work.facts.started_at == datetime.fromtimestamp(START_S + 2.5, UTC)
    assert Path(work.paths[0]).is_file()


def test_a_call_without_sound_is_told_and_not_analysed(tmp_path: Path, store: Store) -> None:
    begun = LegBegun(START_S, "a", "id-a")
    (document,) = captured(tmp_path / "sip", begun, LegEnded(START_S + 3, "a", by=Side.CALLER, reason="bye"))
    hand_over(store, document, Batches(), KEY)
    ((row,), work) = rows(store), store.claim("worker", KEY, NOON, lease_s=60)
    assert (row.state, row.reason, work) == (State.SKIPPED, "no_sound", None)


def test_a_crash_before_the_mark_costs_nothing_and_asks_for_nothing_twice(tmp_path: Path, store: Store) -> None:
    (document,) = captured(tmp_path / "sip", *call())
    batches = Batches()
    hand_over(store, document, batches, KEY)
    (marked,) = tmp_path.rglob("*.queued")
    marked.unlink()
    assert list(waiting(tmp_path / "sip")) == [document]
    hand_over(store, document, Batches(), KEY)
    assert store.claim("one", KEY, NOON, lease_s=60) is not None
    assert store.claim("two", KEY, NOON, lease_s=60) is None


def test_where_the_mark_cannot_be_made_the_call_is_handed_over_all_the_same(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    (document,) = captured(tmp_path / "sip", *call())

    def full(_path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "touch", full)
    hand_over(store, document, Batches(), KEY)
    assert len(rows(store)) == 1


def test_where_the_store_is_away_the_call_waits(tmp_path: Path) -> None:
    (document,) = captured(tmp_path / "sip", *call())
    with pytest.raises(StoreError):
        hand_over(Store("postgresql://nobody@127.0.0.1:1/none"), document, Batches(), KEY)
    assert list(waiting(tmp_path / "sip")) == [document]


def test_a_document_that_cannot_be_read_is_an_error_of_its_own(tmp_path: Path, store: Store) -> None:
    (document,) = captured(tmp_path / "sip", *call())
    document.write_text("{")
    with pytest.raises(RecordingError):
        hand_over(store, document, Batches(), KEY)
    assert list(waiting(tmp_path / "sip")) == [document]


def test_of_a_long_call_every_file_is_a_recording_on_its_own_time_line(tmp_path: Path) -> None:
    """Four seconds of sound in files of three: what happened at 3.5 s happened at 0.5 s of the second."""
    events = [*call(talk_s=2.0)[:-1], sound(4.5, 2.0), LegEnded(START_S + 6.0, "a", by=Side.CALLER, reason="bye")]
    settings = RecorderSettings(durable=False, reserve_bytes=0, reserve_ratio=0.0, part_max_s=3.0)
    (document,) = captured(tmp_path / "sip", *events, settings=settings)
    first, second = recordings_of(document)
    lengths = [len(soundfile.read(one.files[0])[0]) for one in (first, second)]
    assert lengths == [24000, 8000]
    assert (first.facts.ring_to_answer_s, second.facts.ring_to_answer_s) == (2.0, None)
    assert second.facts.started_at is not None
    assert second.facts.started_at.timestamp() == pytest.approx(START_S + 5.5)
    assert first.call is not None
    assert second.call is not None
    assert [moment.at_s for moment in first.call.moments if moment.kind == "ended"] == [pytest.approx(3.5)]
    assert [moment.at_s for moment in second.call.moments if moment.kind == "ended"] == [pytest.approx(0.5)]


def test_spans_of_a_part_are_cut_to_it(tmp_path: Path) -> None:
    missing = handover._shifted
    part = handover.Part(tmp_path, start_s=3.0, duration_s=2.0)
    spans = {Party.AGENT: (handover.Span(2.0, 3.5), handover.Span(4.5, 9.0)), Party.CUSTOMER: (handover.Span(0, 1),)}
    assert missing(spans, part) == {
        Party.AGENT: (handover.Span(0.0, 0.5), handover.Span(1.5, 2.0)),
        Party.CUSTOMER: (),
    }


def test_every_day_has_a_batch_that_a_new_start_goes_on_with(
    tmp_path: Path, store: Store, clock: list[datetime]
) -> None:
    first, second, third = captured(tmp_path / "sip", *(event for n in range(3) for event in call(f"l{n}", n * 0.1)))
    batches = Batches()
    hand_over(store, first, batches, KEY)
    hand_over(store, second, Batches(), KEY)
    clock[0] = datetime(2026, 11, 23, 0, 1, tzinfo=UTC)
    hand_over(store, third, batches, KEY)
    assert (len(rows(store)), len(rows(store, "2026-11-23"))) == (2, 1)


def test_calls_wait_in_the_order_in_which_they_began(tmp_path: Path) -> None:
    root = tmp_path / "sip"
    later = captured(root, *call("b", 100.0))
    earlier = captured(root, *call("a", 0.0))
    assert list(waiting(root)) == [*earlier, *later]


def test_a_recording_holds_what_was_said(tmp_path: Path) -> None:
    (document,) = captured(tmp_path / "sip", *call())
    ((found,),) = [recordings_of(document)]
    spoken, rate_hz = soundfile.read(found.files[0], dtype="int16")
    assert rate_hz == 8000
    assert np.array_equal(spoken[:, 0], sound(2.5, 2.0).samples)
