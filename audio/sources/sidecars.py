"""What a file beside a recording says of the call: `<name>.json`, or a folder's CSV with a `file` column."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

from audio.sources.names import within_reason
from models.recording import CallFacts

UNREADABLE = "sidecar_unreadable"
_TEXTS = ("agent_id", "queue", "caller", "callee")
_FIELDS = (*_TEXTS, "started_at", "ring_to_answer_s")
_LONGEST_TEXT = 128
_LONGEST_RING_S = 3600.0
_MOST_JSON_BYTES = 1 << 20
_MOST_CSV_BYTES = 1 << 22
_MOST_TABLES = 10
_HEADER_CHARACTERS = 4096


@dataclass(frozen=True, slots=True)
class Said:
    """Facts and what was wrong with their file."""

    facts: CallFacts = field(default_factory=CallFacts)
    notes: tuple[str, ...] = ()


_BROKEN = Said(notes=(UNREADABLE,))


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a folder's CSV files by the recording's name in lower case."""

    rows: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def said(self, names: Iterable[str], zone: tzinfo) -> Said:
        """The facts of the first of the names that has a row."""
        row = next((row for name in names if (row := self.rows.get(name.lower()))), {})
        found = said_of(row, zone)
        return replace(found, notes=(*self.notes, *found.notes))


def merged(*facts: CallFacts) -> CallFacts:
    """Field by field what the first says that says anything."""
    values = {item.name: [getattr(said, item.name) for said in facts] for item in fields(CallFacts)}
    return CallFacts(**{name: next((one for one in many if one is not None), None) for name, many in values.items()})


def said_of(values: Mapping[str, Any], zone: tzinfo) -> Said:
    """The facts in named values; a value that cannot be right is left out and noted."""
    found, broken = CallFacts(), False
    for name in _FIELDS:
        value = values.get(name)
        if value is None or value == "":
            continue
        try:
            found = replace(found, **{name: _fact(name, value, zone)})
        except (ValueError, TypeError, OverflowError, OSError):
            broken = True
    return Said(found, (UNREADABLE,) if broken else ())


def _fact(name: str, value: Any, zone: tzinfo) -> Any:
    if name == "ring_to_answer_s":
        return _seconds(value)
    if name == "started_at":
        return _moment(value, zone)
    return _text(value)


def _seconds(value: Any) -> float:
    if not isinstance(value, int | float | str) or isinstance(value, bool):
        raise TypeError("not a number")
    seconds = float(value.replace(",", ".") if isinstance(value, str) else value)
    if not 0 <= seconds <= _LONGEST_RING_S:
        raise ValueError("out of range")
    return seconds


def _moment(value: Any, zone: tzinfo) -> datetime:
    try:
        said = datetime.fromisoformat(str(value).strip())
    except ValueError:
        said = datetime.fromtimestamp(float(value), UTC)
    moment = within_reason(said, zone)
    if moment is None:
        raise ValueError("out of range")
    return moment


def _text(value: Any) -> str:
    if not isinstance(value, int | str) or isinstance(value, bool):
        raise TypeError("not a text")
    text = str(value).strip()
    if not 0 < len(text) <= _LONGEST_TEXT or not text.isprintable():
        raise ValueError("not a usable text")
    return text


def json_said(path: Path, zone: tzinfo) -> Said:
    """The facts in a JSON sidecar; none where there is no such file, or it is an analysis of ours."""
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_JSON_BYTES + 1)
        values = json.loads(raw) if len(raw) <= _MOST_JSON_BYTES else None
    except FileNotFoundError:
        return Said()
    except (OSError, ValueError, RecursionError):
        return _BROKEN
    if not isinstance(values, dict):
        return _BROKEN
    return Said() if str(values.get("schema", "")).startswith("timbre.") else said_of(values, zone)


def folder_table(folder: Path) -> Table:
    """All rows of the CSV files of one folder that have a `file` column; the first row of a recording counts."""
    rows: dict[str, Mapping[str, str]] = {}
    notes: tuple[str, ...] = ()
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv")
    except OSError:
        return Table()
    for path in paths[:_MOST_TABLES]:
        try:
            for row in _rows(path):
                rows.setdefault(row["file"].strip().lower(), row)
        except (OSError, ValueError, csv.Error):
            notes = (UNREADABLE,)
    return Table(rows, notes)


def _rows(path: Path) -> list[Mapping[str, str]]:
    with path.open("rb") as file:
        raw = file.read(_MOST_CSV_BYTES + 1)
    lines = _decoded(raw).splitlines()
    header = lines[0][:_HEADER_CHARACTERS] if lines else ""
    delimiter = max(",;\t", key=header.count)
    names = [name.strip().strip('"').lower() for name in header.split(delimiter)]
    if "file" not in names:
        return []
    if len(raw) > _MOST_CSV_BYTES:
        raise ValueError("too large")
    table = csv.DictReader(lines[1:], names, restkey="", restval="", delimiter=delimiter)
    return [{name: row[name] for name in ("file", *_FIELDS) if isinstance(row.get(name), str)} for row in table]


def _decoded(raw: bytes) -> str:
    """UTF-8, or what spreadsheets on Windows write."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")
