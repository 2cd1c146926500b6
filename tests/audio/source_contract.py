"""What holds of every source, real or fake."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from audio.events import Signal, Sound, SoundMissing, Source, SourceCounts, SourceEvent, StreamMeasured
from models.call import Side

_MOST_POLLS = 200
_TOUCHING_S = 1e-4


def held_to_the_contract(source: Source, polls: int = _MOST_POLLS) -> list[SourceEvent]:
    """All that a source tells within so many polls, and after its closing; fails where it breaks the contract."""
    told: list[SourceEvent] = []
    assert source.name
    assert math.isfinite(source.clock_s())
    before = _totals(source.counts)
    for _ in range(polls):
        events = source.poll(0.01)
        if events is None:
            break
        told += _checked(events)
        now = _totals(source.counts)
        assert all(later >= earlier for later, earlier in zip(now, before, strict=True)), "counts go up only"
        before = now
    source.close()
    source.close()
    for _ in range(_MOST_POLLS):
        rest = source.poll(0.01)
        if rest is None:
            break
        told += _checked(rest)
    assert source.poll(0.0) is None, "a source that was closed comes to an end, and stays there"
    assert math.isfinite(source.clock_s())
    _sounds_in_order(told)
    return told


def _checked(events: Sequence[SourceEvent]) -> Sequence[SourceEvent]:
    for event in events:
        if isinstance(event, Sound):
            _sound(event)
        elif isinstance(event, SoundMissing):
            assert event.start_s <= event.end_s
        elif not isinstance(event, StreamMeasured):
            assert isinstance(event, Signal)
            assert math.isfinite(event.at_s)
            assert event.leg
    return events


def _sound(sound: Sound) -> None:
    assert sound.samples.dtype == np.int16
    assert sound.samples.ndim == 1
    assert sound.sample_rate_hz in {8000, 16000, 32000, 48000}
    length_s = len(sound.samples) / sound.sample_rate_hz
    assert all(0 <= span.start_s <= span.end_s <= length_s + _TOUCHING_S for span in sound.concealed)


def _sounds_in_order(events: Sequence[SourceEvent]) -> None:
    until_s: dict[tuple[str, Side], float] = {}
    for sound in (event for event in events if isinstance(event, Sound)):
        stream = (sound.leg, sound.side)
        assert sound.start_s >= until_s.get(stream, -math.inf) - _TOUCHING_S, "sounds of a side never overlap"
        until_s[stream] = sound.start_s + len(sound.samples) / sound.sample_rate_hz


def _totals(counts: SourceCounts) -> list[int]:
    return [counts.packets, counts.dropped, counts.unreadable]
