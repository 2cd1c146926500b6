from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import tables
from reports.table_rows import CALLS, FINDINGS, TURNS
from reports.tables import neutralised, write_tables
from tests.builders import (
    AGENT,
    make_analysis,
    make_document,
    make_facts,
    make_mixed_analysis,
    make_recording,
    make_silence,
    make_turn,
    make_verdict,
)
from tests.reports.pages import make_flagged_document


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def parquet_rows(path: Path) -> list[dict[str, Any]]:
    return pq.read_table(path).to_pylist()


def test_three_tables_are_written_in_two_forms(tmp_path: Path) -> None:
    paths = write_tables([make_document()], tmp_path / "tables")
    assert sorted(path.name for path in paths) == [
        "calls.csv",
        "calls.parquet",
        "findings.csv",
        "findings.parquet",
        "turns.csv",
        "turns.parquet",
    ]
    assert sorted(paths) == sorted((tmp_path / "tables").iterdir())


def test_a_call_is_a_row_with_typed_columns(tmp_path: Path) -> None:
    write_tables([make_document()], tmp_path)
    (row,) = parquet_rows(tmp_path / "calls.parquet")
    assert row["started_at"] == datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    assert (row["rings"], row["ring_to_answer_s"], row["agent_level_dbov"]) == (2, 6.0, -26.0)
    assert (row["score"], row["steps_met"], row["steps_not_met"]) == (66.7, 2, 1)
    assert row["both_talk_s"] is None


def test_a_negative_number_stays_a_number_in_csv(tmp_path: Path) -> None:
    write_tables([make_document()], tmp_path)
    (row,) = csv_rows(tmp_path / "calls.csv")
    assert row["agent_level_dbov"] == "-26.0"


def test_a_row_is_known_by_its_recording_in_every_table(tmp_path: Path) -> None:
    write_tables([make_document()], tmp_path)
    for name in ("calls", "turns", "findings"):
        rows = csv_rows(tmp_path / f"{name}.csv")
        assert rows
        assert {row["recording_id"] for row in rows} == {"ab" * 8}


def test_csv_and_parquet_hold_the_same_rows(tmp_path: Path) -> None:
    write_tables([make_flagged_document(), make_document(verdict=None)], tmp_path)
    for name, columns in (("calls", CALLS), ("turns", TURNS), ("findings", FINDINGS)):
        written, typed = csv_rows(tmp_path / f"{name}.csv"), parquet_rows(tmp_path / f"{name}.parquet")
        assert list(written[0]) == list(typed[0]) == [column for column, _ in columns]
        assert [
            {key: str(neutralised(value)) if value is not None else "" for key, value in row.items()} for row in typed
        ] == written


def test_a_silence_and_music_are_summed_apart(tmp_path: Path) -> None:
    silences = (make_silence(10.0, 14.0), make_silence(20.0, 50.0, "music"), make_silence(50.0, 55.5))
    write_tables([make_document(analysis=make_analysis(silences=silences))], tmp_path)
    (row,) = parquet_rows(tmp_path / "calls.parquet")
    assert (row["silences"], row["silence_s"], row["music_s"]) == (2, 9.5, 30.0)


def test_a_mixed_call_has_its_measures_in_columns_of_both(tmp_path: Path) -> None:
    write_tables([make_document(analysis=make_mixed_analysis())], tmp_path)
    (row,) = parquet_rows(tmp_path / "calls.parquet")
    assert (row["channels"], row["both_level_dbov"], row["agent_level_dbov"]) == ("both", -26.0, None)


def test_turns_are_numbered_and_their_words_counted(tmp_path: Path) -> None:
    turns = (make_turn(AGENT, 1.0, "Buenos días"), make_turn(AGENT, 5.0, ""))
    write_tables([make_document(analysis=make_analysis(turns=turns))], tmp_path)
    rows = parquet_rows(tmp_path / "turns.parquet")
    assert [(row["turn"], row["words"], row["text"]) for row in rows] == [(0, 2, "Buenos días"), (1, 0, "")]
    assert rows[0]["mean_probability"] == pytest.approx(0.95)
    assert rows[1]["mean_probability"] is None


def test_findings_have_their_evidence_and_figures(tmp_path: Path) -> None:
    write_tables([make_flagged_document()], tmp_path)
    rows = {(row["kind"], row["id"]): row for row in parquet_rows(tmp_path / "findings.parquet")}
    assert rows["flag", "late_answer"]["measured"] == 12.3
    assert rows["flag", "late_answer"]["unit"] == "s"
    assert rows["step", "greeting"]["quote"] == "Buenos días"
    assert rows["step", "offer_of_help"]["nearest_start_s"] == 19.0
    assert rows["violation", "blunt_refusal"]["start_s"] == 19.0


@pytest.mark.parametrize("cell", ["=1+1", "+34600", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_that_a_spreadsheet_would_run_is_made_plain(tmp_path: Path, cell: str) -> None:
    recording = make_recording(facts=make_facts(agent_id=cell))
    write_tables([make_document(analysis=make_analysis(recording=recording))], tmp_path)
    assert csv_rows(tmp_path / "calls.csv")[0]["agent_id"] == "'" + cell
    assert parquet_rows(tmp_path / "calls.parquet")[0]["agent_id"] == cell


def test_a_file_name_that_is_no_utf_8_is_carried_as_far_as_it_can_be(tmp_path: Path) -> None:
    write_tables([make_document(analysis=make_analysis(recording=make_recording(file="\udce1.wav")))], tmp_path)
    assert csv_rows(tmp_path / "calls.csv")[0]["file"] == "?.wav"
    assert parquet_rows(tmp_path / "calls.parquet")[0]["file"] == "?.wav"


@given(st.one_of(st.text(), st.text(alphabet="=+-@\t\r1"), st.floats(), st.integers(), st.none()))
def test_no_text_cell_starts_a_formula(value: float | str | None) -> None:
    cell = neutralised(value)
    assert not (isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t", "\r"})


def test_no_documents_give_tables_with_their_columns_alone(tmp_path: Path) -> None:
    write_tables([], tmp_path)
    assert csv_rows(tmp_path / "calls.csv") == []
    assert pq.read_schema(tmp_path / "calls.parquet").names == [name for name, _ in CALLS]


def test_documents_are_taken_one_by_one_and_rows_written_as_they_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "_ROWS_AT_ONCE", 2)
    written: list[int] = []

    def documents() -> Iterator[dict[str, Any]]:
        for _ in range(5):
            written.append(sum(path.stat().st_size for path in tmp_path.glob(".turns.parquet*")))
            yield make_document()

    write_tables(documents(), tmp_path)
    assert written == sorted(written)
    assert written[-1] > written[0]
    assert len(parquet_rows(tmp_path / "turns.parquet")) == 25


def test_a_failure_leaves_no_half_table_and_keeps_the_old_ones(tmp_path: Path) -> None:
    write_tables([make_document()], tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def documents() -> Iterator[dict[str, Any]]:
        yield make_document(verdict=make_verdict())
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError, match="went away"):
        write_tables(documents(), tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
