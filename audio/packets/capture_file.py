"""Packets of one capture file: pcap, pcapng, or gzip of either."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np

from audio.packets import pcap, pcapng
from audio.packets.batch import Bytes, PacketBatch
from audio.packets.parsing import CaptureParser
from audio.packets.unpacking import ByteReader, fill, unpacked
from models.errors import CaptureError

MAGICS = (*pcap.MAGICS, pcapng.MAGIC)
MAGIC_BYTES = 4


@dataclass(frozen=True, slots=True)
class CaptureLimits:
    """What reading a capture may cost."""

    chunk_bytes: int = 48 << 20
    """Read and held at a time, and at least twice the 16 MiB that a block may have; about 200,000 packets of G.711."""
    max_unpacked_bytes: int = 1 << 40
    """Of a compressed file."""


DEFAULT_LIMITS = CaptureLimits()


@dataclass(slots=True)
class CaptureStream:
    """Packets in the file's order; `notes` (reason codes) is complete once `batches` has run out."""

    batches: Iterator[PacketBatch]
    notes: list[str] = field(default_factory=list)


def read_capture(path: Path, limits: CaptureLimits = DEFAULT_LIMITS) -> CaptureStream:
    """The packets of a file.

    Notes: `truncated` (cut short), `damaged`, `unreadable` (a disk error), `too_big`. What was good before is given.

    Raises:
        CaptureError: `vanished`, `no_permission`, `unreadable`, `empty`, `not_capture`.
    """
    file = opened(path)
    try:
        return captured(unpacked(file, limits.max_unpacked_bytes), limits, file)
    except OSError as error:
        file.close()
        raise CaptureError(f"the file cannot be read: {error.strerror}", "unreadable") from error
    except CaptureError:
        file.close()
        raise


def opened(path: Path) -> BinaryIO:
    """An unbuffered file. Raises CaptureError: `vanished`, `no_permission`, `unreadable`."""
    try:
        return path.open("rb", buffering=0)
    except FileNotFoundError as error:
        raise CaptureError("there is no such file", "vanished") from error
    except PermissionError as error:
        raise CaptureError("there is no permission to read the file", "no_permission") from error
    except OSError as error:
        raise CaptureError(f"the file cannot be opened: {error.strerror}", "unreadable") from error


def captured(reader: ByteReader, limits: CaptureLimits, file: BinaryIO | None = None) -> CaptureStream:
    """As `read_capture`, of bytes from elsewhere; `file` is closed at the end. Raises CaptureError."""
    head = bytearray(MAGIC_BYTES)
    head = head[: fill(reader, memoryview(head))]
    if not head:
        raise CaptureError("the file is empty", reader.damage or "empty")
    parser = parser_of(bytes(head))
    notes: list[str] = []
    batches = _batches(reader, np.frombuffer(head, np.uint8), parser, limits.chunk_bytes, notes)
    return CaptureStream(_closing(batches, file) if file else batches, notes)


def parser_of(head: bytes) -> CaptureParser:
    """By the first four bytes. Raises CaptureError: `not_capture`."""
    if head in pcap.MAGICS:
        return pcap.PcapParser()
    if head == pcapng.MAGIC:
        return pcapng.PcapngParser()
    raise CaptureError("neither pcap nor pcapng: save the capture as one of them", "not_capture")


def _closing(batches: Iterator[PacketBatch], file: BinaryIO) -> Iterator[PacketBatch]:
    with file:
        yield from batches


def _batches(
    reader: ByteReader, rest: Bytes, parser: CaptureParser, chunk_bytes: int, notes: list[str]
) -> Iterator[PacketBatch]:
    """Each batch has memory of its own, so that it may be kept."""
    at_end = False
    while not at_end:
        data = np.empty(len(rest) + chunk_bytes, np.uint8)
        data[: len(rest)] = rest
        got = fill(reader, data.data[len(rest) :])
        at_end = got < chunk_bytes
        parsed = parser.parse(data[: len(rest) + got])
        rest = data[parsed.consumed : len(rest) + got].copy()
        yield from parsed.batches
        if parsed.damage:
            notes.append(parsed.damage)
            return
    if reader.damage or len(rest):
        notes.append(reader.damage or "truncated")
