"""From a stream of sound without end to calls: what is told of each, and which sound belongs to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from audio.events import LegAnswered, LegBegun, LegEnded, LegRinging, Sound, SoundMissing, SourceEvent
from audio.soundcard.call_finder import AnswerHeard, CallBegun, CallEnded, CallFinder, Found, RingHeard, looks_back_s
from audio.soundcard.mark import Mark
from audio.soundcard.settings import SoundCardSettings
from audio.soundcard.timeline import Hole
from models.call import Side
from models.span import Span, gaps, intersection

_LAST_SOUND_S = 1.0
"""How long a marked end waits for the sound before it."""


@dataclass(slots=True)
class _Leg:
    name: str
    starts_s: float
    ends_s: float = np.inf
    reason: str = "marked"
    paused: list[Span] = field(default_factory=list)
    paused_since_s: float | None = None

    def paused_spans(self) -> list[Span]:
        running = [] if self.paused_since_s is None else [Span(self.paused_since_s, np.inf)]
        return [*self.paused, *running]

    def resume(self, at_s: float) -> None:
        if self.paused_since_s is not None:
            self.paused.append(Span(self.paused_since_s, max(self.paused_since_s, at_s)))
            self.paused_since_s = None


class StreamCalls:
    """One place of work: at any time there is one call or none. Pure: all times are given."""

    def __init__(
        self,
        name: str,
        sides: tuple[Side, ...],
        settings: SoundCardSettings,
        holes_until: Callable[[float], Iterable[tuple[Side, Hole]]],
    ) -> None:
        """`sides` is one where a single channel carries both. `holes_until` tells what was still awaited at an end."""
        self._name = name
        self._sides = sides
        self._settings = settings
        self._holes_until = holes_until
        self._agent_side = Side(settings.agent_side) if len(sides) > 1 else None
        line = self._agent_side.other if self._agent_side else sides[0]
        self._finder = CallFinder(sides, line, settings.sample_rate_hz, settings.calls)
        self._kept: deque[tuple[Side, Sound | Hole]] = deque()
        self._kept_s = max(settings.calls.pre_roll_s, settings.calls.mark_pre_roll_s) + looks_back_s(settings.calls)
        self._told_until_s = dict.fromkeys(sides, -np.inf)
        self._leg: _Leg | None = None
        self._last_ended_s = -np.inf

    @property
    def open_leg(self) -> str | None:
        return self._leg.name if self._leg else None

    def sound(self, side: Side, start_s: float, samples: npt.NDArray[np.int16]) -> Iterator[SourceEvent]:
        """The next samples of one side, shape (frames,)."""
        sound = Sound("", side, start_s, self._settings.sample_rate_hz, samples)
        self._keep(side, sound)
        self._told_until_s[side] = _end_s(sound)
        if self._leg:
            yield from _part(self._leg, sound)
        if self._settings.calls.found or self._leg:
            yield from self._all_told(self._finder.hear(side, start_s, samples), _end_s(sound))

    def missing(self, side: Side, hole: Hole) -> Iterator[SourceEvent]:
        """A time of which one side's sound is missing."""
        self._keep(side, hole)
        self._told_until_s[side] = hole.end_s
        if self._leg:
            yield from _missing_part(self._leg, side, hole)

    def mark(self, mark: Mark) -> Iterator[SourceEvent]:
        """What a softphone tells; without a call, all but `start` says nothing."""
        if mark.kind == "start":
            yield from self._finished(mark.at_s)
            self._finder.begin(mark.at_s)
            yield from self._begun(mark.at_s, self._settings.calls.mark_pre_roll_s, mark)
        elif self._leg and mark.kind == "end":
            self._leg.ends_s = mark.at_s
            self._finder.end(mark.at_s)
        elif self._leg and mark.kind == "pause" and self._leg.paused_since_s is None:
            self._leg.paused_since_s = mark.at_s
        elif self._leg and mark.kind == "resume":
            self._leg.resume(mark.at_s)

    def tick(self, now_s: float) -> Iterator[SourceEvent]:
        """What the passing of time tells."""
        yield from self._all_told(self._finder.tick(now_s), now_s)
        if self._leg and np.isfinite(self._leg.ends_s):
            all_told = min(self._told_until_s.values()) >= self._leg.ends_s
            if all_told or now_s - self._leg.ends_s >= _LAST_SOUND_S:
                yield from self._finished(self._leg.ends_s)

    def close(self, now_s: float) -> Iterator[SourceEvent]:
        """The source is closed, and with it what is still open."""
        if self._leg and np.isinf(self._leg.ends_s):
            self._leg.reason = "source_ended"
        yield from self._finished(now_s)

    def _all_told(self, found: tuple[Found, ...], now_s: float) -> Iterator[SourceEvent]:
        for item in found:
            yield from self._told(item, now_s)

    def _told(self, found: Found, now_s: float) -> Iterator[SourceEvent]:
        match found:
            case CallBegun(at_s):
                yield from self._begun(at_s, self._settings.calls.pre_roll_s, None)
            case RingHeard(at_s) if self._leg:
                yield LegRinging(at_s, self._leg.name, by_sound=True)
            case AnswerHeard(at_s) if self._leg:
                yield LegAnswered(at_s, self._leg.name, by_sound=True)
            case CallEnded(at_s, reason) if self._leg:
                self._leg.reason = reason
                yield from self._finished(now_s, at_s)

    def _begun(self, at_s: float, pre_roll_s: float, mark: Mark | None) -> Iterator[SourceEvent]:
        name = f"{self._name}-{round(at_s * 1000)}"
        self._leg = _Leg(name, max(at_s - pre_roll_s, self._last_ended_s))
        yield LegBegun(
            at_s,
            name,
            signalling_id=name,
            caller=mark.caller if mark else None,
            callee=mark.callee if mark else None,
            agent_id=(mark.agent_id if mark else None) or self._settings.agent_id or None,
            agent_side=self._agent_side,
            mixed=len(self._sides) == 1,
        )
        for side, kept in self._kept:
            yield from _part(self._leg, kept) if isinstance(kept, Sound) else _missing_part(self._leg, side, kept)

    def _finished(self, until_s: float, at_s: float | None = None) -> Iterator[SourceEvent]:
        """End the call, if there is one: it has no sound after `until_s`, and ended at `at_s` (then, where `None`)."""
        if self._leg is None:
            return
        for side, hole in self._holes_until(until_s):
            yield from self.missing(side, hole)
        leg, self._leg = self._leg, None
        ended_s = until_s if at_s is None else at_s
        yield LegEnded(min(ended_s, leg.ends_s), leg.name, reason=leg.reason)
        self._last_ended_s = min(until_s, leg.ends_s)
        self._finder.end(self._last_ended_s)

    def _keep(self, side: Side, kept: Sound | Hole) -> None:
        self._kept.append((side, kept))
        while _end_s(self._kept[0][1]) < _end_s(kept) - self._kept_s:
            self._kept.popleft()


