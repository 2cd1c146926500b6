"""Whether a container ends where its writer meant to."""

from __future__ import annotations

import os
import struct
from typing import BinaryIO

_TAIL_BYTES = 1 << 17
"""Two Ogg pages of the largest size."""
_HEAD_BYTES = 1 << 13
_MISSING_RATIO = 0.02
_FLAGS_AND_BYTES = struct.Struct(">I4xI")


def cut_short(file: BinaryIO, kind: str) -> bool:
    """True where an Ogg stream lacks its last page or an MP3 file the bytes that its header counts."""
    if kind == "ogg":
        return _ogg_open_ended(file)
    return kind == "mp3" and _mp3_short(file)


def _ogg_open_ended(file: BinaryIO) -> bool:
    """RFC 3533, 6: bit 2 of the header type marks the last page of a stream."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - _TAIL_BYTES))
    tail = file.read()
    last = tail.rfind(b"OggS")
    return last < 0 or last + 5 >= len(tail) or not tail[last + 5] & 4


def _mp3_short(file: BinaryIO) -> bool:
    """The Xing header's second flag says that it counts the bytes of the stream."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    at = max(head.find(b"Xing"), head.find(b"Info"))
    if at < 0 or at + 16 > len(head):
        return False
    flags, counted = _FLAGS_AND_BYTES.unpack_from(head, at + 4)
    return bool(flags & 3 == 3 and size - at < counted * (1 - _MISSING_RATIO))
