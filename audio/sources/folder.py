"""Recordings in files and folders, and what is known of them before they are opened."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from audio.content import container
from audio.decode import RAW_FORMATS, opened
from audio.sources.agent_channel import CHANNEL_RULES, ChannelRule, agent_channel
from audio.sources.cdr import CdrIndex
from audio.sources.cdr_files import folder_cdrs
from audio.sources.legs import LEG_PATTERNS, LegPattern, Legs, paired
from audio.sources.names import NAME_PATTERNS, NamePattern, facts_from_name
from audio.sources.sidecars import UNREADABLE, Table, folder_table, json_said, merged
from models.call import CallRecord
from models.errors import RecordingError
from models.recording import CallFacts, Party

SUFFIXES = frozenset(
    {
        *(".wav", ".wave", ".wav49", ".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".mp4", ".aac", ".amr"),
        *(".webm", ".mka", ".mkv", ".w64", ".aif", ".aiff", ".au", ".snd", ".caf", ".3gp"),
        *(form.suffix for form in RAW_FORMATS),
    }
)
_NEVER = frozenset(
    {
        *(".json", ".csv", ".txt", ".md", ".html", ".htm", ".xml", ".pdf", ".log", ".toml", ".parquet", ".xlsx"),
        *(".part", ".partial", ".filepart", ".crdownload", ".tmp", ".lock"),
    }
)
"""Never looked into: papers, and what is still being copied."""


@dataclass(frozen=True, slots=True)
class FolderRules:
    """How a centre's recordings are called and who is on which channel."""

    legs: tuple[LegPattern, ...] = LEG_PATTERNS
    agent_channels: tuple[ChannelRule, ...] = CHANNEL_RULES
    names: tuple[NamePattern, ...] = NAME_PATTERNS
    timezone: str = "UTC"
    """IANA name; of the times in names and sidecars that tell none."""
    agent_channel: int | None = None
    """Of every recording, whatever the rules say; `None` leaves it to them."""

    def __post_init__(self) -> None:
        """Raises ValueError for a time zone that this machine does not know."""
        try:
            _ = self.zone
        except (ZoneInfoNotFoundError, OSError) as error:
            raise ValueError(f"no such time zone: {self.timezone!r}; a name is e.g. America/Bogota") from error

    @property
    def zone(self) -> tzinfo:
        """The time zone itself; UTC needs no database of zones."""
        return UTC if self.timezone.upper() == "UTC" else ZoneInfo(self.timezone)


@dataclass(frozen=True, slots=True)
class FoundRecording:
    """One call's files, not yet opened."""

    files: tuple[Path, ...]
    """One, or the agent's leg and the customer's."""
    parties: tuple[Party, ...] = (Party.BOTH,)
    """Whose voice each file holds; `BOTH` for a whole call, whose channels are known when it is opened."""
    agent_channel: int = 0
    """Of a stereo recording."""
    facts: CallFacts = field(default_factory=CallFacts)
    notes: tuple[str, ...] = ()
    """`leg_missing`, `sidecar_unreadable`."""
    source: str = "file"
    call: CallRecord | None = None
    """Where we captured it ourselves."""
    shown: str | None = None
    """The name to show where it is not that of the file."""

    @property
    def name(self) -> str:
        """The name to show: of the agent's leg where there are two."""
        return self.shown or self.files[0].name


@dataclass(frozen=True, slots=True)
class Skipped:
    """A path that gives no recording; `reason` is a code: `vanished`, `no_permission`, `not_audio`."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """All that is in the given paths."""

    recordings: tuple[FoundRecording, ...]
    skipped: tuple[Skipped, ...] = ()
    """In order; papers (`.json`, `.csv`, `.txt`, …), hidden files and unfinished copies in folders are not listed."""


@dataclass(frozen=True, slots=True)
class _Beside:
    """What lies in a folder beside its recordings."""

    table: Table
    cdrs: CdrIndex
    broken: bool


@dataclass(slots=True)
class _Search:
    files: dict[Path, None] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)


def find_recordings(paths: Sequence[Path], rules: FolderRules = FolderRules()) -> Found:  # a frozen value
    """The recordings in files and folders, each once: paths in their order, folders recursively and sorted.

    A file that is given by name is always taken, so that its row can say what is wrong with it. In a folder, files
    of no known suffix are taken where their content is sound.
    """
    search = _Search()
    for path in paths:
        if os.path.isdir(path):  # noqa: PTH112 # unlike Path's, it has no opinion on folders that are closed to us
            _look_into(path, search)
        elif os.path.lexists(path):
            search.files.setdefault(path)
        else:
            search.skipped.append(Skipped(path, "vanished"))
    once = list({path.absolute(): path for path in search.files}.values())
    tables_of = cache(lambda folder: _Beside(folder_table(folder), *folder_cdrs(folder, rules.zone)))
    recordings = tuple(_recording(legs, rules, tables_of(legs.files[0].parent)) for legs in paired(once, rules.legs))
    return Found(recordings, tuple(search.skipped))


def _look_into(folder: Path, search: _Search) -> None:
    for path in sorted(_files(folder, search)):
        if path.suffix.lower() in SUFFIXES or _sounds(path):
            search.files.setdefault(path)
        elif path.suffix.lower() not in _NEVER:
            search.skipped.append(Skipped(path, "not_audio"))


def _files(folder: Path, search: _Search) -> Iterator[Path]:
    """Files below a folder, hidden ones left out; a loop of links is walked once."""
    seen: set[str] = set()

    def refused(error: OSError) -> None:
        search.skipped.append(Skipped(Path(error.filename or folder), "no_permission"))

    for here, folders, names in os.walk(folder, onerror=refused, followlinks=True):
        place = os.path.realpath(here)
        if place in seen:
            folders.clear()
            continue
        seen.add(place)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(here, name) for name in names if not name.startswith("."))


def _sounds(path: Path) -> bool:
    if path.suffix.lower() in _NEVER:
        return False
    try:
        with opened(path) as file:
            return container(file) is not None
    except RecordingError:
        return False


def _recording(legs: Legs, rules: FolderRules, beside: _Beside) -> FoundRecording:
    first = legs.files[0]
    facts, notes = _facts(legs, rules, beside)
    channel = rules.agent_channel
    return FoundRecording(
        files=legs.files,
        parties=legs.parties,
        agent_channel=agent_channel(first.absolute(), rules.agent_channels) if channel is None else channel,
        facts=facts,
        notes=(*(("leg_missing",) if legs.missing else ()), *notes),
    )


def _facts(legs: Legs, rules: FolderRules, beside: _Beside) -> tuple[CallFacts, tuple[str, ...]]:
    """A sidecar of the call knows better than the folder's table, and that better than an exchange's records."""
    folder = legs.files[0].parent
    stems = list(dict.fromkeys((legs.call, *(file.stem for file in legs.files))))
    sidecars = [json_said(folder / f"{stem}.json", rules.zone) for stem in stems]
    said = [*sidecars, beside.table.said([*(file.name for file in legs.files), *stems], rules.zone)]
    named = facts_from_name(folder.absolute(), legs.call, rules.names, rules.zone)
    recorded = beside.cdrs.facts([*(file.name for file in legs.files), *stems])
    broken = (UNREADABLE,) if beside.broken else ()
    notes = dict.fromkeys((*(note for one in said for note in one.notes), *broken))
    return merged(*(one.facts for one in said), recorded, named), tuple(notes)
