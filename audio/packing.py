"""Packing the speech of one leg into windows as long as the recogniser reads at once.

Whisper pays for 30 s of encoding however little is said, and reads better with context: so the
stretches of speech of a leg are set one after the other, a short pause between them, and every
time in the window can be brought back to the recording.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from models.span import Span, union

_ROUNDING_S = 1e-6


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

    def recording_time_s(self, window_time_s: float) -> float:
        """The time in the recording of a time in the window; within a joint, the nearer edge."""
        before, after = self.pieces[0], None
        for piece in self.pieces:
            if piece.at_s > window_time_s:
                after = piece
                break
            before = piece
        inside_s = window_time_s - before.at_s
        if after is not None and inside_s - before.span.duration_s > after.at_s - window_time_s:
            return after.span.start_s
        return before.span.start_s + min(max(inside_s, 0.0), before.span.duration_s)


def packed(channel: int, speech: Iterable[Span], duration_s: float, settings: PackSettings) -> tuple[Window, ...]:
    """Windows that together hold all of `speech`, in order; `duration_s` is the clip's."""
    windows: list[Window] = []
    pieces: list[Piece] = []
    for span in _stretches(speech, duration_s, settings):
        at_s = pieces[-1].at_s + pieces[-1].span.duration_s + settings.pause_s if pieces else 0.0
        if pieces and at_s + span.duration_s > settings.window_s + _ROUNDING_S:
            windows.append(Window(channel, tuple(pieces)))
            pieces, at_s = [], 0.0
        pieces.append(Piece(at_s, span))
    if pieces:
        windows.append(Window(channel, tuple(pieces)))
    return tuple(windows)


def halves(window: Window, settings: PackSettings) -> tuple[Window, ...]:
    """The same speech in two windows, for a second try; a single piece stays one."""
    middle = (len(window.pieces) + 1) // 2
    parts = (window.pieces[:middle], window.pieces[middle:])
    return tuple(_joined(window.channel, [piece.span for piece in part], settings) for part in parts if part)


def _joined(channel: int, spans: list[Span], settings: PackSettings) -> Window:
    pieces: list[Piece] = []
    for span in spans:
        at_s = pieces[-1].at_s + pieces[-1].span.duration_s + settings.pause_s if pieces else 0.0
        pieces.append(Piece(at_s, span))
    return Window(channel, tuple(pieces))


def _stretches(speech: Iterable[Span], duration_s: float, settings: PackSettings) -> list[Span]:
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
