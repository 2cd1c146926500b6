"""Asterisk's call detail records as CSV: `Master.csv` with or without a header, and FreePBX's exports."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from itertools import chain, islice

from audio.sources.cdr import Cdr, between, file_name, ids_of, seconds_of, text_of, unique_id_time
from audio.sources.names import parse_time
from models.recording import CallFacts

MASTER = (
    *("accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata"),
    *("start", "answer", "end", "duration", "billsec", "disposition", "amaflags", "uniqueid", "userfield", "sequence"),
)
"""What cdr_csv writes; the last three by configuration."""
CUSTOM = (
    *("clid", "src", "dst", "dcontext", "channel", "dstchannel", "lastapp", "lastdata", "start", "answer", "end"),
    *("duration", "billsec", "disposition", "amaflags", "accountcode", "uniqueid", "userfield", "sequence"),
)
"""What the sample of cdr_custom.conf writes."""
_TIME = "%Y-%m-%d %H:%M:%S"
_SHORTEST_RING_S = 1.0
"""Under the resolution of these records: a menu or a queue answered at once, which is no ringing."""


def asterisk_rows(lines: Iterable[str], zone: tzinfo) -> Iterator[Cdr | None]:
    """Each row as a record; `None` for one that is none.

    Raises:
        csv.Error: where the lines are no table at all.
        ValueError: where no column is known.
    """
    source = iter(lines)
    first = next(source, "")
    delimiter = max(",;\t", key=first.count)
    names = [name.strip().lower() for name in next(iter(csv.reader([first], delimiter=delimiter)), [])]
    if {"uniqueid", "start"} <= set(names) or {"uniqueid", "calldate"} <= set(names):
        columns: Sequence[str] = names
    else:
        columns = _columns(next(iter(csv.reader([first], delimiter=delimiter)), []))
        source = chain([first], source)
    for values in csv.reader(source, delimiter=delimiter):
        if values:
            yield asterisk_row(dict(zip(columns, islice(values, len(columns)), strict=False)), zone)


def _columns(values: Sequence[str]) -> Sequence[str]:
    """Which of the two orders a file without a header has: that whose `start` is a time."""
    for columns in (CUSTOM, MASTER):  # where this one has its start, the other has an application's data
        place = columns.index("start")
        if len(values) > place and _is_time(values[place]):
            return columns
    raise ValueError("no columns of call detail records")


def asterisk_row(row: Mapping[str, str], zone: tzinfo) -> Cdr | None:
    """The record of a row; `None` without an id and a start."""
    ids = ids_of((row.get("uniqueid"), row.get("linkedid")))
    start, answer, end = (_moment(row.get(name), zone) for name in ("start", "answer", "end"))
    start = start or _moment(row.get("calldate"), zone)
    if not ids or start is None:
        return None
    duration_s, talk_s = seconds_of(row.get("duration")), seconds_of(row.get("billsec"))
    answered = (row.get("disposition") or "").strip().upper() == "ANSWERED"
    waited_s = between(start, answer) if answer else _difference(duration_s, talk_s)
    return Cdr(
        ids=ids,
        facts=_facts(row, unique_id_time(ids[0], zone) or start, waited_s if answered else None),
        recording=file_name(row.get("recordingfile")),
        duration_s=duration_s if duration_s is not None else between(start, end),
        talk_s=talk_s,
        answered=answered,
    )


def _facts(row: Mapping[str, str], start: datetime, waited_s: float | None) -> CallFacts:
    """A queue's wait is no ringing: how long an agent's telephone rang is in the queue log."""
    queued = (row.get("lastapp") or "").strip().lower() == "queue"
    rang = waited_s is not None and waited_s >= _SHORTEST_RING_S and not queued
    return CallFacts(
        started_at=start,
        agent_id=_member(row.get("dstchannel")) if queued else None,
        queue=text_of((row.get("lastdata") or "").partition(",")[0]) if queued else None,
        caller=text_of(row.get("src")),
        callee=text_of(row.get("dst")),
        ring_to_answer_s=waited_s if rang else None,
    )


def _member(channel: str | None) -> str | None:
    """`1001` of `PJSIP/1001-0000002a` and of `Local/1001@from-queue-00000001;1`."""
    device = (channel or "").partition("/")[2].partition("@")[0]
    return text_of(device.rpartition("-")[0] or device)


def _moment(value: str | None, zone: tzinfo) -> datetime | None:
    return parse_time((value or "").strip()[:19], _TIME, zone)


def _is_time(value: str) -> bool:
    try:
        return bool(datetime.strptime(value.strip()[:19], _TIME))  # noqa: DTZ007 # only whether it is one
    except ValueError:
        return False


def _difference(whole_s: float | None, part_s: float | None) -> float | None:
    return None if whole_s is None or part_s is None or part_s > whole_s else whole_s - part_s
