"""One source's events on their way: signals to the tracker, sound to the recorder."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from math import inf

from audio.events import Sound, SoundMissing, Source, SourceEvent, StreamMeasured
from models.call import Side
from models.plain import plain
from monitor.calls.record import outcome_of, record_of
from monitor.calls.state import CallChange, CallChanged, CallClosed, CallOpened, CallsJoined, CallState, Place
from monitor.calls.tracker import CallTracker
from monitor.capture.copies import Copies
from monitor.capture.live import LiveCall, LiveFigures, live_call
from monitor.capture.totals import CaptureTotals
from monitor.capture.turns import end_s, in_turns
from monitor.recorder.recorder import Recorder

log = logging.getLogger(__name__)

_MOST_TRACES = 20
"""Of defects, in a process: the log must not fill the disk that the calls need."""
_RELAY_S = 0.3
"""A relay passes a voice on no later than this: so much more of it on another leg is nothing new."""


@dataclass(slots=True)
class _Open:
    """What is gathered of a call while it lives."""

    figures: LiveFigures = field(default_factory=LiveFigures)
    measured: list[StreamMeasured] = field(default_factory=list)
    until_s: list[float] = field(default_factory=lambda: [-inf, -inf])
    """By channel, the end of what was recorded."""


class CaptureLoop:
    """Polls a source and passes on what it tells. Used by one thread; `live` may be read by others."""

    def __init__(
        self, source: Source, tracker: CallTracker, recorder: Recorder, totals: CaptureTotals | None = None
    ) -> None:
        self.source = source
        self.live: tuple[LiveCall, ...] = ()
        self.totals = totals or CaptureTotals()
        self._tracker = tracker
        self._recorder = recorder
        self._open: dict[str, _Open] = defaultdict(_Open)
        self._copies = Copies()

    def step(self, timeout_s: float) -> bool:
        """One poll; false when the source has nothing more, and all its calls are closed then.

        Raises:
            CaptureError, SourceError, DeviceError: what the source raises; what it told before is safe.
        """
        events = self.source.poll(timeout_s)
        if events is None:
            self.end()
            return False
        self.take(events)
        return True

    def take(self, events: Iterable[SourceEvent]) -> None:
        """Pass events on, then the time. A defect met with one of them does not cost the others."""
        for event in in_turns(events, self._tracker.is_shared):
            try:
                self._take(event)
            except Exception:
                self.totals.failures += 1
                if self.totals.failures <= _MOST_TRACES:
                    log.exception("an event could not be followed: %s", type(event).__name__)
        now_s = self.source.clock_s()
        self._apply(self._tracker.tick(now_s))
        self._recorder.flush(now_s)
        self.live = tuple(live_call(call, self._open[call.id].figures, now_s) for call in self._tracker.calls)

    def end(self) -> None:
        """Close what is open: there will be nothing more."""
        now_s = self.source.clock_s()
        self._apply(self._tracker.end(now_s))
        self._recorder.flush(now_s)
        self.live = ()

    def _take(self, event: SourceEvent) -> None:
        if isinstance(event, Sound):
            self._sound(event)
        elif isinstance(event, SoundMissing):
            self._tracker.alive(event.leg, event.side, event.end_s)
            if place := self._tracker.channel_of(event.leg, event.side):
                self._recorder.missing(place.call_id, place.channel, event.start_s, event.end_s, event.reason)
        elif isinstance(event, StreamMeasured):
            self.totals.add(event)
            if call_id := self._tracker.call_id_of(event.leg):
                self._open[call_id].measured.append(event)
        else:
            self._apply(self._tracker.feed(event))

    def _sound(self, sound: Sound) -> None:
        self._apply(self._tracker.heard(sound.leg, sound.side, sound.start_s))
        if place := self._tracker.channel_of(sound.leg, sound.side):
            until_s = self._open[place.call_id].until_s[place.channel]
            for kept in self._copies.taken(sound.leg, sound.side, until_s):
                self._write(place, kept)
            self._write(place, sound)
        elif self._tracker.is_shared(sound.leg):
            self._copies.keep(sound)
        self._tracker.alive(sound.leg, sound.side, end_s(sound))

    def _write(self, place: Place, sound: Sound) -> None:
        call = self._open[place.call_id]
        call.figures.add(place.channel, sound)
        call.until_s[place.channel] = max(end_s(sound), call.until_s[place.channel])
        self._recorder.write(place.call_id, place.channel, sound)

    def _apply(self, changes: Iterable[CallChange]) -> None:
        for change in changes:
            if isinstance(change, CallOpened):
                self._recorder.open(change.call.id, change.call.begun_s, source=change.call.source)
                self._note(change.call)
            elif isinstance(change, CallChanged):
                self._note(change.call)
            elif isinstance(change, CallsJoined):
                self._join(change)
            elif isinstance(change, CallClosed):
                self._close(change.call)

    def _note(self, call: CallState) -> None:
        """The call as it stands, into its journal: after a crash it is all that is known."""
        self._recorder.note(call.id, plain(call))

    def _join(self, change: CallsJoined) -> None:
        absorbed = self._open.pop(change.absorbed_id, _Open())
        call = self._open[change.call_id]
        call.measured += absorbed.measured
        for here, until_s in zip(change.channels, absorbed.until_s, strict=True):
            if here is not None:
                call.until_s[here] = max(call.until_s[here], until_s)
        call.figures.absorb(absorbed.figures, change.channels)
        self._recorder.join(change.call_id, change.absorbed_id, change.channels)

    def _close(self, call: CallState) -> None:
        self.totals.ended[outcome_of(call)] += 1
        self._rest(call)
        gathered = self._open.pop(call.id, _Open())
        self._recorder.close(call.id, partial(record_of, call, tuple(gathered.measured)))
        log.info("call %s over", call.id)

    def _rest(self, call: CallState) -> None:
        """The last words where the stream that was recorded had stopped and another leg's had not taken over yet."""
        for leg, side in ((leg, side) for leg in call.legs for side in Side):
            place = Place(call.id, leg.channel(side))
            kept = self._copies.taken(leg.leg, side, self._open[call.id].until_s[place.channel])
            if sum(end_s(sound) - sound.start_s for sound in kept) > _RELAY_S:
                for sound in kept:
                    self._write(place, sound)
