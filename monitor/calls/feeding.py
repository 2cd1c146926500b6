"""Which stream of which leg is recorded on a call's two channels."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.call import Side
from monitor.calls.state import LegState, StreamState

Stream = tuple[str, Side]


@dataclass(slots=True)
class Heard:
    """One stream's first and last sound on the capture clock, and the channel that it fed, if any."""

    first_s: float
    last_s: float
    channel: int | None = None


@dataclass(slots=True)
class Feeds:
    """A call's streams. One at a time feeds a channel; another follows where its leg ended or it fell silent."""

    heard: dict[Stream, Heard] = field(default_factory=dict)
    feeding: dict[int, Stream] = field(default_factory=dict)

    def sounded(self, stream: Stream, at_s: float) -> Heard:
        """The stream's times, brought up to date."""
        heard = self.heard.get(stream)
        if heard is None:
            heard = self.heard[stream] = Heard(at_s, at_s)
        heard.first_s, heard.last_s = min(heard.first_s, at_s), max(heard.last_s, at_s)
        return heard

    def claim(self, leg: LegState, side: Side, legs: dict[str, LegState], takeover_s: float) -> None:
        """Lets a stream that was just heard feed its channel if no other leg's stream does, or no longer does."""
        stream, channel = (leg.leg, side), leg.channel(side)
        now, heard = self.feeding.get(channel), self.heard[stream]
        if now is None or (now != stream and self._gives_way(now, leg, legs, heard.last_s, takeover_s)):
            self.feeding[channel] = stream
            heard.channel = channel

    def _gives_way(self, now: Stream, leg: LegState, legs: dict[str, LegState], at_s: float, takeover_s: float) -> bool:
        if leg.answered_s is None:  # a ringing tone or an announcement is not the conversation
            return False
        ended_s = legs[now[0]].ended_s
        if ended_s is not None and ended_s <= at_s and leg.ended_s is None:
            return True
        return at_s - self.heard[now].last_s > takeover_s

    def place(self, leg: LegState, side: Side) -> int | None:
        """The channel that a stream feeds, or would feed for all that is known; `None` where another one does."""
        channel = leg.channel(side)
        return channel if self.feeding.get(channel) in (None, (leg.leg, side)) else None

    def used(self, leg: str) -> bool:
        """Whether a leg's sound is in the recording already, so that its sides are settled."""
        return any(heard.channel is not None for (name, _), heard in self.heard.items() if name == leg)

    def last_s(self) -> float | None:
        return max((heard.last_s for heard in self.heard.values()), default=None)

    def streams(self) -> tuple[StreamState, ...]:
        ordered = sorted(self.heard.items())
        return tuple(StreamState(leg, side, one.channel, one.first_s, one.last_s) for (leg, side), one in ordered)

    def absorb(self, other: Feeds, legs: dict[str, LegState]) -> tuple[int | None, int | None]:
        """Takes over a joined call's streams; where the sound of its channels 0 and 1 goes.

        `legs` have their sides as in the joined call.
        """
        goes: list[int | None] = [None, None]
        for stream, heard in other.heard.items():
            here = legs[stream[0]].channel(stream[1])
            free = self.feeding.get(here) is None
            if heard.channel is not None:
                goes[heard.channel] = here
            fed = here if heard.channel is not None and free else None
            self.heard[stream] = Heard(heard.first_s, heard.last_s, fed)
        for stream in other.feeding.values():
            self.feeding.setdefault(legs[stream[0]].channel(stream[1]), stream)
        return goes[0], goes[1]
