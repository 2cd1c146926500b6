"""Where a call's files are, while it lives and after."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from pathlib import Path

LIVE, DONE, DAMAGED = "live", "done", "damaged"
JOURNAL, DOCUMENT, WAV = ".jsonl", ".call.json", ".wav"
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_PART = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9_-]{0,63})\.(?P<part>[1-9]\d{0,8})\.wav")


def file_name(call_id: str) -> str:
    """What its files are called: the id, or a digest of one that a file cannot be called."""
    return call_id if _PLAIN.fullmatch(call_id) else "x" + hashlib.sha256(call_id.encode()).hexdigest()[:31]


def journal_path(live: Path, call_id: str) -> Path:
    return live / f"{file_name(call_id)}{JOURNAL}"


def part_path(live: Path, call_id: str, number: int) -> Path:
    return live / f"{file_name(call_id)}.{number}{WAV}"


def shift_path(path: Path) -> Path:
    """Where a file is written anew; one that is found later is of no use."""
    return path.with_suffix(".tmp")


def part_name(name: str) -> str | None:
    """The file name of the call whose part a file in `live/` is; `None` for any other."""
    found = _PART.fullmatch(name)
    return found["name"] if found else None


def day_folder(started_s: float) -> str:
    return datetime.fromtimestamp(started_s, UTC).strftime("%Y/%m/%d")


def stem(started_s: float, call_id: str) -> str:
    """Sorts by time and tells nobody's number."""
    return f"{datetime.fromtimestamp(started_s, UTC):%Y%m%dT%H%M%SZ}_{file_name(call_id)}"


def done_names(stem: str, parts: int) -> list[str]:
    """A call of one file is `<stem>.wav`; others `<stem>.1.wav`, `<stem>.2.wav`, ..."""
    return [f"{stem}{WAV}"] if parts == 1 else [f"{stem}.{number}{WAV}" for number in range(1, parts + 1)]
