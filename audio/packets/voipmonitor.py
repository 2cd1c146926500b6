"""Calls in VoIPmonitor's spool: `YYYY-MM-DD/HH/MM/SIP/sip_*.tar` and `.../RTP/rtp_*.tar`, packed or not.

Each tar holds a minute's calls, one pcap a call, in pieces called `<Call-ID>.pcap_<n>` or `#<n>` that may be gzip.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO, BinaryIO, cast

from audio.packets.capture_file import DEFAULT_LIMITS, CaptureLimits, CaptureStream, captured, opened
from audio.packets.merging import merged
from audio.packets.tar_members import Member, Pieces, members
from audio.packets.unpacking import GzipReader, unpacked
from models.errors import CaptureError

_PIECE = re.compile(r"(?:#\d+|_\d{1,6})$")
_COPY_BYTES = 1 << 20
Calls = dict[str, list[tuple[BinaryIO, list[Member]]]]


def spooled_calls(
    tars: Sequence[Path],
    scratch: Path,
    limits: CaptureLimits = DEFAULT_LIMITS,
) -> Iterator[tuple[str, CaptureStream]]:
    """Name and packets of each call, signalling and media in order of time; to be read before the next is asked for.

    A packed tar is unpacked once, into a nameless file in `scratch`.

    Raises:
        CaptureError: `vanished`, `no_permission`, `unreadable`, `no_space`.
    """
    with ExitStack() as stack:
        calls: Calls = {}
        damage = [_index(stack, path, scratch, limits, calls) for path in tars]
        for name, parts in calls.items():
            notes: list[str] = [note for note in damage if note]
            streams = [stream for tar, pieces in parts if (stream := _stream(tar, pieces, limits, notes))]
            if streams:
                whole = merged(streams)
                whole.notes.extend(notes)
                yield name, whole


def _index(stack: ExitStack, path: Path, scratch: Path, limits: CaptureLimits, calls: Calls) -> str | None:
    file = stack.enter_context(opened(path))
    reader = unpacked(file, limits.max_unpacked_bytes)
    damage = None
    if isinstance(reader, GzipReader):
        file, damage = stack.enter_context(_copied(reader, scratch)), reader.damage
    index = members(file)
    for member in index.members:
        name = _PIECE.sub("", member.name.rpartition("/")[2]).removesuffix(".pcap")
        parts = calls.setdefault(name, [])
        if not parts or parts[-1][0] is not file:
            parts.append((file, []))
        parts[-1][1].append(member)
    return damage or index.damage


def _copied(reader: GzipReader, scratch: Path) -> BinaryIO:
    buffer = memoryview(bytearray(_COPY_BYTES))
    try:
        file: IO[bytes] = tempfile.TemporaryFile(dir=scratch)  # noqa: SIM115 # the caller's stack closes it
        while got := reader.readinto(buffer):
            file.write(buffer[:got])
        file.flush()
    except OSError as error:
        raise CaptureError(f"no room to unpack: {error.strerror}", "no_space") from error
    return cast("BinaryIO", file)


def _stream(tar: BinaryIO, pieces: list[Member], limits: CaptureLimits, notes: list[str]) -> CaptureStream | None:
    """`None`, with a note, for what is no capture: VoIPmonitor can pack pieces in ways of its own (LZO)."""
    try:
        return captured(unpacked(cast("BinaryIO", Pieces(tar, pieces)), limits.max_unpacked_bytes), limits)
    except CaptureError as error:
        notes.append(error.code)
        return None
