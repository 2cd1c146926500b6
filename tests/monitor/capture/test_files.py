from __future__ import annotations

from pathlib import Path

import pytest
import soundfile

from audio.packets.capture_files import FoundCapture
from models.call import Outcome
from models.errors import CaptureError
from monitor.capture import files
from monitor.capture.files import CapturedFile, calls_in
from monitor.settings.capture import CaptureSection
from tests.audio.packets.wire import pcap
from tests.audio.sip.flows import Dialog, answered_call
from tests.audio.sniffing.traffic import VOICE_S, signalled, whole_call

SECTION = CaptureSection()


def capture(path: Path, frames: object = None) -> FoundCapture:
    path.write_bytes(pcap(whole_call() if frames is None else frames))  # type: ignore[arg-type] # frames
    return FoundCapture((path,))


def calls(found: FoundCapture, tmp_path: Path, section: CaptureSection = SECTION) -> CapturedFile:
    return calls_in(found, tmp_path / "files", section)


def test_the_call_of_a_capture_is_a_recording_under_the_captures_name(tmp_path: Path) -> None:
    (found,) = calls(capture(tmp_path / "shift.pcap"), tmp_path).recordings
    assert found.name == "shift.pcap"
    assert found.call is not None
    assert (found.call.outcome, found.source) == (Outcome.ANSWERED, "capture_file")
    assert soundfile.info(found.files[0]).duration == pytest.approx(VOICE_S, abs=0.02)


def test_calls_of_one_capture_are_numbered_in_the_order_in_which_they_began(tmp_path: Path) -> None:
    later = [signalled(seen) for seen in answered_call(Dialog(call_id="call-2@192.0.2.10"), start_s=2000.0)]
    frames = [*whole_call(1000.0), *later, *(frame for frame in whole_call(2000.0) if len(frame[1]) < 300)]
    found = calls(capture(tmp_path / "shift.pcap", sorted(frames)), tmp_path).recordings
    begun = [one.facts.started_at for one in found]
    assert [one.name for one in found] == ["shift-1.pcap", "shift-2.pcap"]
    assert begun == sorted(begun, key=str)


def test_calls_without_sound_are_counted_apart(tmp_path: Path) -> None:
    found = calls(capture(tmp_path / "a.pcap", [signalled(seen) for seen in answered_call(start_s=1000.0)]), tmp_path)
    assert (found.recordings, found.silent) == ((), 1)


def test_a_capture_that_was_cut_short_is_read_as_far_as_it_goes_and_says_so(tmp_path: Path) -> None:
    whole = capture(tmp_path / "a.pcap")
    whole.files[0].write_bytes(whole.files[0].read_bytes()[:-3])
    found = calls(whole, tmp_path)
    assert found.notes == ("truncated",)
    assert found.recordings[0].notes == ("capture_truncated",)


def test_a_run_that_was_broken_off_is_begun_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = capture(tmp_path / "a.pcap")
    with monkeypatch.context() as patch:
        patch.setattr(files, "_told", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            calls(found, tmp_path)
    assert len(calls(found, tmp_path).recordings) == 1


def test_other_settings_record_anew_and_leave_the_first_as_it_was(tmp_path: Path) -> None:
    found = capture(tmp_path / "a.pcap")
    first = calls(found, tmp_path)
    other = SECTION.model_copy(update={"folder": "elsewhere"})
    second = calls(found, tmp_path, other)
    assert first.recordings[0].files != second.recordings[0].files
    assert first.recordings[0].files[0].exists()


def test_what_is_no_capture_is_refused_and_leaves_nothing_half_done(tmp_path: Path) -> None:
    path = tmp_path / "a.pcap"
    path.write_bytes(b"no capture at all, but long enough to be looked at")
    for _ in range(2):
        with pytest.raises(CaptureError):
            calls(FoundCapture((path,)), tmp_path)
