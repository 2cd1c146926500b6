"""Captures in files and folders, known by their bytes and not by their names."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from audio.packets.capture_file import (
    DEFAULT_LIMITS,
    MAGIC_BYTES,
    MAGICS,
    CaptureLimits,
    CaptureStream,
    opened,
    read_capture,
)
from audio.packets.merging import chained, merged
from audio.packets.ring_names import ring_name
from audio.packets.rtpengine import metadata_of
from audio.packets.tar_members import MAGIC as TAR_MAGIC
from audio.packets.tar_members import MAGIC_AT as TAR_MAGIC_AT
from audio.packets.unpacking import fill, unpacked
from audio.packets.voipmonitor import spooled_calls
from models.errors import CaptureError

_HEAD_BYTES = 512
_SUFFIXES = (".pcap", ".pcapng", ".cap", ".dmp", ".ntar", ".tar", ".gz", ".pcap0")
_HALVES = ("SIP", "RTP")
_MINUTE = re.compile(r"^(?:sip|rtp)_")


class Grouping(StrEnum):
    """How the files of one capture belong together."""

    FILE = "file"
    """One file; or several of which each goes on where the last one ended (dumpcap's ring)."""
    HALVES = "halves"
    """Signalling and media of one call."""
    TARS = "tars"
    """Signalling and media of many calls, a minute's spool."""


@dataclass(frozen=True, slots=True)
class FoundCapture:
    files: tuple[Path, ...]
    grouping: Grouping = Grouping.FILE
    metadata: Path | None = None
    """Of rtpengine, for `read_metadata`."""


@dataclass(frozen=True, slots=True)
class NotCapture:
    """A path that gives no capture; `reason` is a code: `vanished`, `no_permission`, `not_capture`, `empty`, ..."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class FoundCaptures:
    captures: tuple[FoundCapture, ...]
    skipped: tuple[NotCapture, ...] = ()
    """Of files in folders, those only whose names promise a capture."""


@dataclass(slots=True)
class _Search:
    groups: dict[tuple[str, ...], list[Path]] = field(default_factory=dict)
    skipped: list[NotCapture] = field(default_factory=list)


def find_captures(paths: Sequence[Path]) -> FoundCaptures:
    """The captures in files and folders, paths in their order, folders recursively and sorted; hidden ones not."""
    search = _Search()
    for path in paths:
        for file in _files(path, search):
            _look_at(file, search, named=file == path)
    captures = tuple(_capture(key[0], files) for key, files in search.groups.items())
    return FoundCaptures(captures, tuple(search.skipped))


def read_found(
    found: FoundCapture,
    scratch: Path,
    limits: CaptureLimits = DEFAULT_LIMITS,
) -> Iterator[tuple[str, CaptureStream]]:
    """Name and packets: one stream, or of tars one a call. Raises as `read_capture` and `spooled_calls`."""
    if found.grouping is Grouping.TARS:
        yield from spooled_calls(found.files, scratch, limits)
    elif found.grouping is Grouping.HALVES:
        yield found.files[0].stem, merged([read_capture(file, limits) for file in found.files])
    else:
        yield found.files[0].stem, chained(read_capture(file, limits) for file in found.files)


def holds(path: Path) -> str | None:
    """`capture`, `tar`, or `None` for anything else. Raises CaptureError: `vanished`, `no_permission`, `unreadable`."""
    head = bytearray(_HEAD_BYTES)
    with opened(path) as file:
        try:
            got = fill(unpacked(file, _HEAD_BYTES * 4096), memoryview(head))
        except OSError as error:
            raise CaptureError(f"the file cannot be read: {error.strerror}", "unreadable") from error
    if not got:
        raise CaptureError("the file is empty", "empty")
    if bytes(head[:MAGIC_BYTES]) in MAGICS:
        return "capture"
    return "tar" if head[TAR_MAGIC_AT : TAR_MAGIC_AT + len(TAR_MAGIC)] == TAR_MAGIC else None


def _look_at(file: Path, search: _Search, *, named: bool) -> None:
    try:
        kind = holds(file)
        if kind is not None:
            search.groups.setdefault(_group(file, kind), []).append(file)
            return
        reason = "not_capture"
    except CaptureError as error:
        reason = error.code
    if named or file.suffix.lower() in _SUFFIXES:
        search.skipped.append(NotCapture(file, reason))


def _group(file: Path, kind: str) -> tuple[str, ...]:
    """Files of one group are one capture; the first word is how they belong together."""
    if file.parent.name in _HALVES:
        minute = str(file.absolute().parent.parent)
        name = _MINUTE.sub("", file.name.partition(".")[0]) if kind == "tar" else file.name
        return (Grouping.TARS if kind == "tar" else Grouping.HALVES), minute, name
    ring = ring_name(file.name) if kind == "capture" else None
    if ring is not None:
        return Grouping.FILE, str(file.absolute().parent), "ring", ring.stem
    return (Grouping.TARS if kind == "tar" else Grouping.FILE), str(file.absolute())


def _capture(grouping: str, files: list[Path]) -> FoundCapture:
    files = list({file.absolute(): file for file in files}.values())
    rings = [ring_name(file.name) for file in files]
    if all(rings) and len(files) > 1:
        files.sort(key=lambda file: ring.order if (ring := ring_name(file.name)) else ("", 0))
    return FoundCapture(tuple(files), Grouping(grouping), metadata_of(files[0]))


def _files(path: Path, search: _Search) -> Iterator[Path]:
    """The path, or the files below it; a loop of links is walked once."""
    if not os.path.isdir(path):  # noqa: PTH112 # unlike Path's, it has no opinion on folders that are closed to us
        yield path
        return
    seen: set[str] = set()
    for here, folders, names in os.walk(path, onerror=lambda error: _refused(error, path, search), followlinks=True):
        place = os.path.realpath(here)
        folders[:] = [] if place in seen else sorted(name for name in folders if not name.startswith("."))
        if place not in seen:
            yield from (Path(here, name) for name in sorted(names) if not name.startswith("."))
        seen.add(place)


def _refused(error: OSError, path: Path, search: _Search) -> None:
    search.skipped.append(NotCapture(Path(error.filename or path), "no_permission"))
