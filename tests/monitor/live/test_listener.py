"""Live calls below a recorder's folder are heard in turn, and what was heard serves their analysis."""

from dataclasses import replace
from pathlib import Path

import pytest

from models.call import CallRecord
from models.recording import Party
from models.store import Store
from models.work import State
from monitor.capture.handover import Batches, hand_over, recordings_of
from monitor.intake import intake_of
from monitor.live.ear import EarSettings
from monitor.live.listener import Listener, Share, listener
from monitor.live.memory import HEARD
from monitor.live.resuming import forget, resumed
from monitor.pipeline import Tools
from monitor.presence import now
from monitor.recorder.recorded import Recorded
from monitor.recorder.recorder import Recorder
from monitor.recorder.records import bare_record
from monitor.worker import work_through
from tests.fakes import FakeDetector, FakeTranscriber
from tests.monitor.call_files import fake_bench, job_of
from tests.monitor.live.calls import KEY, T0, WordTranscriber, detector, recorder, tell, two_way


def hearing(root: Path, transcriber: WordTranscriber, share: Share | None = None) -> Listener:
    """Its calls go on for ever: nothing depends on the clock."""
    settings = EarSettings(still_s=float("inf"))
    return Listener(detector(), transcriber, [root], KEY, share or Share(), settings)


def begun(root: Path, *call_ids: str) -> Recorder:
    one = recorder(root)
    for call_id in call_ids:
        one.open(call_id, T0)
        tell(one, call_id, two_way(100.0))
    return one


def steps(one: Listener) -> int:
    """How often there was something to do, until there was nothing more."""
    return next(count for count in range(100) if not one.step())


def two_channels(recorded: Recorded) -> CallRecord:
    return replace(bare_record(recorded), channels=(Party.AGENT, Party.CUSTOMER))


def test_each_step_reads_at_most_one_window(tmp_path: Path) -> None:
    begun(tmp_path, "one")
    transcriber = WordTranscriber()
    one = hearing(tmp_path, transcriber)
    read = 0
    while one.step():
        assert len(transcriber.reads) - read <= 1
        read = len(transcriber.reads)
    assert read >= 3


def test_calls_are_heard_in_turn(tmp_path: Path) -> None:
    begun(tmp_path, "one", "two", "three")
    one = hearing(tmp_path, WordTranscriber())
    for _ in range(3):
        one.step()
    assert len(list((tmp_path / HEARD).iterdir())) == 3


def test_workers_share_the_calls_and_leave_none_out(tmp_path: Path) -> None:
    begun(tmp_path, *(f"call-{number}" for number in range(8)))
    counts = []
    for index in range(3):
        transcriber = WordTranscriber()
        steps(hearing(tmp_path, transcriber, Share(index, 3)))
        counts.append(len(transcriber.reads))
    alone = WordTranscriber()
    (tmp_path / "again").mkdir()
    begun(tmp_path / "again", *(f"call-{number}" for number in range(8)))
    steps(hearing(tmp_path / "again", alone))
    assert sum(counts) == len(alone.reads)


def test_a_call_that_cannot_be_heard_does_not_keep_others_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(tmp_path, "bad", "good")
    transcriber = WordTranscriber()
    one = hearing(tmp_path, transcriber)
    one.step()
    broken = next(iter(one._calls.values()))  # the one that was looked at first
    monkeypatch.setattr(broken.ear, "detector", None)
    assert steps(one) > 0
    assert transcriber.reads


def test_no_call_is_nothing_to_do(tmp_path: Path) -> None:
    assert not hearing(tmp_path, WordTranscriber()).step()


def test_parts_that_cannot_hear_ahead_hear_nothing(tmp_path: Path) -> None:
    assert listener(Tools(FakeDetector(), FakeTranscriber()), [tmp_path], KEY, (0, 1)) is None
    assert listener(Tools(detector(), WordTranscriber()), [], KEY, (0, 1)) is None


def test_the_end_of_a_call_leaves_little_to_read_and_nothing_on_the_disk(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'timbre.db'}")
    store.migrate()
    root = tmp_path / "captured"
    root.mkdir()
    one = begun(root, "one")
    transcriber = WordTranscriber()
    steps(hearing(root, transcriber))
    one.close("one", two_channels)
    one.flush(T0 + 100)
    batches = Batches()
    (document,) = (root / "done").rglob("*.call.json")
    hand_over(store, document, batches, KEY)
    bench = replace(fake_bench(job_of("", 0, KEY)), tools=Tools(detector(), transcriber))
    before = len(transcriber.reads)
    work_through(store, bench, batches(store), KEY)
    assert [row.state for row in store.batch_rows(batches(store))] == [State.DONE]
    assert before >= 3
    assert len(transcriber.at_the_end) <= 2
    assert list((root / HEARD).iterdir()) == []


def test_a_recording_that_nobody_heard_live_is_analysed_with_the_tools_as_they_are(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'timbre.db'}")
    store.migrate()
    one = begun(tmp_path, "one")
    one.close("one", two_channels)
    one.flush(T0 + 100)
    (document,) = (tmp_path / "done").rglob("*.call.json")
    batch = store.start_batch("b", now())
    store.enqueue(batch, [intake_of(found) for found in recordings_of(document)], KEY, now())
    work = store.claim("w", KEY, now(), lease_s=9)
    assert work is not None
    tools = Tools(detector(), WordTranscriber())
    assert resumed(tools, work) is tools
    forget(work)
