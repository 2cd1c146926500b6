from __future__ import annotations

from pathlib import Path

import pytest

from models.call import CallRecord, Outcome
from monitor.recorder.documents import document
from monitor.recorder.recorded import Part, Recorded
from tests.monitor.conftest import Timbre

EPOCH_S = 1768471200  # 2026-01-15 10:00:00 UTC


def row(number: int, caller: str, talk_s: int = 60) -> str:
    minute = f"{number:02d}"
    return (
        f'"","{caller}","1001","from-trunk","","PJSIP/trunk-1","PJSIP/1001-2","Dial","","2026-01-15 10:{minute}:00",'
        f'"2026-01-15 10:{minute}:05","2026-01-15 10:{minute}:59",{talk_s + 5},{talk_s},"ANSWERED","3",'
        f'"{EPOCH_S + number * 60}.{number}",""\n'
    )


@pytest.fixture
def records(tmp_path: Path) -> Path:
    path = tmp_path / "Master.csv"
    path.write_text(row(0, "600111222") + row(1, "600333444"), encoding="utf-8")
    return path


def keep(folder: Path, call_id: str, at_s: float, caller: str, duration_s: float = 62.0) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    recorded = Recorded(call_id, at_s, duration_s, 8000, (Part(folder / f"{call_id}.wav", 0.0, duration_s),))
    record = CallRecord(call_id, "sip", Outcome.ANSWERED, ("sip-call-id",), caller=caller, callee="1001")
    (folder / f"{call_id}.call.json").write_bytes(document(record, recorded))


def test_all_calls_captured_is_status_0(
    timbre: Timbre, records: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIMBRE_CAPTURE__FOLDER", str(tmp_path / "captured"))
    keep(tmp_path / "captured" / "done", "a", EPOCH_S + 2, "+34600111222")
    keep(tmp_path / "captured" / "done", "b", EPOCH_S + 61, "+34600333444")
    ran = timbre("reconcile", "--cdr", records)
    assert ran.status == 0
    assert "2 llamadas tienen su grabación; 0 sin grabación" in ran.out


def test_a_call_without_a_recording_is_named_and_is_status_1(timbre: Timbre, records: Path, tmp_path: Path) -> None:
    keep(tmp_path / "kept", "a", EPOCH_S + 2, "600111222")
    ran = timbre("reconcile", "--cdr", records, tmp_path / "kept")
    assert ran.status == 1
    assert "sin grabación" in ran.out
    assert f"{EPOCH_S + 60}.1" in ran.out
    assert "600333444" not in ran.out


def test_recordings_of_others_are_found_by_the_id_in_their_names(timbre: Timbre, records: Path, tmp_path: Path) -> None:
    folder = tmp_path / "monitor"
    folder.mkdir()
    for number, caller in enumerate(("600111222", "600333444")):
        name = f"in-900123456-{caller}-20260115-1000{number}0-{EPOCH_S + number * 60}.{number}.wav"
        (folder / name).write_bytes(b"RIFF")
    assert timbre("reconcile", "--cdr", records, folder, "--json").json["matched"] == 2


def test_a_program_gets_everything_as_one_value(timbre: Timbre, records: Path, tmp_path: Path) -> None:
    keep(tmp_path / "kept", "a", EPOCH_S + 2, "600111222", duration_s=20.0)
    ran = timbre("reconcile", "--cdr", records, tmp_path / "kept", "--json")
    assert ran.status == 1
    assert ran.json["differing"][0]["call"] == {
        "id": "a",
        "started_at": "2026-01-15T10:00:02+00:00",
        "duration_s": 20.0,
    }
    assert [one["ids"] for one in ran.json["unrecorded"]] == [[f"{EPOCH_S + 60}.1"]]
    assert ran.json["unreadable_rows"] == 0


def test_a_file_that_holds_no_records_is_told_in_words(timbre: Timbre, tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text("hello\n", encoding="utf-8")
    ran = timbre("reconcile", "--cdr", path)
    assert ran.status == 1
    assert "Los registros de llamadas no se pueden leer." in ran.err
