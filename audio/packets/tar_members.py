"""Where the files of a tar lie in it: nothing is unpacked to disk, and no name is followed."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

_BLOCK = 512
_MAX_MEMBERS = 200_000
_MAX_LONG_NAME_BYTES = 4096
_FILES = (b"0", b"\0", b"7")
_GNU_LONG_NAME = b"L"
MAGIC_AT, MAGIC = 257, b"ustar"


@dataclass(frozen=True, slots=True)
class Member:
    name: str
    at: int
    size: int


@dataclass(frozen=True, slots=True)
class Index:
    members: tuple[Member, ...]
    damage: str | None = None
    """`truncated` or `damaged`: what came before is there."""


def members(tar: BinaryIO) -> Index:
    """The plain files of an unpacked tar (ustar, GNU), in order. Python's `tarfile` reads headers of any size."""
    size = tar.seek(0, io.SEEK_END)
    found: list[Member] = []
    at, long_name = 0, None
    while at + _BLOCK <= size and len(found) < _MAX_MEMBERS:
        tar.seek(at)
        header = tar.read(_BLOCK)
        if not header.strip(b"\0"):
            return Index(tuple(found))
        length = _size(header)
        if length is None or header[MAGIC_AT : MAGIC_AT + 5] != MAGIC:
            return Index(tuple(found), "damaged")
        kind, body = header[156:157], at + _BLOCK
        if kind == _GNU_LONG_NAME:
            long_name = tar.read(min(length, _MAX_LONG_NAME_BYTES)).rstrip(b"\0")
        elif kind in _FILES:
            name = header[:100].rstrip(b"\0") if long_name is None else long_name
            found.append(Member(name.decode("utf-8", "replace"), body, min(length, size - body)))
            long_name = None
        at = body + length + -length % _BLOCK
    return Index(tuple(found), "truncated" if at > size or len(found) < _MAX_MEMBERS else "too_big")


def _size(header: bytes) -> int | None:
    """Octal digits, or GNU's binary for what is over 8 GiB; `None` where it is neither."""
    said = header[124:136]
    if said[0] == 0x80:
        return int.from_bytes(said[1:], "big")
    digits = re.fullmatch(rb"[ \0]*([0-7]{1,12})[ \0]*", said)
    return int(digits[1], 8) if digits else None


class Pieces(io.RawIOBase):
    """Some members of a tar, read as one file. The tar stays open as long as its owner keeps it so."""

    def __init__(self, tar: BinaryIO, pieces: Sequence[Member]) -> None:
        super().__init__()
        self._tar = tar
        self._pieces = pieces
        self._piece = 0
        self._done = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Back to the beginning only. Raises OSError for anything else."""
        if offset or whence != io.SEEK_SET:
            raise OSError("only the beginning can be sought")
        self._piece = self._done = 0
        return 0

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]  # the stub's Buffer is newer than 3.11
        while self._piece < len(self._pieces):
            piece = self._pieces[self._piece]
            if self._done < piece.size:
                self._tar.seek(piece.at + self._done)
                found = self._tar.read(min(len(buffer), piece.size - self._done))
                buffer[: len(found)] = found
                self._done += len(found)
                if found:
                    return len(found)
            self._piece, self._done = self._piece + 1, 0
        return 0
