"""A session's events as lines of JSON, so that it can be played again; of sound only whose, when and how long."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any, get_args

from audio.events import Signal, Sound
from models.call import Side
from monitor.calls.state import CallChange
from monitor.calls.tracker import CallTracker

_SIGNALS = {kind.__name__: kind for kind in get_args(Signal)}
_SIDES = ("side", "by", "agent_side")
_LISTS = ("join_keys", "addresses")


@dataclass(frozen=True, slots=True)
class SoundHeard:
    """A stretch of sound without its samples."""

    at_s: float
    leg: str
    side: Side
    duration_s: float


@dataclass(frozen=True, slots=True)
class Tick:
    """The clock's time, when it was asked for."""

    at_s: float


Replayable = Signal | SoundHeard | Tick
_KINDS: dict[str, type[Any]] = {**_SIGNALS, "SoundHeard": SoundHeard, "Tick": Tick}


def heard_in(sound: Sound) -> SoundHeard:
    return SoundHeard(sound.start_s, sound.leg, sound.side, len(sound.samples) / sound.sample_rate_hz)


def line_of(event: Replayable) -> str:
    """One event as one line of JSON; fields that have their default are left out."""
    values = {one.name: getattr(event, one.name) for one in fields(event) if getattr(event, one.name) != one.default}
    return json.dumps({"event": type(event).__name__, **values}, ensure_ascii=False)


def event_of(line: str) -> Replayable:
    """The event of a line that `line_of` wrote.

    Raises:
        ValueError: for a line that is not such an event.
    """
    try:
        values = dict(json.loads(line))
        kind = _KINDS[values.pop("event")]
        values |= {name: Side(values[name]) for name in _SIDES if values.get(name) is not None}
        values |= {name: tuple(values[name]) for name in _LISTS if values.get(name) is not None}
        event: Replayable = kind(**values)
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError("not an event of a call") from error
    return event


def replay(tracker: CallTracker, events: Iterable[Replayable]) -> Iterator[CallChange]:
    """What the tracker tells of events in their order; sound is heard from its start and to its end."""
    for event in events:
        match event:
            case SoundHeard():
                yield from tracker.heard(event.leg, event.side, event.at_s)
                yield from tracker.heard(event.leg, event.side, event.at_s + event.duration_s)
            case Tick():
                yield from tracker.tick(event.at_s)
            case _:
                yield from tracker.feed(event)
