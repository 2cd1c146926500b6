"""Calls, turns and findings as tables for other programs: CSV and Parquet, a unit in every column's name."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from reports.draft import replaced
from reports.table_rows import CALLS, FINDINGS, TURNS, Column, Row, call_row, finding_rows, turn_rows

_TYPES = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    datetime: pa.timestamp("ms", tz="UTC"),
}
_ROWS_AT_ONCE = 2000
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_tables(documents: Iterable[dict[str, Any]], folder: Path) -> tuple[Path, ...]:
    """Write `calls`, `turns` and `findings`, each as `.csv` and `.parquet`, and return their paths.

    Documents are taken one by one and rows written by the thousand, so that any number fits in
    memory. The files appear complete or not at all. CSV is UTF-8 with a header, empty where
    unknown; text that a spreadsheet would run as a formula has an apostrophe before it (OWASP,
    CSV Injection), in CSV alone.

    Raises:
        OSError: where the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        calls, turns, findings = (
            stack.enter_context(_Table(folder, name, columns))
            for name, columns in (("calls", CALLS), ("turns", TURNS), ("findings", FINDINGS))
        )
        for document in documents:
            calls.add([call_row(document)])
            turns.add(turn_rows(document))
            findings.add(finding_rows(document))
    return tuple(folder / f"{name}.{kind}" for name in ("calls", "turns", "findings") for kind in ("csv", "parquet"))


def neutralised(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula, made plain text; all else as it is."""
    if isinstance(value, str) and value.startswith(_STARTS_FORMULA):
        return "'" + value
    return value.isoformat() if isinstance(value, datetime) else value


def _encodable(value: Any) -> Any:
    """Names of files may hold bytes that are no UTF-8, which neither form can carry."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


class _Table:
    """One table in its two forms, filled row by row."""

    def __init__(self, folder: Path, name: str, columns: tuple[Column, ...]) -> None:
        self._columns = columns
        self._schema = pa.schema([(name, _TYPES[kind]) for name, kind in columns])
        self._paths = {kind: folder / f"{name}.{kind}" for kind in ("csv", "parquet")}
        self._rows: list[Row] = []
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        drafts = {kind: self._stack.enter_context(replaced(path)) for kind, path in self._paths.items()}
        file = self._stack.enter_context(drafts["csv"].open("w", encoding="utf-8", newline=""))
        self._csv = csv.writer(file, lineterminator="\r\n")
        self._csv.writerow(self._schema.names)
        self._parquet = self._stack.enter_context(pq.ParquetWriter(drafts["parquet"], self._schema, compression="zstd"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        if kind is None:
            self._flush()
        return self._stack.__exit__(kind, error, trace)

    def add(self, rows: Iterable[Row]) -> None:
        self._rows.extend({name: _encodable(value) for name, value in row.items()} for row in rows)
        if len(self._rows) >= _ROWS_AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        names = self._schema.names
        self._csv.writerows([neutralised(row[name]) for name in names] for row in self._rows)
        self._parquet.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
        self._rows.clear()
