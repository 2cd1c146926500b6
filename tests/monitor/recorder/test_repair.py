from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from models.call import CallRecord, Moment, Outcome
from models.span import Span
from monitor.recorder.documents import read_document
from monitor.recorder.header import HEADER_BYTES
from monitor.recorder.recorded import Recorded
from monitor.recorder.repair import repair
from tests.monitor.recorder.calls import T0, closed, header, ramp, recorder, sound, table
from tests.monitor.recorder.story import tree


def cut_short(root: Path) -> None:
    """A call of 0.5 s on both sides whose recorder is gone."""
    rec = recorder(root)
    rec.open("call", T0, source="sip")
    rec.note("call", {"kind": "answered", "at_s": T0 + 0.7})
    rec.write("call", 0, sound(1.0, ramp(4000), concealed=(Span(0.1, 0.12),)))
    rec.write("call", 1, sound(1.0, ramp(4000, 7)))
    rec.missing("call", 1, T0 + 1.2, T0 + 1.3, "lost")
    rec.flush(T0)


def wav(root: Path) -> Path:
    (path,) = (root / "live").glob("*.wav")
    return path


def test_nothing_to_repair_is_no_work(tmp_path: Path) -> None:
    assert repair(tmp_path).finished == ()
    assert list(tmp_path.iterdir()) == []


def test_a_call_cut_short_is_finished_with_its_marks(tmp_path: Path) -> None:
    cut_short(tmp_path)
    (finished,) = repair(tmp_path).finished
    record, recorded = read_document(finished.document)
    assert np.array_equal(table(recorded.paths[0])[:, 0], ramp(4000))
    assert recorded.started_s == T0 + 1.0
    assert [(round(s.start_s, 3), round(s.end_s, 3)) for s in recorded.concealed[0]] == [(0.1, 0.12)]
    assert [gap.reason for gap in recorded.missing[1]] == ["lost"]
    assert (record.source, record.notes) == ("sip", ("lost", "repaired"))


def test_the_journals_signals_make_the_record(tmp_path: Path) -> None:
    def make(recorded: Recorded, signals: Sequence[dict[str, Any]]) -> CallRecord:
        moments = tuple(Moment(signal["kind"], signal["at_s"] - recorded.started_s) for signal in signals)
        return CallRecord(recorded.call_id, "sip", Outcome.ANSWERED, moments=moments)

    cut_short(tmp_path)
    (finished,) = repair(tmp_path, make).finished
    assert finished.record.notes == ("repaired",)
    ((kind, at_s),) = ((moment.kind, moment.at_s) for moment in finished.record.moments)
    assert kind == "answered"
    assert abs(at_s - -0.3) < 1e-6


def test_a_second_repair_changes_nothing(tmp_path: Path) -> None:
    cut_short(tmp_path)
    repair(tmp_path)
    before = tree(tmp_path)
    assert repair(tmp_path).finished == ()
    assert tree(tmp_path) == before


def test_a_healthy_file_keeps_every_byte(tmp_path: Path) -> None:
    cut_short(tmp_path)
    content = wav(tmp_path).read_bytes()
    (finished,) = repair(tmp_path).finished
    assert finished.recorded.paths[0].read_bytes() == content


def test_sound_that_the_header_does_not_count_yet_is_counted(tmp_path: Path) -> None:
    cut_short(tmp_path)
    with wav(tmp_path).open("ab") as file:
        file.write(np.full((100, 2), 5, "<i2").tobytes() + b"\x05")  # and a torn frame
    (finished,) = repair(tmp_path).finished
    path = finished.recorded.paths[0]
    assert header(path).frames == 4100
    assert path.stat().st_size == HEADER_BYTES + 4100 * 4


def test_a_header_that_never_came_is_made_from_the_journal(tmp_path: Path) -> None:
    cut_short(tmp_path)
    with wav(tmp_path).open("r+b") as file:
        file.write(bytes(HEADER_BYTES))
    (finished,) = repair(tmp_path).finished
    assert np.array_equal(table(finished.recorded.paths[0])[:, 1], ramp(4000, 7))
    assert finished.recorded.started_s == T0 + 1.0


def test_without_its_journal_a_file_still_knows_when_it_was(tmp_path: Path) -> None:
    cut_short(tmp_path)
    (tmp_path / "live" / "call.jsonl").unlink()
    (finished,) = repair(tmp_path).finished
    assert (finished.call_id, finished.recorded.started_s) == ("call", T0 + 1.0)


def test_what_nothing_explains_is_put_aside_and_kept(tmp_path: Path) -> None:
    (tmp_path / "live").mkdir()
    (tmp_path / "live" / "odd.1.wav").write_bytes(b"x" * 5000)
    done = repair(tmp_path)
    assert done.finished == ()
    assert done.damaged == ("odd.1.wav",)
    assert (tmp_path / "damaged" / "odd.1.wav").read_bytes() == b"x" * 5000


def test_a_file_without_sound_is_no_recording(tmp_path: Path) -> None:
    (tmp_path / "live").mkdir()
    (tmp_path / "live" / "call.1.wav").write_bytes(b"")
    assert repair(tmp_path).finished == ()
    assert tree(tmp_path) == {}


def test_torn_lines_and_garbage_in_the_journal_are_passed_over(tmp_path: Path) -> None:
    cut_short(tmp_path)
    journal = tmp_path / "live" / "call.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    odd = [b'{"n": 50, "missing": [7, 1, 2, "x"]}\n', b'{"n": 51, "opened": "never"}\n', b"\xff\xfe\n", b"[1]\n"]
    odd += [b'{"n": 52, "closed": {"folder": "../..", "files": [["a", "b"]]}}\n', b'{"n": 53, "concealed": 4}\n']
    journal.write_bytes(b"".join([*odd, *lines, *odd, lines[0][:10]]))
    (finished,) = repair(tmp_path).finished
    assert [gap.reason for gap in finished.recorded.missing[1]] == ["lost"]
    assert not (tmp_path.parent / "b").exists()


def test_a_call_that_rang_and_had_no_sound_yet_is_finished_too(tmp_path: Path) -> None:
    rec = recorder(tmp_path)
    rec.open("call", T0)
    rec.flush(T0)
    (finished,) = repair(tmp_path).finished
    assert finished.recorded.parts == ()
    assert finished.record.outcome is Outcome.FAILED


def test_finished_recordings_are_left_alone(tmp_path: Path) -> None:
    rec = recorder(tmp_path)
    rec.open("call", T0)
    rec.write("call", 0, sound(0.0, ramp(800)))
    closed(rec)
    before = tree(tmp_path)
    assert repair(tmp_path).finished == ()
    assert tree(tmp_path) == before
