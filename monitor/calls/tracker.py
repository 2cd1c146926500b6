"""Signals in, calls out: a state machine without sockets, disk or a clock of its own."""

from __future__ import annotations

import math
from collections import OrderedDict
from dataclasses import replace

from audio.events import LegAnswered, LegBegun, LegEnded, LegHeld, LegLearned, LegResumed, LegRinging, Signal
from models.call import Side
from monitor.calls.ending import closes_s, lost_ends
from monitor.calls.joining import JoinRules, continuing, transferred
from monitor.calls.legs import begun, keys_of
from monitor.calls.limits import CallLimits
from monitor.calls.number_index import NumberIndex
from monitor.calls.open_call import OpenCall, call_id
from monitor.calls.parties import PartyRules
from monitor.calls.state import CallChange, CallChanged, CallClosed, CallOpened, CallState, LegState, Place, Stage

_OPENING = (LegBegun, LegRinging, LegAnswered, LegHeld, LegResumed)
"""Signals that show a living call, if its beginning was lost; an end, a failure or a digit alone does not."""
_UNANSWERED = (Stage.ENDED, Stage.BEGUN, Stage.RINGING)
_REMEMBERED_LEGS_PER_CALL = 8


class CallTracker:
    """Turns one source's signals into calls.

    `feed` signals as they come, call `heard` for each sound before asking `channel_of` for its place, `tick` now and
    then with the source's clock, and `end` when the source is done. Each call that is told as `CallOpened` ends in
    exactly one `CallClosed`, or is absorbed by `CallsJoined`. Signals may come twice, late, in any order or not at all:
    no error is raised. Memory is bounded by the limits.
    """

    def __init__(
        self,
        source: str,
        parties: PartyRules = PartyRules(),  # noqa: B008 # frozen, as the next two
        joins: JoinRules = JoinRules(),  # noqa: B008
        limits: CallLimits = CallLimits(),  # noqa: B008
    ) -> None:
        self.refused = 0
        """Legs that were not followed, for there were too many calls."""
        self._source, self._parties, self._joins, self._limits = source, parties, joins, limits
        self._calls: dict[str, OpenCall] = {}
        self._call_of: dict[str, OpenCall] = {}
        self._keyed: dict[str, OpenCall] = {}
        self._numbers = NumberIndex()
        self._over: OrderedDict[str, float] = OrderedDict()
        self._now_s = -math.inf

    @property
    def calls(self) -> tuple[CallState, ...]:
        """The open calls as they stand."""
        return tuple(call.snapshot() for call in self._calls.values())

    def feed(self, signal: Signal) -> tuple[CallChange, ...]:
        """What a signal changes."""
        if not math.isfinite(signal.at_s):
            return ()
        call = self._call_of.get(signal.leg)
        if call is None:
            return self._open(signal) if self._opens(signal) else ()
        if isinstance(signal, LegBegun) and _another(call.state, signal):
            return (*self._close(call), *self._open(signal))
        return self._fold(call, signal)

    def heard(self, leg: str, side: Side, at_s: float) -> tuple[CallChange, ...]:
        """Sound of a side was heard; of an unknown leg, it opens a call without signalling."""
        if not math.isfinite(at_s):
            return ()
        opened: tuple[CallChange, ...] = ()
        if leg not in self._call_of and leg not in self._over:
            opened = self._open(LegBegun(at_s, leg, ""))
        call = self._call_of.get(leg)
        if call is not None:
            call.feeds.sounded((leg, side), at_s)
            legs = call.legs
            call.feeds.claim(legs[leg], side, legs, self._limits.takeover_s)
        return opened

    def alive(self, leg: str, side: Side, at_s: float) -> None:
        """Packets come of which no sound can be had, e.g. encrypted ones: the call is not silent."""
        call = self._call_of.get(leg)
        if call is not None and math.isfinite(at_s):
            call.feeds.sounded((leg, side), at_s)

    def call_id_of(self, leg: str) -> str | None:
        """The open call that a leg belongs to."""
        call = self._call_of.get(leg)
        return call.id if call else None

    def is_shared(self, leg: str) -> bool:
        """Whether the leg's call has others, so that their streams may take turns on its channels."""
        call = self._call_of.get(leg)
        return call is not None and len(call.legs) > 1

    def channel_of(self, leg: str, side: Side) -> Place | None:
        """Where a stream's sound belongs now; `None` where it is not recorded.

        That is so of an unknown leg, of one whose call is closed, and where another leg brings the same voice.
        """
        call = self._call_of.get(leg)
        channel = call.feeds.place(call.legs[leg], side) if call else None
        return Place(call.id, channel) if call and channel is not None else None

    def tick(self, now_s: float) -> tuple[CallChange, ...]:
        """What the passing of time changes: ends that were lost, and calls that are over and closed now."""
        if not math.isfinite(now_s):
            return ()
        self._now_s = max(self._now_s, now_s)
        changes: list[CallChange] = []
        for call in list(self._calls.values()):
            for signal in lost_ends(call.state, call.activity(), self._now_s, self._limits):
                changes += self._fold(call, signal)
            due_s = closes_s(call.state, self._limits)
            if due_s is not None and due_s <= self._now_s:
                changes += self._close(call)
        return tuple(changes)

    def end(self, at_s: float) -> tuple[CallChange, ...]:
        """Closes all that is open, for the source is done."""
        return tuple(change for call in list(self._calls.values()) for change in self._cut(call, at_s, "source_ended"))

    def _opens(self, signal: Signal) -> bool:
        over_s = self._over.get(signal.leg)
        if over_s is None:
            return isinstance(signal, _OPENING)
        return isinstance(signal, LegBegun) and signal.at_s > over_s

    def _open(self, signal: Signal) -> tuple[CallChange, ...]:
        """A leg of a conversation that is known, or of one of its own."""
        leg = begun(signal)
        leg = replace(leg, agent=self._parties.agent_of(leg))
        met = self._met(leg)
        # A leg that replaces one of a consultation names that in its keys, and the conversation only by its number.
        met = self._met(leg, *self._continued(leg, keyed=bool(met)))
        if not met:
            return self._new(leg)
        changes = self._join(met, signal.at_s)
        met[0].attach(leg)
        self._index(met[0])
        return (*changes, CallChanged(met[0].snapshot()))

    def _new(self, leg: LegState) -> tuple[CallChange, ...]:
        cleared = self._room(leg.begun_s) if len(self._calls) >= self._limits.max_calls else ()
        if len(self._calls) >= self._limits.max_calls:
            self.refused += 1
            return ()
        state = CallState(id=call_id(self._source, leg.leg, leg.begun_s), source=self._source, legs=(leg,))
        call = self._calls[state.id] = OpenCall(state, signal_s=leg.asked_s)
        self._index(call)
        return (*cleared, CallOpened(call.snapshot()))

    def _room(self, at_s: float) -> tuple[CallChange, ...]:
        """Closes the oldest call that nobody answered."""
        oldest = next((call for call in self._calls.values() if call.state.stage in _UNANSWERED), None)
        return self._cut(oldest, at_s, "limit") if oldest else ()

    def _fold(self, call: OpenCall, signal: Signal) -> tuple[CallChange, ...]:
        changes: list[CallChange] = []
        if not isinstance(signal, LegBegun | LegLearned):
            changed = call.fold(signal, self._parties)
        else:
            self._numbers.remove(call.state)  # what is learned may be another number
            changed = call.fold(signal, self._parties)
            met = self._met(call.legs[signal.leg], call)
            changes, call = self._join(met, signal.at_s), met[0]
            self._index(call)
        return (*changes, CallChanged(call.snapshot())) if changed or changes else ()

    def _met(self, leg: LegState, *own: OpenCall) -> list[OpenCall]:
        """Calls with a key in common, and the leg's own; the oldest first."""
        keyed = (self._keyed[key] for key in keys_of(leg) if key in self._keyed)
        met = {call.id: call for call in (*own, *keyed) if call in own or len(call.legs) < self._limits.max_legs}
        return sorted(met.values(), key=lambda call: (call.state.begun_s, call.id))

    def _continued(self, leg: LegState, *, keyed: bool) -> list[OpenCall]:
        calls = [self._calls[call_id].state for call_id in self._numbers.sharing(leg)]
        call = transferred(leg, calls, self._joins) if keyed else continuing(leg, calls, self._joins)
        return [self._calls[call.id]] if call and len(call.legs) < self._limits.max_legs else []

    def _join(self, calls: list[OpenCall], at_s: float) -> list[CallChange]:
        """Makes one conversation of several calls: the oldest absorbs the others."""
        first, *others = calls
        changes: list[CallChange] = []
        for other in others:
            del self._calls[other.id]
            self._numbers.remove(other.state)
            changes.append(first.absorb(other, at_s))
            self._index(first)
        return changes

    def _index(self, call: OpenCall) -> None:
        self._numbers.add(call.state)
        for leg in call.state.legs:
            self._over.pop(leg.leg, None)
            self._call_of[leg.leg] = call
            self._keyed.update(dict.fromkeys(keys_of(leg), call))

    def _cut(self, call: OpenCall, at_s: float, reason: str) -> tuple[CallChange, ...]:
        """Ends and closes a call whose parties did not end it."""
        for leg in call.state.legs:
            if leg.ended_s is None:
                call.fold(LegEnded(max(at_s, leg.asked_s), leg.leg, reason=reason), self._parties)
        return self._close(call)

    def _close(self, call: OpenCall) -> tuple[CallChange, ...]:
        del self._calls[call.id]
        self._numbers.remove(call.state)
        for leg in call.state.legs:
            del self._call_of[leg.leg]
            self._over[leg.leg] = leg.ended_s if leg.ended_s is not None else leg.asked_s
            for key in keys_of(leg):
                if self._keyed.get(key) is call:
                    del self._keyed[key]
        while len(self._over) > self._limits.max_calls * _REMEMBERED_LEGS_PER_CALL:
            self._over.popitem(last=False)
        return (CallClosed(call.snapshot()),)


def _another(call: CallState, signal: LegBegun) -> bool:
    """Whether a name is used for a second call, after the first was over."""
    leg = call.leg(signal.leg)
    ended_s = call.ended_s
    return leg is not None and leg.closed_s is not None and ended_s is not None and signal.at_s > ended_s
