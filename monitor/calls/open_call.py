"""A call that is not over yet: its state, its streams, and what happens when it meets another leg or call."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from audio.events import LegBegun, LegEnded, LegLearned, Signal
from monitor.calls.answer import answering_leg
from monitor.calls.ending import Activity
from monitor.calls.feeding import Feeds, Heard
from monitor.calls.joining import consultation, flipped
from monitor.calls.legs import folded
from monitor.calls.parties import PartyRules, agent_channel
from monitor.calls.state import CallChange, CallClosed, CallsJoined, CallState, Happened, LegState

_FIRST_YEAR_S, _LAST_YEAR_S = 0.0, 253_402_300_799.0
CONSULTATION = "consultation"


@dataclass(slots=True, eq=False)
class OpenCall:
    """`state` is without streams and without the agent; `snapshot` has both."""

    state: CallState
    feeds: Feeds = field(default_factory=Feeds)
    signal_s: float = -math.inf
    """Of the last signal."""

    @property
    def id(self) -> str:
        return self.state.id

    @property
    def legs(self) -> dict[str, LegState]:
        return {leg.leg: leg for leg in self.state.legs}

    def activity(self) -> Activity:
        return Activity(self.signal_s, self.feeds.last_s())

    def snapshot(self) -> CallState:
        ids = (leg.agent.agent_id for leg in (answering_leg(self.state), *self.state.legs))
        return replace(
            self.state,
            streams=self.feeds.streams(),
            agent_channel=agent_channel(self.state),
            agent_id=next((agent_id for agent_id in ids if agent_id), None),
        )

    def fold(self, signal: Signal, parties: PartyRules) -> bool:
        """Whether the signal changed the leg that it is about."""
        self.signal_s = max(self.signal_s, signal.at_s)
        before = self.legs[signal.leg]
        leg = folded(before, signal)
        if isinstance(signal, LegBegun | LegLearned):
            leg = self._placed(replace(leg, agent=parties.agent_of(leg)))
        legs = tuple(leg if one is before else one for one in self.state.legs)
        self.state = replace(self.state, legs=legs)
        return leg != before

    def attach(self, leg: LegState) -> None:
        """One more leg of this conversation."""
        self.signal_s = max(self.signal_s, leg.asked_s)
        self.state = replace(self.state, legs=(*self.state.legs, self._placed(leg)))

    def _placed(self, leg: LegState) -> LegState:
        """Its sides on their channels; settled as soon as it is recorded."""
        return leg if self.feeds.used(leg.leg) else replace(leg, flipped=flipped(leg, self.state))

    def absorb(self, other: OpenCall, at_s: float) -> CallChange:
        """Takes over another call's legs; what is told of that call."""
        before = other.snapshot()
        apart = consultation(self.snapshot(), before)
        turn = flipped(before.legs[0], self.state) != before.legs[0].flipped
        legs = tuple(replace(leg, flipped=leg.flipped != turn) for leg in before.legs)
        happened = (*self.state.happened, *other.state.happened, Happened("joined", at_s))
        self.state = replace(self.state, legs=(*self.state.legs, *legs), happened=happened)
        self.signal_s = max(self.signal_s, other.signal_s)
        if apart:
            self.feeds.heard |= {stream: Heard(one.first_s, one.last_s) for stream, one in other.feeds.heard.items()}
            return CallClosed(_left(before, at_s))
        return CallsJoined(self.id, other.id, self.feeds.absorb(other.feeds, self.legs))


def _left(call: CallState, at_s: float) -> CallState:
    """A consultation at its end: what lives on of it is the conversation's."""
    ends = (LegEnded(max(at_s, leg.asked_s), leg.leg, reason="transferred") for leg in call.legs)
    legs = tuple(folded(leg, end) if leg.ended_s is None else leg for leg, end in zip(call.legs, ends, strict=True))
    return replace(call, legs=legs, notes=(*call.notes, CONSULTATION))


def call_id(source: str, leg: str, at_s: float) -> str:
    """An id that sorts by time and that the same call of the same capture always gets."""
    digest = hashlib.sha256(f"{source}\0{leg}\0{at_s!r}".encode(errors="surrogatepass")).hexdigest()[:12]
    moment = datetime.fromtimestamp(min(max(at_s, _FIRST_YEAR_S), _LAST_YEAR_S), UTC)
    return f"{moment:%Y%m%dT%H%M%SZ}-{digest}"
