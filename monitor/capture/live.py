"""The live calls of a capture process, as `timbre calls` and the health page show them."""

from __future__ import annotations

from dataclasses import dataclass, field

from audio.events import Sound
from monitor.calls.state import CallState
from monitor.capture.activity import talk_s


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
    silent_s: float
    """Since anybody talked."""
    agent_id: str | None = None


@dataclass(slots=True)
class LiveFigures:
    """What is counted of a live call from its sound."""

    talk_s: list[float] = field(default_factory=lambda: [0.0, 0.0])
    talked_s: float | None = None

    def add(self, channel: int, sound: Sound) -> None:
        spoken_s = talk_s(sound)
        self.talk_s[channel] += spoken_s
        if spoken_s:
            self.talked_s = sound.start_s + len(sound.samples) / sound.sample_rate_hz


def live_call(call: CallState, figures: LiveFigures, now_s: float) -> LiveCall:
    """A call's state and figures at `now_s`."""
    since_s = figures.talked_s or call.begun_s
    return LiveCall(
        id=call.id,
        source=call.source,
        stage=call.stage.value,
        begun_s=call.begun_s,
        ring_s=_ring_s(call, now_s),
        talk_s=(figures.talk_s[0], figures.talk_s[1]),
        agent_channel=call.agent_channel,
        silent_s=max(0.0, now_s - since_s),
        agent_id=call.agent_id,
    )


def _ring_s(call: CallState, now_s: float) -> float | None:
    """Of the leg that rang last: in a queue it is the agent's."""
    rang = [leg for leg in call.legs if leg.ringing_s is not None]
    if not rang:
        return None
    leg = max(rang, key=lambda one: one.ringing_s or 0.0)
    end_s = leg.answered_s if leg.answered_s is not None else leg.ended_s
    return max(0.0, (now_s if end_s is None else end_s) - (leg.ringing_s or 0.0))