def _end_s(part: Sound | Hole) -> float:
    if isinstance(part, Hole):
        return part.end_s
    return part.start_s + part.samples.size / part.sample_rate_hz


def _within(leg: _Leg, start_s: float, end_s: float) -> Span | None:
    start_s, end_s = max(start_s, leg.starts_s), min(end_s, leg.ends_s)
    return Span(start_s, end_s) if end_s > start_s else None


def _part(leg: _Leg, sound: Sound) -> Iterator[SourceEvent]:
    """The sound's share in the call; of paused times only that there was some."""
    within = _within(leg, sound.start_s, _end_s(sound))
    if within is None:
        return
    paused = leg.paused_spans()
    shares: list[tuple[Span, bool]] = [(span, True) for span in gaps(paused, within)]
    shares += [(span, False) for span in intersection(paused, [within])]
    for span, recorded in sorted(shares):
        if recorded:
            yield from _cut(leg, sound, span)
        else:
            yield SoundMissing(leg.name, sound.side, span.start_s, span.end_s, "paused")


def _cut(leg: _Leg, sound: Sound, span: Span) -> Iterator[SourceEvent]:
    first = round((span.start_s - sound.start_s) * sound.sample_rate_hz)
    last = round((span.end_s - sound.start_s) * sound.sample_rate_hz)
    if last > first:
        start_s = sound.start_s + first / sound.sample_rate_hz
        yield Sound(leg.name, sound.side, start_s, sound.sample_rate_hz, sound.samples[first:last])


def _missing_part(leg: _Leg, side: Side, hole: Hole) -> Iterator[SourceEvent]:
    within = _within(leg, hole.start_s, hole.end_s)
    if within:
        yield SoundMissing(leg.name, side, within.start_s, within.end_s, hole.reason)
