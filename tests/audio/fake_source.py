"""A source whose every answer a test decides, held to the contract like the real ones."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from audio.events import LegAnswered, LegBegun, LegEnded, LegRinging, Sound, SourceCounts, SourceEvent
from models.call import Side
from tests.sounds import noise

START_S = 1_760_000_000.0
RATE_HZ = 8000

Answer = Sequence[SourceEvent] | Exception | None


@dataclass
class FakeSource:
    """Gives its answers one a poll, raising those that are errors and ending at a `None`; then nothing happens."""

    answers: deque[Answer] = field(default_factory=deque)
    last_words: Sequence[SourceEvent] = ()
    """Told after it was closed."""
    name: str = "sip"
    counts: SourceCounts = field(default_factory=SourceCounts)
    at_s: float = START_S
    polls: int = 0
    up: bool = True
    closes: int = 0
    ended: bool = False
    drained: threading.Event = field(default_factory=threading.Event)
    """Set once all answers were given."""

    def poll(self, timeout_s: float) -> Sequence[SourceEvent] | None:
        self.polls += 1
        if self.ended:
            return None
        if self.closes:
            self.ended = True
            return self.last_words
        if not self.answers:
            self.drained.wait(0 if self.drained.is_set() else timeout_s)
            self.drained.set()
            threading.Event().wait(min(timeout_s, 0.005))
            return ()
        answer = self.answers.popleft()
        if isinstance(answer, Exception):
            raise answer
        self.ended = answer is None
        self.counts.packets += len(answer or ())
        return answer

    def clock_s(self) -> float:
        return self.at_s

    def close(self) -> None:
        self.closes += 1


def fake(*answers: Answer, last_words: Sequence[SourceEvent] = ()) -> FakeSource:
    return FakeSource(deque(answers), last_words)


def sound(
    start_s: float, duration_s: float = 1.0, side: Side = Side.CALLER, *, level_dbov: float = -26.0, leg: str = "a"
) -> Sound:
    """`start_s` counts from START_S."""
    samples = (noise(duration_s, level_dbov, rate_hz=RATE_HZ) * 32767).astype("int16")
    return Sound(leg, side, START_S + start_s, RATE_HZ, samples)


def call(leg: str = "a", start_s: float = 0.0, talk_s: float = 2.0) -> list[SourceEvent]:
    """A call that rings for two seconds; both talk at once, and the caller hangs up."""
    at_s = START_S + start_s
    return [
        LegBegun(at_s, leg, f"id-{leg}", caller="600111222", callee="1001"),
        LegRinging(at_s + 0.5, leg, status=180),
        LegAnswered(at_s + 2.5, leg),
        sound(start_s + 2.5, talk_s, leg=leg),
        sound(start_s + 2.5, talk_s, Side.CALLEE, leg=leg),
        LegEnded(at_s + 2.5 + talk_s, leg, by=Side.CALLER, reason="bye"),
    ]
