"""Bytes of a file as they were before compression, in bounded memory."""

from __future__ import annotations

import zlib
from typing import BinaryIO, Protocol

from models.errors import CaptureError

GZIP_MAGIC = b"\x1f\x8b"
_READ_BYTES = 1 << 20
_GZIP_FRAME = 31
"""zlib's word for gzip with its checks."""


class ByteReader(Protocol):
    """Bytes one after the other. `damage` says, once there are no more, why they end before their time."""

    damage: str | None

    def readinto(self, buffer: memoryview, /) -> int:
        """Bytes put into `buffer`; 0 at the end. Never raises for what the file holds."""


class PlainReader:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.damage: str | None = None

    def readinto(self, buffer: memoryview, /) -> int:
        try:
            return self._file.readinto(buffer) or 0  # type: ignore[attr-defined]  # BinaryIO's stub lacks it
        except OSError:
            self.damage = "unreadable"
            return 0


class GzipReader:
    """The members of a gzip file, one after the other; damage is `truncated`, `damaged`, `unreadable` or `too_big`."""

    def __init__(self, file: BinaryIO, max_bytes: int) -> None:
        self._file = file
        self._left = max_bytes
        self._packed = b""
        self._member: zlib._Decompress | None = None
        self.damage: str | None = None

    def readinto(self, buffer: memoryview, /) -> int:
        try:
            found = self._some(len(buffer)) if len(buffer) and self.damage is None else b""
        except CaptureError as error:
            self.damage = error.code
            return 0
        buffer[: len(found)] = found
        return len(found)

    def _some(self, most: int) -> bytes:
        """Some bytes, none at the end."""
        found = b""
        while not found and self.damage is None:
            self._packed = self._packed or self._more()
            if self._member is None:
                self._packed = self._packed.lstrip(b"\0")  # tapes and block devices pad with zeros
                self._member = zlib.decompressobj(_GZIP_FRAME) if self._packed else None
            if not self._packed:
                if self._at_end():
                    break
                continue
            found = self._unpack(most)
        return found

    def _more(self) -> bytes:
        try:
            return self._file.read(_READ_BYTES)
        except OSError as error:
            raise CaptureError(f"the file cannot be read: {error.strerror}", "unreadable") from error

    def _at_end(self) -> bool:
        self._packed = self._more()
        if not self._packed and self._member is not None:
            raise CaptureError("the gzip file is cut short", "truncated")
        return not self._packed

    def _unpack(self, most: int) -> bytes:
        if self._member is None:
            return b""
        try:
            found = self._member.decompress(self._packed, min(most, self._left + 1))
        except zlib.error as error:
            raise CaptureError(f"not gzip from some point on: {error}", "damaged") from error
        self._packed = self._member.unconsumed_tail
        if self._member.eof:
            self._packed = self._member.unused_data
            self._member = None
        if len(found) > self._left:
            self.damage = "too_big"
        self._left -= len(found)
        return found[: len(found) + min(self._left, 0)]


def unpacked(file: BinaryIO, max_bytes: int) -> ByteReader:
    """What an unbuffered file at its beginning holds, unpacked where it is gzip. Raises OSError."""
    gzip = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
    file.seek(0)
    return GzipReader(file, max_bytes) if gzip else PlainReader(file)


def fill(reader: ByteReader, buffer: memoryview) -> int:
    """Bytes read until `buffer` is full or there is no more."""
    done = 0
    while done < len(buffer) and (got := reader.readinto(buffer[done:])):
        done += got
    return done
