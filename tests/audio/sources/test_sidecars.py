"""Files beside a recording tell what its name does not."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.sources.sidecars import Said, folder_table, json_said, merged, said_of
from models.recording import CallFacts

BROKEN = ("sidecar_unreadable",)
AT = datetime(2026, 1, 15, 9, 15, tzinfo=UTC)


def sidecar(content: bytes, folder: Path) -> Said:
    path = folder / "call.json"
    path.write_bytes(content)
    return json_said(path, UTC)


def table(content: str | bytes, folder: Path, name: str = "call.wav") -> Said:
    (folder / "calls.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder_table(folder).said([name, Path(name).stem], UTC)


def test_all_fields_of_a_json_sidecar_are_taken(tmp_path: Path) -> None:
    values = {"agent_id": 104, "queue": "soporte", "caller": "+34600000001", "callee": "900100200"}
    values |= {"started_at": "2026-01-15T10:15:00+01:00", "ring_to_answer_s": 6.5, "colour": "red"}
    told = sidecar(json.dumps(values).encode(), tmp_path)
    assert told == Said(CallFacts(AT, "104", "soporte", "+34600000001", "900100200", 6.5))


@pytest.mark.parametrize("moment", [1768468500, "1768468500", "2026-01-15T09:15:00Z", "2026-01-15 09:15"])
def test_a_moment_may_be_iso_or_unix_seconds(moment: Any, tmp_path: Path) -> None:
    assert sidecar(json.dumps({"started_at": moment}).encode(), tmp_path).facts.started_at == AT


def test_no_sidecar_tells_nothing(tmp_path: Path) -> None:
    assert json_said(tmp_path / "call.json", UTC) == Said()


def test_our_own_analysis_is_no_sidecar(tmp_path: Path) -> None:
    assert sidecar(b'{"schema": "timbre.analysis/1", "caller": "1"}', tmp_path) == Said()


@pytest.mark.parametrize(
    "content",
    [b"{", b"\xff\xfe\x00", b"[1]", b"[" * 100_000, b'{"a": ' + b"9" * 5000 + b"}", b" " * (1 << 20) + b"{}"],
    ids=["cut", "no text", "a list", "deep", "huge number", "too large"],
)
def test_a_bad_sidecar_is_a_note(content: bytes, tmp_path: Path) -> None:
    assert sidecar(content, tmp_path) == Said(notes=BROKEN)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ring_to_answer_s", -1),
        ("ring_to_answer_s", 1e9),
        ("ring_to_answer_s", float("nan")),
        ("ring_to_answer_s", True),
        ("started_at", "yesterday"),
        ("started_at", 1e300),
        ("started_at", [1]),
        ("agent_id", {"a": 1}),
        ("agent_id", "x" * 200),
        ("caller", "a\x1b[2Jb"),
    ],
)
def test_a_value_that_cannot_be_right_is_left_out_and_noted(name: str, value: Any) -> None:
    assert said_of({name: value, "queue": "q1"}, UTC) == Said(CallFacts(queue="q1"), BROKEN)


def test_a_row_is_found_by_file_name_or_stem_in_any_case(tmp_path: Path) -> None:
    content = "File;Agent_ID;ring_to_answer_s\nCALL.wav;104;6,5\n"
    assert table(content, tmp_path) == Said(CallFacts(agent_id="104", ring_to_answer_s=6.5))
    assert table(content.replace("CALL.wav", "call"), tmp_path, "call.mp3").facts.agent_id == "104"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_usual_delimiter_and_a_byte_order_mark_are_read(delimiter: str, tmp_path: Path) -> None:
    content = f"\ufefffile{delimiter}queue\ncall.wav{delimiter}soporte\n"
    assert table(content, tmp_path).facts.queue == "soporte"


def test_a_windows_spreadsheet_is_read(tmp_path: Path) -> None:
    assert table("file,agent_id\ncall.wav,Muñoz\n".encode("cp1252"), tmp_path).facts.agent_id == "Muñoz"


def test_the_first_row_of_a_recording_counts(tmp_path: Path) -> None:
    assert table("file,queue\ncall.wav,a\ncall.wav,b\n", tmp_path).facts.queue == "a"


def test_a_table_without_a_file_column_is_none_of_ours(tmp_path: Path) -> None:
    assert table("name,queue\ncall.wav,a\n", tmp_path) == Said()


def test_a_row_cut_short_tells_what_it_has(tmp_path: Path) -> None:
    assert table("file,queue,caller\ncall.wav,a", tmp_path) == Said(CallFacts(queue="a"))


def test_a_table_that_cannot_be_read_is_a_note_on_every_recording(tmp_path: Path) -> None:
    assert table('file,queue\ncall.wav,"' + "x" * 200_000 + '"\n', tmp_path) == Said(notes=BROKEN)
    assert table(b"file,queue\n" + b"call.wav,a\n" * 500_000, tmp_path, "other.wav") == Said(notes=BROKEN)


def test_a_folder_that_is_gone_has_an_empty_table(tmp_path: Path) -> None:
    assert folder_table(tmp_path / "gone").said(["call.wav"], UTC) == Said()


def test_field_by_field_the_first_who_knows_is_believed() -> None:
    first, second = CallFacts(queue="a"), CallFacts(queue="b", caller="1")
    assert merged(first, second) == CallFacts(queue="a", caller="1")


@given(
    st.dictionaries(
        st.sampled_from(["agent_id", "started_at", "ring_to_answer_s"]),
        st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.none(), st.lists(st.integers())),
    )
)
def test_no_value_breaks_the_reading(values: dict[str, Any]) -> None:
    told = said_of(values, UTC)
    assert told.notes in ((), BROKEN)
    assert told.facts.ring_to_answer_s is None or 0 <= told.facts.ring_to_answer_s <= 3600


@given(content=st.binary(max_size=300))
def test_no_bytes_break_a_table(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.getbasetemp()
    assert table(b"file,queue\n" + content, folder).facts.caller is None
