"""The header of a WAV file, also one whose writer was killed."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import BinaryIO

from audio.pcm import ENCODINGS, Encoding
from models.errors import RecordingError

_CHUNK = struct.Struct("<4sI")
_FORMAT = struct.Struct("<HHIIHH")
_MAX_CHUNKS = 1000
_MAX_FORMAT_BYTES = 1 << 16
_PLACEHOLDER = 0x7FFF_F000
"""Sizes from here on are what a writer puts before it knows the size."""
_EXTENSIBLE = 0xFFFE
_PCM, _FLOAT = 1, 3
_NAMES = MappingProxyType(
    {
        (_PCM, 1): "u8",
        (_PCM, 2): "s16",
        (_PCM, 3): "s24",
        (_PCM, 4): "s32",
        (_FLOAT, 4): "f32",
        (_FLOAT, 8): "f64",
        (6, 1): "alaw",
        (7, 1): "mulaw",
    }
)
_TAGS = (b"TAG", b"ID3", b"APETAG")


@dataclass(frozen=True, slots=True)
class WavHeader:
    """What a WAV file says of itself, and where its sound lies."""

    format_tag: int
    channels: int
    sample_rate_hz: int
    bits_per_sample: int
    data_start: int = 0
    data_bytes: int = 0
    notes: tuple[str, ...] = ()
    """`header_repaired`: the size was missing or wrong; `truncated`: sound is missing."""

    @property
    def encoding(self) -> Encoding | None:
        """How to read the samples; `None` where a decoder is needed."""
        return ENCODINGS.get(_NAMES.get((self.format_tag, (self.bits_per_sample + 7) // 8), ""))


def wav_header(file: BinaryIO) -> WavHeader:
    """The header of a RIFF, RF64 or BW64 file.

    Raises:
        RecordingError: `unreadable` without a format, `empty` without sound.
    """
    size = file.seek(0, os.SEEK_END)
    form: WavHeader | None = None
    long_bytes = None
    for name, start, declared in _chunks(file, size):
        if name == b"fmt ":
            form = _format(_read(file, start, min(declared, _MAX_FORMAT_BYTES)))
        elif name == b"ds64":
            long_bytes = _long_data_bytes(_read(file, start, min(declared, 28)))
        elif name == b"data":
            if form is None:
                break
            whole = long_bytes if declared == 0xFFFF_FFFF and long_bytes is not None else declared
            return _located(file, form, start, whole, size)
    if form is None:
        raise RecordingError("the WAV header has no format: the file is damaged", "unreadable")
    raise RecordingError("the WAV file ends before its sound", "empty")


def _chunks(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and declared bytes of each chunk."""
    at = 12
    for _ in range(_MAX_CHUNKS):
        head = _read(file, at, _CHUNK.size)
        if len(head) < _CHUNK.size:
            return
        name, declared = _CHUNK.unpack(head)
        yield name, at + _CHUNK.size, declared
        at += _CHUNK.size + declared + declared % 2
        if at >= size:
            return


def _read(file: BinaryIO, at: int, size: int) -> bytes:
    file.seek(at)
    return file.read(size)


def _format(chunk: bytes) -> WavHeader:
    if len(chunk) < _FORMAT.size:
        raise RecordingError("the WAV format is cut short: the file is damaged", "unreadable")
    tag, channels, sample_rate_hz, _, _, bits = _FORMAT.unpack_from(chunk)
    if tag == _EXTENSIBLE and len(chunk) >= 26:
        tag = int.from_bytes(chunk[24:26], "little")  # the subformat's first two bytes are the plain tag
    return WavHeader(tag, channels, sample_rate_hz, bits)


def _long_data_bytes(chunk: bytes) -> int | None:
    """EBU Tech 3306: the 64-bit data size is the second field of `ds64`; 0 is a size never filled in."""
    return int.from_bytes(chunk[8:16], "little") or None if len(chunk) >= 16 else None


def _located(file: BinaryIO, form: WavHeader, start: int, declared: int, size: int) -> WavHeader:
    there = max(0, size - start)
    if declared == there:
        return replace(form, data_start=start, data_bytes=there)
    if declared > there:
        notes = ("header_repaired",) if _never_filled(declared) else ("header_repaired", "truncated")
        return replace(form, data_start=start, data_bytes=there, notes=notes)
    after = start + declared + declared % 2
    if after >= size or _says_more(file, after, size):
        return replace(form, data_start=start, data_bytes=declared)
    return replace(form, data_start=start, data_bytes=there, notes=("header_repaired",))


def _never_filled(declared: int) -> bool:
    return _PLACEHOLDER <= declared <= 0xFFFF_FFFF


def _says_more(file: BinaryIO, at: int, size: int) -> bool:
    """True where chunks or tags follow the sound; sound that the size left out looks like neither."""
    head = _read(file, at, _CHUNK.size)
    if head.startswith(_TAGS) or len(head) < _CHUNK.size:
        return True
    name, declared = _CHUNK.unpack(head)
    return all(32 <= byte < 127 for byte in name) and at + _CHUNK.size + declared <= size + 1
