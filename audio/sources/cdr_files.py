"""Files of call detail records, known by their content."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator
from datetime import tzinfo
from io import StringIO
from pathlib import Path
from typing import Any

from audio.sources.cdr import Cdr, CdrIndex, Cdrs
from audio.sources.cdr_asterisk import asterisk_rows
from audio.sources.cdr_freeswitch import json_row, xml_row
from audio.sources.cdr_queue_log import queue_log_rows
from audio.sources.cdr_rtpengine import rtpengine_row
from models.errors import CdrError

_MOST_BYTES = 256 << 20
_MOST_BYTES_BESIDE = 16 << 20
"""Of a file that merely lies beside recordings and was not asked for."""
_MOST_ROWS = 2_000_000
_MOST_BESIDE = 2000
_QUEUE_LOG = re.compile(r"\d{9,10}(?:\.\d+)?\|")
_BESIDE = re.compile(r"master\.csv|cdr.*\.csv|queue_log.*|.+\.cdr\.(?:json|xml)", re.IGNORECASE)


def read_cdrs(path: Path, zone: tzinfo, most_bytes: int = _MOST_BYTES) -> Cdrs:
    """The records of one file; times that name no zone are `zone`'s.

    Asterisk's Master.csv, FreePBX's exports, queue_log, FreeSWITCH's JSON (one document, a list or one a line) and XML,
    and rtpengine's metadata.

    Raises:
        CdrError: `cdr_unreadable`, where the file cannot be read, is too large, or holds no such records.
    """
    text = _text(path, most_bytes)
    try:
        found = list(_capped(_rows(path.stem, text, zone)))
    except (csv.Error, ValueError, RecursionError) as error:
        raise CdrError(f"{path.name}: {error}") from error
    rows = tuple(row for row in found if row is not None)
    if found and not rows:
        raise CdrError(f"{path.name} holds no call detail records that are known")
    return Cdrs(rows, len(found) - len(rows))


def folder_cdrs(folder: Path, zone: tzinfo) -> tuple[CdrIndex, bool]:
    """The records that lie beside recordings, and whether a file of them could not be read."""
    try:
        paths = sorted(path for path in folder.iterdir() if _BESIDE.fullmatch(path.name) and path.is_file())
    except OSError:
        return CdrIndex(), False
    rows: list[Cdr] = []
    broken = False
    for path in paths[:_MOST_BESIDE]:
        try:
            rows += read_cdrs(path, zone, _MOST_BYTES_BESIDE).rows
        except CdrError:
            broken = True
    return CdrIndex.of(rows), broken


def _text(path: Path, most_bytes: int) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(most_bytes + 1)
    except OSError as error:
        raise CdrError(f"{path.name}: {error.strerror}") from error
    if len(raw) > most_bytes:
        raise CdrError(f"{path.name} is larger than {most_bytes >> 20} MiB: divide it")
    return raw.decode("utf-8-sig", errors="replace").replace("\0", "")


def _rows(stem: str, text: str, zone: tzinfo) -> Iterator[Cdr | None]:
    start = text.lstrip()[:64]
    if start.startswith(("{", "[")):
        return (json_row(one) if isinstance(one, dict) else None for one in _documents(text))
    if start.startswith("<"):
        return iter([xml_row(text)])
    if _QUEUE_LOG.match(start):
        return queue_log_rows(text.splitlines())
    if stem.lower().startswith("rtpengine-meta-"):
        return iter([rtpengine_row(stem, text)])
    return asterisk_rows(StringIO(text, newline=""), zone)


def _documents(text: str) -> Iterator[Any]:
    """One JSON document, a list of them, or one a line."""
    try:
        whole = json.loads(text)
    except ValueError:
        yield from (_document(line) for line in text.splitlines() if line.strip())
    else:
        yield from whole if isinstance(whole, list) else [whole]


def _document(line: str) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _capped(rows: Iterable[Cdr | None]) -> Iterator[Cdr | None]:
    for count, row in enumerate(rows):
        if count >= _MOST_ROWS:
            raise ValueError(f"more than {_MOST_ROWS} rows: divide it")
        yield row
