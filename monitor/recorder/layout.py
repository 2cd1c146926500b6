"""Which file of a recording a piece belongs in, and which pieces are written at once: pure, in frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.recorder.placing import Piece

_TABLE_FRAMES = 1 << 20
_FAR = 1 << 62


@dataclass(frozen=True, slots=True)
class Layout:
    """Limits, in frames."""

    longest: int
    """Of a file."""
    gap: int
    """After a longer one, sound goes on in another file."""
    reach: int
    """Pieces nearer than this are written at once."""


Bounds = tuple[int, int]
"""First frame of a file and the frame after its last."""
Cluster = tuple[int, list[Piece]]
"""First frame of the file, whether it is there yet or not, and pieces that lie together in it."""


def laid_out(pieces: Sequence[Piece], files: Sequence[Bounds], layout: Layout) -> list[Cluster]:
    """Pieces, sorted by frame, by file and place. Where a file ends a piece is cut, to the frame."""
    if not pieces:
        return []
    if len(files) == 1 and _simple(pieces, files[0], layout):
        return [(files[0][0], list(pieces))]
    return list(_clusters(pieces, list(files), layout))


def _simple(pieces: Sequence[Piece], file: Bounds, layout: Layout) -> bool:
    """As nearly always: all goes together into the one file that there is."""
    first, last = pieces[0].frame, max(piece.end for piece in pieces)
    inside = file[0] <= first <= file[1] + layout.gap and last <= file[0] + layout.longest
    return inside and last - first <= layout.reach


def _clusters(pieces: Sequence[Piece], files: list[Bounds], layout: Layout) -> Iterator[Cluster]:
    cluster: list[Piece] = []
    file, first, end = -1, 0, 0
    for home, piece in _cut(pieces, files, layout):
        near = piece.frame <= end + layout.reach and max(end, piece.end) - first <= _TABLE_FRAMES
        if cluster and (home != file or not near):
            yield file, cluster
            cluster = []
        if not cluster:
            file, first, end = home, piece.frame, piece.end
        cluster.append(piece)
        end = max(end, piece.end)
    yield file, cluster


def _cut(pieces: Sequence[Piece], files: list[Bounds], layout: Layout) -> Iterator[tuple[int, Piece]]:
    for piece in pieces:
        frame = piece.frame
        while frame < piece.end:
            at, limit = _home(files, frame, layout)
            stop = min(piece.end, limit, frame + _TABLE_FRAMES)
            first, end = files[at]
            files[at] = (first, max(end, stop))
            yield first, piece.cut(frame, stop)
            frame = stop


def _home(files: list[Bounds], frame: int, layout: Layout) -> tuple[int, int]:
    """Which file `frame` belongs to, and that file's limit; a new one is added to `files`, which are sorted.

    The first begins at time zero, though the disk took nothing at first, unless that is too much silence to write.
    """
    at = max((i for i, (first, _) in enumerate(files) if first <= frame), default=-1)
    if at < 0 or frame >= files[at][0] + layout.longest or frame - files[at][1] > layout.gap:
        at += 1
        from_zero = not files and frame <= layout.gap and frame < layout.longest
        files.insert(at, (0 if from_zero else frame, frame))
    after = files[at + 1][0] if at + 1 < len(files) else _FAR
    return at, min(files[at][0] + layout.longest, after)
