"""How dumpcap calls the files of a ring: `NAME_00001_20261122120000.pcapng`, or number and time the other way round."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NUMBER_FIRST = re.compile(r"(?P<stem>.*)_(?P<number>\d{5,9})_(?P<time>\d{14})(?P<suffix>(?:\.[A-Za-z0-9]+)*)")
_TIME_FIRST = re.compile(r"(?P<stem>.*)_(?P<time>\d{14})_(?P<number>\d{5,9})(?P<suffix>(?:\.[A-Za-z0-9]+)*)")


@dataclass(frozen=True, slots=True)
class RingName:
    stem: str
    number: int
    time: str
    """Local time of the recording machine; twice the same in the night when summer time ends."""
    suffix: str

    @property
    def order(self) -> tuple[str, int]:
        """Of one ring; numbers begin anew when dumpcap does."""
        return self.time, self.number


def ring_name(name: str) -> RingName | None:
    """`None` for any other file."""
    found = _NUMBER_FIRST.fullmatch(name) or _TIME_FIRST.fullmatch(name)
    return RingName(found["stem"], int(found["number"]), found["time"], found["suffix"]) if found else None
