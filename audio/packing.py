"""Packing the speech of one leg into windows as long as the recogniser reads at once.

Whisper pays for 30 s of encoding however little is said, and reads better with context: so the
stretches of speech of a leg are set one after the other, a short pause between them, and every
time in the window can be brought back to the recording.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.span import Span, gaps, touching, union
from models.transcript import Word

_ROUNDING_S = 1e-6
_SLIVER_S = 0.3
"""Twice the padding."""
_WORDLESS_S = 0.8
"""With its padding; the shortest of words take half of it."""


@dataclass(frozen=True, slots=True)
class PackSettings:
    """How speech is cut and joined."""

    window_s: float = 29.5
    """Longest window; Whisper reads 30 s."""
    pad_s: float = 0.15
    """Kept on either side of a stretch of speech."""
    pause_s: float = 0.35
    """Silence set between two stretches."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the recording and where its sound starts in the window."""

    at_s: float
    span: Span


@dataclass(frozen=True, slots=True)
class Window:
    """Pieces of one channel to be recognised at once."""

    channel: int
    pieces: tuple[Piece, ...]

    @property
    def duration_s(self) -> float:
        last = self.pieces[-1]
        return last.at_s + last.span.duration_s

    def recording_span(self, start_s: float, end_s: float) -> Span:
        """Where in the recording a stretch of the window lies: in the one piece that holds most of it.

        Recognisers stretch a word over the pause beside it, but nobody says one word in two places.
        """
        piece = max(self.pieces, key=lambda piece: _shared_s(piece, start_s, end_s))
        first_s = min(max(start_s - piece.at_s, 0.0), piece.span.duration_s)
        last_s = min(max(end_s - piece.at_s, first_s), piece.span.duration_s)
        return Span(piece.span.start_s + first_s, piece.span.start_s + last_s)


def _shared_s(piece: Piece, start_s: float, end_s: float) -> float:
    """Seconds of a stretch of the window within a piece; less than 0 is the distance between them."""
    return min(end_s, piece.at_s + piece.span.duration_s) - max(start_s, piece.at_s)


def packed(channel: int, speech: Iterable[Span], duration_s: float, settings: PackSettings) -> tuple[Window, ...]:
    """Windows that together hold all of `speech`, in order; `duration_s` is the clip's."""
    return repacked(channel, stretches(speech, duration_s, settings), settings)


def repacked(channel: int, stretches: Iterable[Span], settings: PackSettings) -> tuple[Window, ...]:
    """Windows of stretches as they are, none longer than a window."""
    windows: list[Window] = []
    pieces: list[Piece] = []
    for span in stretches:
        at_s = pieces[-1].at_s + pieces[-1].span.duration_s + settings.pause_s if pieces else 0.0
        if pieces and at_s + span.duration_s > settings.window_s + _ROUNDING_S:
            windows.append(Window(channel, tuple(pieces)))
            pieces, at_s = [], 0.0
        pieces.append(Piece(at_s, span))
    return (*windows, Window(channel, tuple(pieces))) if pieces else tuple(windows)


def unread(stretched: Iterable[Span], read: Iterable[Window]) -> list[Span]:
    """What of a channel's stretches is in none of its windows.

    Stretches move a little while a call goes on: a sliver beside what was read is no speech of its own.
    """
    pieces = union(piece.span for window in read for piece in window.pieces)
    parts = ((part, span) for span in stretched for part in gaps(touching(pieces, span), span))
    return [part for part, span in parts if part == span or part.duration_s >= _SLIVER_S]


def wordless(windows: Iterable[Window], words: Iterable[Word]) -> list[Span]:
    """The pieces of a channel's windows in which no word was recognised, but those too short to hold one."""
    said = union(Span(word.start_s, word.end_s) for word in words)
    pieces = (piece.span for window in windows for piece in window.pieces)
    return [span for span in pieces if span.duration_s >= _WORDLESS_S and not _word_in(span, said)]


def _word_in(span: Span, said: Sequence[Span]) -> bool:
    return any(word.start_s < span.end_s and word.end_s > span.start_s for word in touching(said, span))


def halves(window: Window, settings: PackSettings) -> tuple[Window, ...]:
    """The same speech in two windows, for a second try; a single piece stays one."""
    middle = (len(window.pieces) + 1) // 2
    parts = (window.pieces[:middle], window.pieces[middle:])
    return tuple(half for part in parts for half in repacked(window.channel, [piece.span for piece in part], settings))


def stretches(speech: Iterable[Span], duration_s: float, settings: PackSettings) -> list[Span]:
    """Speech with what is kept on either side of it, none longer than a window."""
    padded = union(
        Span(max(0.0, span.start_s - settings.pad_s), min(duration_s, span.end_s + settings.pad_s)) for span in speech
    )
    return [part for span in padded for part in _cut(span, settings.window_s)]


def _cut(span: Span, longest_s: float) -> list[Span]:
    parts: list[Span] = []
    start_s = span.start_s
    while span.end_s - start_s > longest_s:
        parts.append(Span(start_s, start_s + longest_s))
        start_s += longest_s
    return [*parts, Span(start_s, span.end_s)]
