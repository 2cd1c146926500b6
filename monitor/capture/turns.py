"""Long sounds of legs that share a call, in pieces: which leg is recorded may change in the midst of one."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from itertools import count

from audio.events import Sound, SoundMissing, SourceEvent, StreamMeasured
from models.span import Span, intersection

_LONG_S = 0.5
"""Live sound is shorter, and so is taken as it comes."""
_PIECE_S = 0.25

_Rest = tuple[float, int, Sound, int]
"""When the turn of a sound's rest has come, a number that tells equal times apart, the sound, and the first sample."""


def in_turns(events: Iterable[SourceEvent], is_shared: Callable[[str], bool]) -> Iterator[SourceEvent]:
    """The same events; long sounds of a shared call in pieces, each at its own time among the others.

    `is_shared` says of a leg, when its sound's turn has come, whether its call has other legs.
    """
    rests: list[_Rest] = []
    number = count()
    for event in events:
        at_s = _at_s(event)
        while rests and at_s is not None and rests[0][0] <= at_s:
            yield _piece(heapq.heappop(rests), rests, is_shared)
        yield _piece((event.start_s, next(number), event, 0), rests, is_shared) if isinstance(event, Sound) else event
    while rests:
        yield _piece(heapq.heappop(rests), rests, is_shared)


def _piece(rest: _Rest, rests: list[_Rest], is_shared: Callable[[str], bool]) -> Sound:
    start_s, number, sound, first = rest
    size = round(_PIECE_S * sound.sample_rate_hz)
    if len(sound.samples) - first <= _LONG_S * sound.sample_rate_hz or not is_shared(sound.leg):
        return part(sound, first, len(sound.samples))
    heapq.heappush(rests, (start_s + _PIECE_S, number, sound, first + size))
    return part(sound, first, first + size)


def part(sound: Sound, first: int, last: int) -> Sound:
    """Its samples from `first` up to `last`; the whole costs nothing."""
    if first == 0 and last == len(sound.samples):
        return sound
    start_s, end_s = first / sound.sample_rate_hz, last / sound.sample_rate_hz
    concealed = intersection(sound.concealed, (Span(start_s, end_s),)) if sound.concealed else ()
    spans = tuple(span.shifted(-start_s) for span in concealed)
    return Sound(sound.leg, sound.side, sound.start_s + start_s, sound.sample_rate_hz, sound.samples[first:last], spans)


def end_s(sound: Sound) -> float:
    """When it ends, on the capture clock."""
    return sound.start_s + len(sound.samples) / sound.sample_rate_hz


def _at_s(event: SourceEvent) -> float | None:
    if isinstance(event, StreamMeasured):
        return None
    return event.start_s if isinstance(event, Sound | SoundMissing) else event.at_s
