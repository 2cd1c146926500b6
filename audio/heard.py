"""What was recognised of a call while it went on, and what of it counts when the call is over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean

from audio.clip import Clip
from audio.digest import sound_digest
from audio.packing import Window, wordless
from models.span import Span
from models.transcript import Word

_BELIEVABLE = 0.4
"""Mean probability from which a second reading counts: what was passed over may be no speech at all."""


class Reading(StrEnum):
    """Why a window was read."""

    FULL = "full"
    """It is as `packed` makes it from the whole recording."""
    TAIL = "tail"
    """The latest speech, not enough yet for a window: it counts until a full one holds it."""
    AGAIN = "again"
    """Speech in which nothing was recognised the first time."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A window and its words."""

    reading: Reading
    window: Window
    words: tuple[Word, ...]
    language: str
    sound: str = ""
    """Digest of the pieces' sound; empty where it was read from the whole recording."""


def window_digest(clip: Clip, window: Window) -> str:
    """Of the sound of a window's pieces."""
    return sound_digest(clip, window.channel, (piece.span for piece in window.pieces))


def usable_of(heard: Iterable[Heard], clip: Clip) -> list[Heard]:
    """What is true of `clip`: its sound is still what was heard, and no speech is in two windows."""
    true = [one for one in heard if one.window.channel < clip.channels and one.sound == window_digest(clip, one.window)]
    found: list[Heard] = []
    for reading in Reading:  # the full ones first
        for one in true:
            rivals = (two for two in found if (two.reading is Reading.AGAIN) == (reading is Reading.AGAIN))
            if one.reading is reading and not any(shares(one.window, two.window) for two in rivals):
                found.append(one)
    return found


def shares(one: Window, two: Window) -> bool:
    """Whether speech is in both windows."""
    if one.channel != two.channel or extent(one).overlap_s(extent(two)) <= 0:
        return False
    return any(a.span.overlap_s(b.span) > 0 for a in one.pieces for b in two.pieces)


def extent(window: Window) -> Span:
    """From a window's first sound to its last."""
    return Span(window.pieces[0].span.start_s, window.pieces[-1].span.end_s)


def passed_over(channel: int, read: Iterable[Heard]) -> list[Span]:
    """The speech of a channel in which nothing was recognised, in order of time."""
    own = sorted((one for one in read if one.window.channel == channel), key=lambda one: extent(one.window))
    return wordless([one.window for one in own], [word for one in own for word in one.words])


def words_of(channel: int, read: Sequence[Heard], again: Sequence[Heard]) -> Iterator[Word]:
    """The words of a channel, of second readings only what can be believed."""
    for one in read:
        if one.window.channel == channel:
            yield from one.words
    for one in again:
        believed = one.words and fmean(word.probability for word in one.words) >= _BELIEVABLE
        if one.window.channel == channel and believed:
            yield from one.words
