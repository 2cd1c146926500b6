"""Several captures as one, in order of time: the signalling of a call in one file, its media in another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from audio.packets.batch import Indices, PacketBatch
from audio.packets.capture_file import CaptureStream


def merged(streams: Sequence[CaptureStream]) -> CaptureStream:
    """Packets of all of them by their times; each on its own is taken to be in order, or nearly so."""
    if len(streams) == 1:
        return streams[0]
    notes: list[str] = []
    return CaptureStream(_merged([_Cursor(stream) for stream in streams], notes), notes)


def chained(streams: Iterator[CaptureStream]) -> CaptureStream:
    """One after the other, each opened when its turn comes."""
    notes: list[str] = []

    def batches() -> Iterator[PacketBatch]:
        for stream in streams:
            yield from stream.batches
            notes.extend(note for note in stream.notes if note not in notes)

    return CaptureStream(batches(), notes)


class _Cursor:
    """Where one stream stands."""

    def __init__(self, stream: CaptureStream) -> None:
        self.stream = stream
        self.batch: PacketBatch | None = None
        self._at = 0
        self._advance()

    def _advance(self) -> None:
        self.batch = next((batch for batch in self.stream.batches if len(batch.starts)), None)
        self._at = 0
        if self.batch is not None:
            self._latest_s = np.maximum.accumulate(self.batch.times_s)

    @property
    def last_s(self) -> float:
        return float(self._latest_s[-1])

    def taken(self, until_s: float) -> PacketBatch | None:
        """What is not later than `until_s`."""
        if self.batch is None:
            return None
        end = int(np.searchsorted(self._latest_s, until_s, "right"))
        piece = _slice(self.batch, self._at, end)
        self._at = end
        if end == len(self._latest_s):
            self._advance()
        return piece


def _merged(cursors: list[_Cursor], notes: list[str]) -> Iterator[PacketBatch]:
    while open_ones := [cursor for cursor in cursors if cursor.batch is not None]:
        until_s = min(cursor.last_s for cursor in open_ones)
        pieces = [piece for cursor in open_ones if (piece := cursor.taken(until_s)) is not None]
        for link_type in dict.fromkeys(piece.link_type for piece in pieces):
            yield _joined([piece for piece in pieces if piece.link_type == link_type])
    for cursor in cursors:
        notes.extend(note for note in cursor.stream.notes if note not in notes)


def _slice(batch: PacketBatch, begin: int, end: int) -> PacketBatch | None:
    if begin >= end:
        return None
    rows = slice(begin, end)
    return PacketBatch(batch.link_type, batch.data, batch.starts[rows], batch.lengths[rows], batch.times_s[rows])


def _joined(pieces: list[PacketBatch]) -> PacketBatch:
    if len(pieces) == 1:
        return pieces[0]
    shifts, at, data = [], 0, []
    for piece in pieces:
        low, high = int(piece.starts.min()), int((piece.starts + piece.lengths).max())
        shifts.append(at - low)
        data.append(piece.data[low:high])
        at += high - low
    times_s = np.concatenate([piece.times_s for piece in pieces])
    order = np.argsort(times_s, kind="stable")
    starts: Indices = np.concatenate([piece.starts + shift for piece, shift in zip(pieces, shifts, strict=True)])
    lengths = np.concatenate([piece.lengths for piece in pieces])
    return PacketBatch(pieces[0].link_type, np.concatenate(data), starts[order], lengths[order], times_s[order])
