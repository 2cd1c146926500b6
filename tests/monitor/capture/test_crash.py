from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.call import Outcome
from models.plain import plain
from models.recording import Party
from monitor.calls.state import CallChanged, CallOpened, CallState
from monitor.calls.tracker import CallTracker
from monitor.capture.crash import _state, record_after_crash
from monitor.capture.loop import CaptureLoop
from monitor.recorder.recorded import Recorded
from monitor.recorder.recorder import Recorder
from monitor.recorder.repair import repair
from tests.audio.fake_source import START_S, call, fake
from tests.monitor.calls.replaying import NAMES, play
from tests.monitor.recorder.calls import INLINE

RECORDED = Recorded("call", START_S + 2.5, 2.0, 8000, ())


def journalled(state: CallState) -> dict[str, object]:
    """As the journal gives it back."""
    found: dict[str, object] = json.loads(json.dumps(plain(state)))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_state_of_a_call_is_read_from_the_journal_as_it_was(name: str) -> None:
    states = [change.call for change in play(name).changes if isinstance(change, CallOpened | CallChanged)]
    assert states
    assert [_state(journalled(state)) for state in states] == states


def test_a_call_that_a_crash_cut_off_is_recorded_with_all_that_was_known(tmp_path: Path) -> None:
    source = fake(call()[:-1])
    loop = CaptureLoop(source, CallTracker("sip"), Recorder(tmp_path, INLINE))
    loop.step(0.0)
    (finished,) = repair(tmp_path, record_after_crash).finished
    record = finished.record
    assert (record.outcome, record.ring_to_answer_s, record.caller) == (Outcome.ANSWERED, 2.0, "600111222")
    assert set(record.notes) >= {"repaired", "end_not_signalled"}
    assert record.moments[-1].kind == "ended"
    assert record.moments[-1].at_s == pytest.approx(2.0)
    assert record.channels == (Party.CUSTOMER, Party.AGENT)


def test_a_call_whose_end_was_told_keeps_its_end() -> None:
    (state,) = play("inbound_answered").closed
    record = record_after_crash(RECORDED, [journalled(state)])
    assert record.ended_by is Party.CUSTOMER
    assert "end_not_signalled" not in record.notes


def test_the_last_word_that_can_be_read_counts() -> None:
    (state,) = play("inbound_answered").closed
    cut_short = {"id": state.id, "legs": "damaged"}
    assert record_after_crash(RECORDED, [journalled(state), cut_short]).outcome is Outcome.ANSWERED


def test_without_a_journal_the_sound_is_kept_under_a_bare_record() -> None:
    record = record_after_crash(RECORDED, [])
    assert (record.id, record.caller) == ("call", None)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(["id", "source", "legs", "streams", "notes", "x"]), JSON))
def test_whatever_a_damaged_journal_says_there_is_a_record(signal: dict[str, object]) -> None:
    assert record_after_crash(RECORDED, [signal]).id
