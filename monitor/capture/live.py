"""The live calls of a capture process, as `timbre calls` and the health page show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from audio.events import Sound
from monitor.calls.state import CallState
from monitor.capture.activity import talk_s

_STILL_TALKING_S = 1.5
"""Somebody who was heard so short a time ago is talking: sound comes in pieces, and people breathe."""


@dataclass(frozen=True, slots=True)
class LiveCall:
    """One call now. No numbers and no names: who may see those sees them in the review."""

    id: str
    source: str
    stage: str
    begun_s: float
    """Since 1970, on the capture clock."""
    ring_s: float | None
    """How long it rang, or has been ringing."""
    talk_s: tuple[float, float]
    """By channel of the recording; which is the agent's is `agent_channel`."""
    agent_channel: int | None
    silent_s: float | None
    """Since anybody talked; `None` before the answer."""
    agent_id: str | None = None
    length_s: float = 0.0
    """Since it began."""
    talking: tuple[bool, bool] = (False, False)
    """By channel, now."""


@dataclass(slots=True)
class LiveFigures:
    """What is counted of a live call from its sound."""

    talk_s: list[float] = field(default_factory=lambda: [0.0, 0.0])
    talked_s: list[float | None] = field(default_factory=lambda: [None, None])
    """When each channel was last heard to talk, on the capture clock."""

    def add(self, channel: int, sound: Sound) -> None:
        spoken_s = talk_s(sound)
        self.talk_s[channel] += spoken_s
        if spoken_s:
            self._talked(channel, sound.start_s + len(sound.samples) / sound.sample_rate_hz)

    def absorb(self, other: LiveFigures, channels: Sequence[int | None]) -> None:
        """Those of a call that is part of this one; where each of its channels belongs here."""
        for channel, here in enumerate(channels):
            if here is not None:
                self.talk_s[here] += other.talk_s[channel]
                self._talked(here, other.talked_s[channel])

    def last_s(self) -> float | None:
        """When anybody was last heard to talk."""
        return max((at_s for at_s in self.talked_s if at_s is not None), default=None)

    def _talked(self, channel: int, at_s: float | None) -> None:
        if at_s is not None:
            self.talked_s[channel] = max(at_s, self.talked_s[channel] or at_s)


def live_call(call: CallState, figures: LiveFigures, now_s: float) -> LiveCall:
    """A call's state and figures at `now_s`."""
    first, second = (at_s is not None and now_s - at_s < _STILL_TALKING_S for at_s in figures.talked_s)
    return LiveCall(
        id=call.id,
        source=call.source,
        stage=call.stage.value,
        begun_s=call.begun_s,
        ring_s=_ring_s(call, now_s),
        talk_s=(figures.talk_s[0], figures.talk_s[1]),
        agent_channel=call.agent_channel,
        silent_s=_silent_s(call, figures, now_s),
        agent_id=call.agent_id,
        length_s=max(0.0, now_s - call.begun_s),
        talking=(first, second),
    )


def _silent_s(call: CallState, figures: LiveFigures, now_s: float) -> float | None:
    answers = [leg.answered_s for leg in call.legs if leg.answered_s is not None]
    since = [*answers, *([last_s] if (last_s := figures.last_s()) is not None else [])]
    return max(0.0, now_s - max(since)) if since else None


def _ring_s(call: CallState, now_s: float) -> float | None:
    """Of the leg that rang last: in a queue it is the agent's."""
    rang = [leg for leg in call.legs if leg.ringing_s is not None]
    if not rang:
        return None
    leg = max(rang, key=lambda one: one.ringing_s or 0.0)
    end_s = leg.answered_s if leg.answered_s is not None else leg.ended_s
    return max(0.0, (now_s if end_s is None else end_s) - (leg.ringing_s or 0.0))
