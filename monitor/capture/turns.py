"""Long sounds of legs that share a call, in pieces: which leg is recorded may change in the midst of one."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import count

from audio.events import Sound, SoundMissing, SourceEvent, StreamMeasured
from models.span import Span, intersection

_LONG_S = 0.5
"""Live sound is shorter, and so is taken as it comes."""
_PIECE_S = 0.25


def in_turns(events: Iterable[SourceEvent], is_shared: Callable[[str], bool]) -> Iterator[SourceEvent]:
    """The same events; long sounds of a shared call in pieces, each at its own time among the others.

    `is_shared` says of a leg, when its sound's turn has come, whether its call has other legs.
    """
    rests: list[tuple[float, int, Sound]] = []
    number = count()
    for event in events:
        at_s = _at_s(event)
        while rests and at_s is not None and rests[0][0] <= at_s:
            yield from _piece(heapq.heappop(rests)[2], rests, number, is_shared)
        yield from _piece(event, rests, number, is_shared) if isinstance(event, Sound) else (event,)
    while rests:
        yield from _piece(heapq.heappop(rests)[2], rests, number, is_shared)


def _piece(
    sound: Sound, rests: list[tuple[float, int, Sound]], number: Iterator[int], is_shared: Callable[[str], bool]
) -> Iterator[Sound]:
    size = round(_PIECE_S * sound.sample_rate_hz)
    if len(sound.samples) <= _LONG_S * sound.sample_rate_hz or not is_shared(sound.leg):
        yield sound
        return
    rest = part(sound, size, len(sound.samples))
    heapq.heappush(rests, (rest.start_s, next(number), rest))
    yield part(sound, 0, size)


def part(sound: Sound, first: int, last: int) -> Sound:
    """Its samples from `first` up to `last`."""
    start_s, end_s = first / sound.sample_rate_hz, last / sound.sample_rate_hz
    concealed = intersection(sound.concealed, (Span(start_s, end_s),))
    return replace(
        sound,
        start_s=sound.start_s + start_s,
        samples=sound.samples[first:last],
        concealed=tuple(span.shifted(-start_s) for span in concealed),
    )


def end_s(sound: Sound) -> float:
    """When it ends, on the capture clock."""
    return sound.start_s + len(sound.samples) / sound.sample_rate_hz


def _at_s(event: SourceEvent) -> float | None:
    if isinstance(event, StreamMeasured):
        return None
    return event.start_s if isinstance(event, Sound | SoundMissing) else event.at_s
