"""Which speech of a call that goes on can be recognised already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from audio.clip import Clip
from audio.heard import Heard, Reading, passed_over
from audio.packing import PackSettings, Window, repacked, stretches, unread
from models.span import Span, total_s
from models.transcript import Transcript

_OVER_TAIL_S = 0.01


@runtime_checkable
class AheadTranscriber(Protocol):
    """A `Transcriber` that can be given one window at a time, and later spares what it has read."""

    name: str
    model_sha256: str

    @property
    def packing(self) -> PackSettings: ...

    def read(self, clip: Clip, reading: Reading, window: Window, language: str | None = None) -> Heard: ...

    def transcribe(self, clip: Clip, speech: Sequence[Sequence[Span]], heard: Sequence[Heard] = ()) -> Transcript: ...


@dataclass(frozen=True, slots=True)
class Due:
    """A window to be read now."""

    reading: Reading
    window: Window


@dataclass(frozen=True, slots=True)
class Known:
    """The speech of a channel as far as it is known."""

    channel: int
    speech: Sequence[Span]
    """The last stretch perhaps not whole."""
    until_s: float
    over: bool = False
    """Whether nothing more is expected: what there is, is whole."""


def full_due(known: Known, heard: Sequence[Heard], packing: PackSettings) -> Due | None:
    """The first window of a channel that nothing will be added to and that was not read; `None` where there is none.

    Windows are filled in order, so all but the last are as the whole recording gives them.
    """
    own = [one.window for one in heard if one.reading is Reading.FULL and one.window.channel == known.channel]
    windows = repacked(known.channel, unread(stretches(known.speech, known.until_s, packing), own), packing)
    return Due(Reading.FULL, windows[0]) if len(windows) > 1 else None


def again_due(known: Known, heard: Sequence[Heard], packing: PackSettings) -> Due | None:
    """A window of what was passed over: in whole windows, which come in order too, or in all once it is over."""
    first = [one for one in heard if one.reading is Reading.FULL or (known.over and one.reading is Reading.TAIL)]
    own = [one.window for one in heard if one.reading is Reading.AGAIN and one.window.channel == known.channel]
    windows = repacked(known.channel, unread(passed_over(known.channel, first), own), packing)
    return Due(Reading.AGAIN, windows[0]) if len(windows) > (0 if known.over else 1) else None


def tail_due(known: Known, heard: Sequence[Heard], packing: PackSettings, tail_s: float) -> Due | None:
    """The speech of a channel that no full window holds, where `tail_s` and more of it has ended and was not read."""
    spans = stretches(known.speech, known.until_s, packing)
    ended = [span for span in spans if known.over or span.end_s < known.until_s]
    own = [one for one in heard if one.reading is not Reading.AGAIN and one.window.channel == known.channel]
    if total_s(unread(ended, [one.window for one in own])) < (_OVER_TAIL_S if known.over else tail_s):
        return None
    full = [one.window for one in own if one.reading is Reading.FULL]
    windows = repacked(known.channel, unread(ended, full), packing)
    return Due(Reading.TAIL, windows[-1]) if windows else None


def with_heard(heard: Sequence[Heard], new: Heard) -> tuple[Heard, ...]:
    """All that counts once `new` was read: it takes the place of the channel's tail."""
    if new.reading is Reading.AGAIN:
        return (*heard, new)
    channel = new.window.channel
    kept = (one for one in heard if one.reading is not Reading.TAIL or one.window.channel != channel)
    return (*kept, new)
