"""Call detail records: what an exchange wrote down of its calls, whatever its format."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from pathlib import PurePath

from audio.sources.names import EPOCH, parse_time
from models.recording import CallFacts

_LONGEST_TEXT = 128
_LONGEST_CALL_S = 7 * 86400.0
_LONGEST_RING_S = 3600.0
_MOST_IDS = 8
_UNIQUE_ID = re.compile(r"(?:[\w.-]+-)?(?P<epoch>\d{9,10})\.\d{1,9}", re.ASCII)
"""Asterisk's: the channel's start in Unix seconds and a running number, after the system's name where it has one."""
_IDS_IN_NAME = re.compile(r"\d{9,10}\.\d{1,9}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Cdr:
    """One call, or one leg of it, as an exchange wrote it down."""

    ids: tuple[str, ...]
    """What it is called: unique ids, Call-IDs; rows with one in common are of one call."""
    facts: CallFacts = field(default_factory=CallFacts)
    recording: str | None = None
    """The name of its recording's file, without folders."""
    duration_s: float | None = None
    """From the first request to the end."""
    talk_s: float | None = None
    """From the answer to the end."""
    answered: bool | None = None


@dataclass(frozen=True, slots=True)
class Cdrs:
    """The rows of one file, and how many more could not be read."""

    rows: tuple[Cdr, ...] = ()
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class CdrIndex:
    """Rows found by a recording's name: by the file that they name, or by an id in the name."""

    by_name: dict[str, list[Cdr]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[Cdr]) -> CdrIndex:
        index: dict[str, list[Cdr]] = {}
        for row in rows:
            named = [row.recording.lower(), PurePath(row.recording).stem.lower()] if row.recording else []
            for key in dict.fromkeys((*named, *(one.lower() for one in row.ids))):
                index.setdefault(key, []).append(row)
        return cls(index)

    def facts(self, names: Sequence[str]) -> CallFacts:
        """What the rows of a recording say, together; nothing where no row is of it."""
        keys = [*(name.lower() for name in names), *(found for name in names for found in ids_in(name))]
        rows = next((rows for key in keys if (rows := self.by_name.get(key))), [])
        return together(rows).facts


def ids_in(name: str) -> list[str]:
    """The unique ids in a file's name, in lower case."""
    return [found.lower() for found in _IDS_IN_NAME.findall(name[:_LONGEST_TEXT])]


def together(rows: Sequence[Cdr]) -> Cdr:
    """One record of a call's rows: of each fact the first that is known, rows of answered legs before others."""
    ordered = sorted(rows, key=lambda row: row.answered is not True)
    if not ordered:
        return Cdr(())
    facts = CallFacts()
    for row in ordered:
        facts = _filled(facts, row.facts)
    starts = [row.facts.started_at for row in rows if row.facts.started_at]
    answers = [row.answered for row in rows if row.answered is not None]
    return Cdr(
        ids=tuple(dict.fromkeys(one for row in rows for one in row.ids)),
        facts=replace(facts, started_at=min(starts, default=None)),
        recording=next((row.recording for row in ordered if row.recording), None),
        duration_s=max((row.duration_s for row in rows if row.duration_s is not None), default=None),
        talk_s=max((row.talk_s for row in rows if row.talk_s is not None), default=None),
        answered=any(answers) if answers else None,
    )


def _filled(facts: CallFacts, more: CallFacts) -> CallFacts:
    missing = {name: getattr(more, name) for name in CallFacts.__slots__ if getattr(facts, name) is None}
    return replace(facts, **missing)


# What rows are made of: a value that cannot be right is none.


def text_of(value: object) -> str | None:
    """A short printable text; `None` for anything else, and for what exchanges write where they know none."""
    if not isinstance(value, str | int) or isinstance(value, bool):
        return None
    text = str(value).strip()
    fits = 0 < len(text) <= _LONGEST_TEXT and text.isprintable()
    return text if fits and text.lower() not in ("<unknown>", "unknown", "none", "null", "anonymous") else None


def ids_of(values: Iterable[object]) -> tuple[str, ...]:
    found = (text_of(value) for value in values)
    return tuple(dict.fromkeys(one for one in found if one))[:_MOST_IDS]


def seconds_of(value: object, longest_s: float = _LONGEST_CALL_S) -> float | None:
    """Seconds from 0 to `longest_s`; `None` for what is none."""
    try:
        seconds = float(str(value))
    except ValueError:
        return None
    return seconds if 0 <= seconds <= longest_s else None


def between(start: datetime | None, end: datetime | None) -> float | None:
    """Seconds of ringing between two moments; `None` where one is missing or they make no ringing."""
    return None if start is None or end is None else seconds_of((end - start).total_seconds(), _LONGEST_RING_S)


def file_name(value: object) -> str | None:
    """The last part of a path, of either kind of system."""
    text = str(value or "").replace("\\", "/").rpartition("/")[2]
    return text_of(text)


def unique_id_time(unique_id: str | None, zone: tzinfo) -> datetime | None:
    """When the channel of an Asterisk unique id began."""
    found = _UNIQUE_ID.fullmatch(unique_id or "")
    return parse_time(found["epoch"], EPOCH, zone) if found else None
