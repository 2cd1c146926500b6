from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from audio.events import LegBegun, LegEnded, LegLearned, LegRinging, SoundMissing, SourceEvent, StreamMeasured
from models.call import DirectionFigures, Outcome, Side
from models.errors import CaptureError
from models.recording import Party
from models.span import Span
from monitor.calls.tracker import CallTracker
from monitor.capture.loop import CaptureLoop
from monitor.recorder.recorded import Finished
from monitor.recorder.recorder import Recorder
from tests.audio.fake_source import START_S, Answer, FakeSource, call, fake, sound
from tests.monitor.recorder.calls import INLINE, table


class Bench:
    """A loop over a fake source, with a real tracker and a real recorder that works in this thread."""

    def __init__(self, folder: Path, *answers: Answer, last_words: Sequence[SourceEvent] = ()) -> None:
        self.source: FakeSource = fake(*answers, last_words=last_words)
        self.recorder = Recorder(folder, INLINE)
        self.loop = CaptureLoop(self.source, CallTracker("sip"), self.recorder)

    def run(self) -> tuple[Finished, ...]:
        """To the end of the source."""
        while self.loop.step(0.0):
            if not self.source.answers:
                self.source.close()
        self.recorder.stop()
        return self.recorder.finished()


def measured(leg: str, side: Side, packets: int, lost: int) -> StreamMeasured:
    figures = DirectionFigures(Party.BOTH, "PCMA", packets, lost, 1, 2, 0.5)
    return StreamMeasured(leg, side, figures, encrypted=lost > 10)


def test_a_call_becomes_a_recording_of_both_sides_with_its_record(tmp_path: Path) -> None:
    bench = Bench(tmp_path, call()[:3], call()[3:])
    (finished,) = bench.run()
    assert finished.record.outcome is Outcome.ANSWERED
    assert finished.record.ring_to_answer_s == 2.0
    assert finished.recorded.duration_s == 2.0
    (spoken, heard) = table(finished.recorded.paths[0]).T
    assert np.array_equal(spoken, sound(2.5, 2.0).samples)
    assert np.array_equal(heard, spoken)
    assert bench.loop.totals.ended == {Outcome.ANSWERED: 1, Outcome.ABANDONED: 0, Outcome.FAILED: 0}


def test_what_was_missing_and_measured_is_in_the_record(tmp_path: Path) -> None:
    events = call()
    missing = SoundMissing("a", Side.CALLEE, START_S + 4.5, START_S + 5.0, "lost")
    figures = [measured("a", Side.CALLER, 100, 3), measured("a", Side.CALLEE, 90, 20)]
    bench = Bench(tmp_path, [*events[:-1], missing, events[-1], *figures])
    (finished,) = bench.run()
    assert finished.record.missing == {Party.AGENT: (Span(2.0, 2.5),)}
    assert finished.record.transport is not None
    assert sorted(one.lost for one in finished.record.transport.directions) == [3, 20]
    totals = bench.loop.totals
    assert (totals.streams, totals.packets, totals.lost, totals.duplicated, totals.reordered) == (2, 190, 23, 2, 4)
    assert totals.encrypted == 1


def test_the_end_of_the_source_ends_what_is_open(tmp_path: Path) -> None:
    bench = Bench(tmp_path, call()[:-1])
    (finished,) = bench.run()
    assert "end_not_signalled" in finished.record.notes
    assert bench.loop.live == ()


def test_live_calls_are_told_while_they_live(tmp_path: Path) -> None:
    bench = Bench(tmp_path, call()[:3], call()[3:5])
    bench.source.at_s = START_S + 2.5
    bench.loop.step(0.0)
    (live,) = bench.loop.live
    assert (live.stage, live.talk_s, live.ring_s) == ("answered", (0.0, 0.0), 2.0)
    bench.source.at_s = START_S + 4.5
    bench.loop.step(0.0)
    (live,) = bench.loop.live
    assert live.talking == (True, True)
    assert live.talk_s[0] == pytest.approx(2.0, abs=0.02)


def test_two_legs_that_turn_out_to_be_one_conversation_become_one_recording(tmp_path: Path) -> None:
    other = [*call("b", 6.0)[:-1], LegLearned(START_S + 11.0, "b", join_keys=("k",))]
    keyed = LegLearned(START_S + 10.9, "a", join_keys=("k",))
    bench = Bench(tmp_path, [*call()[:-1], *other[:-1], keyed, other[-1]])
    (finished,) = bench.run()
    assert {"id-a", "id-b"} == set(finished.record.signalling_ids)
    assert bench.loop.totals.ended[Outcome.ANSWERED] == 1


def test_what_the_source_raises_is_passed_on_and_what_it_told_before_is_kept(tmp_path: Path) -> None:
    bench = Bench(tmp_path, call()[:-1], CaptureError("gone", "interface_lost"), call()[-1:])
    bench.loop.step(0.0)
    with pytest.raises(CaptureError):
        bench.loop.step(0.0)
    (finished,) = bench.run()
    assert finished.recorded.duration_s == 2.0
    assert finished.record.ended_by is Party.CUSTOMER


def test_a_defect_met_with_one_event_costs_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bench = Bench(tmp_path, [LegRinging(START_S, "cursed"), *call()])
    feed = bench.loop._tracker.feed
    monkeypatch.setattr(bench.loop._tracker, "feed", lambda event: 1 / 0 if event.leg == "cursed" else feed(event))
    (finished,) = bench.run()
    assert finished.record.outcome is Outcome.ANSWERED
    assert bench.loop.totals.failures == 1
    assert "an event could not be followed: LegRinging" in caplog.text


def test_endless_defects_do_not_fill_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bench = Bench(tmp_path, [LegRinging(START_S, f"leg{n}") for n in range(500)])
    monkeypatch.setattr(bench.loop._tracker, "feed", lambda _: 1 / 0)
    bench.run()
    assert bench.loop.totals.failures == 500
    assert len([record for record in caplog.records if record.levelno >= logging.ERROR]) == 20


def test_how_calls_ended_is_counted(tmp_path: Path) -> None:
    given_up = [LegBegun(START_S, "b", "id-b"), LegRinging(START_S + 1, "b", status=180)]
    ended = LegEnded(START_S + 9, "b", by=Side.CALLER, reason="bye")
    bench = Bench(tmp_path, [*call(), *given_up, ended])
    bench.run()
    assert sum(bench.loop.totals.ended.values()) == 2
    assert bench.loop.totals.ended[Outcome.ABANDONED] == 1


def test_the_log_of_a_call_holds_no_number(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    Bench(tmp_path, call()).run()
    assert "over" in caplog.text
    assert "600111222" not in caplog.text
    assert "1001" not in caplog.text.replace(str(tmp_path), "")
