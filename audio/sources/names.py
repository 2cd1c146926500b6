"""What a recording's name says of the call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from pathlib import Path

from models.recording import CallFacts

EPOCH = "epoch"
_GROUPS = {"agent": "agent_id", "queue": "queue", "caller": "caller", "callee": "callee"}
_TIME = "started_at"
_MOST_CHARACTERS = 255
"""Of a name with its folders; more is nobody's naming scheme but somebody's attack on the pattern."""
_FOLDERS = 4
_LONGEST_VALUE = 64
_EARLIEST, _LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class NamePattern:
    """One naming scheme: a regular expression with the groups `agent`, `queue`, `caller`, `callee`, `started_at`.

    It is held against the whole name without its suffix, or against the last folders and the name
    (`1002/2026-01-15/...`) where the expression has a `/`. Upper and lower case are one.

    Raises:
        ValueError: for an expression that does not compile, a group of another name, or a time without a format.
    """

    name: str
    regex: str
    time_format: str = ""
    """Of `started_at`, as `strptime` reads it, or `epoch` for Unix seconds; `%z` or a literal `UTC` tells the zone."""

    def __post_init__(self) -> None:
        try:
            groups = set(_compiled(self.regex).groupindex)
        except re.error as error:
            raise ValueError(f"name pattern {self.name}: {error}") from error
        unknown = groups - _GROUPS.keys() - {_TIME}
        if unknown:
            known = ", ".join((*_GROUPS, _TIME))
            raise ValueError(f"name pattern {self.name}: {', '.join(sorted(unknown))} is not one of {known}")
        if _TIME in groups and not self.time_format:
            raise ValueError(f"name pattern {self.name}: started_at needs a time_format")


@lru_cache(maxsize=256)
def _compiled(regex: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|/)(?:{regex})\Z", re.IGNORECASE | re.ASCII)


_UUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
_WHEN = r"\d{8}-\d{6}-(?P<started_at>\d{9,10})\.\d+"

NAME_PATTERNS = (
    NamePattern("freepbx-queue", rf"(?:q|rg)-(?P<queue>\w+)-(?P<caller>\+?\w+)-{_WHEN}", EPOCH),
    NamePattern("freepbx-in", rf"in-(?P<callee>\+?\w+)-(?P<caller>\+?\w+)-{_WHEN}", EPOCH),
    NamePattern("freepbx-out", rf"(?:out|force)-(?P<callee>\+?\w+)-(?P<agent>\w+)-{_WHEN}", EPOCH),
    NamePattern("freepbx-extension", rf"(?:exten|external)-(?P<agent>\w+)-(?P<caller>\+?\w+)-{_WHEN}", EPOCH),
    NamePattern("freepbx-internal", rf"internal-(?P<callee>\w+)-(?P<caller>\w+)-{_WHEN}", EPOCH),
    NamePattern("elastix-queue", rf"q(?P<queue>\d+)-{_WHEN}", EPOCH),
    NamePattern("elastix-out", rf"out(?P<agent>\d+)-{_WHEN}", EPOCH),
    NamePattern("elastix-in", rf"in(?P<callee>\d+)-{_WHEN}", EPOCH),
    NamePattern("asterisk-unique-id", r"(?:[\w-]+-)?(?P<started_at>\d{9,10})\.\d+", EPOCH),
    NamePattern("amazon-connect", rf"{_UUID}_(?P<started_at>\d{{8}}T\d\d:\d\d_UTC)", "%Y%m%dT%H:%M_UTC"),
    NamePattern("amazon-connect-underscore", rf"{_UUID}_(?P<started_at>\d{{8}}T\d\d_\d\d_UTC)", "%Y%m%dT%H_%M_UTC"),
    NamePattern("amazon-connect-hyphen", rf"{_UUID}_(?P<started_at>\d{{8}}T\d\d-\d\d_UTC)", "%Y%m%dT%H-%M_UTC"),
    NamePattern(
        "freeswitch-dialplan",
        r"(?P<started_at>\d{4}(?:-\d\d){5})_(?P<callee>\+?\w+)_(?P<caller>\+?\w+)",
        "%Y-%m-%d-%H-%M-%S",
    ),
    NamePattern("freeswitch-keys", r"(?P<caller>\+?\w+)\.(?P<started_at>\d{4}(?:-\d\d){5})", "%Y-%m-%d-%H-%M-%S"),
    NamePattern(
        "time-agent-caller", r"(?P<started_at>\d{8}-\d{6})_(?P<agent>[^_/]+)_(?P<caller>[^_/]+)", "%Y%m%d-%H%M%S"
    ),
)
"""FreePBX and Issabel: `<type>-<called>-<calling>-<local time>-<unique id>`, where the unique id begins with the
start in Unix seconds, which needs no time zone and so goes before the local time. FusionPBX calls its recordings
by UUID, which tells nothing: its facts come from a sidecar."""


def facts_from_name(folder: Path, name: str, patterns: Sequence[NamePattern], zone: tzinfo) -> CallFacts:
    """What the first fitting pattern tells of a call; `name` is without its suffix, `zone` is of local times."""
    for pattern in patterns:
        text = "/".join((*folder.parts[-_FOLDERS:], name)) if "/" in pattern.regex else name
        found = _compiled(pattern.regex).search(text) if len(text) <= _MOST_CHARACTERS else None
        if found:
            return _facts(found.groupdict(), pattern, zone)
    return CallFacts()


def _facts(groups: dict[str, str | None], pattern: NamePattern, zone: tzinfo) -> CallFacts:
    texts = {field: groups.get(group) or "" for group, field in _GROUPS.items()}
    kept = {field: text for field, text in texts.items() if 0 < len(text) <= _LONGEST_VALUE}
    said = groups.get(_TIME)
    return CallFacts(
        started_at=parse_time(said, pattern.time_format, zone) if said else None,
        agent_id=kept.get("agent_id"),
        queue=kept.get("queue"),
        caller=kept.get("caller"),
        callee=kept.get("callee"),
    )


def parse_time(text: str, time_format: str, zone: tzinfo) -> datetime | None:
    """A moment in UTC; `None` for what is none, or lies before 1990 or after 2099."""
    try:
        if time_format == EPOCH:
            return within_reason(datetime.fromtimestamp(float(text), UTC), zone)
        said = datetime.strptime(text, time_format)  # noqa: DTZ007 # the zone is that of the format or of the switch
        return within_reason(said, UTC if "UTC" in time_format else zone)
    except (ValueError, OverflowError, OSError):
        return None


def within_reason(moment: datetime, zone: tzinfo) -> datetime | None:
    """The moment in UTC, taken for `zone`'s where it names none; `None` outside of 1990 to 2099.

    Raises:
        OverflowError: near the ends of the calendar.
    """
    known = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    in_utc = known.astimezone(UTC)
    return in_utc if _EARLIEST <= in_utc < _LATEST else None
