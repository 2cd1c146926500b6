"""Calls found in sound alone: by rings, by speech, and by the tones with which a line says that it is over.

Pure: fed with sound and times, it gives the same calls from arrays as from a device. What it says of a moment may be
said seconds later, once it is sure; times are those of the moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from audio.soundcard.ear import Ear
from audio.soundcard.settings import CallSettings
from audio.tone_bursts import LONGEST_PAUSE_S, Burst, series_of
from audio.tone_plans import PLANS
from audio.tones import is_busy, rings_of
from models.call import Side

_LONGEST_RING_S = 2.6
_TOLERANCE_HZ = 12.5
_SURE_RING_S = 0.8
_SURE_AFTER_S = 0.9
_BUSY_GAP_S = 1.2
_RING_TOLD_WITHIN_S = 6.0
_ANSWER_WITHIN_S = 1.0
_LATE_S = 1.5
"""Sound that is no later than this still counts as coming."""
_RINGS_HZ = tuple({float(np.mean(plan.frequencies_hz)) for plan in PLANS})


def looks_back_s(settings: CallSettings) -> float:
    """How long after its first sound a call is told at the latest."""
    return max(_RING_TOLD_WITHIN_S, _opening_within_s(settings) + _LATE_S)


def _opening_within_s(settings: CallSettings) -> float:
    return settings.shortest_s + 1.0


@dataclass(frozen=True, slots=True)
class CallBegun:
    at_s: float


@dataclass(frozen=True, slots=True)
class RingHeard:
    """The first ring of a call began."""

    at_s: float


@dataclass(frozen=True, slots=True)
class AnswerHeard:
    """The first speech after the last ring."""

    at_s: float


@dataclass(frozen=True, slots=True)
class CallEnded:
    """`silence`, `busy_tone`, `dial_tone`, `limit`, or `source_ended` where no sound came any more."""

    at_s: float
    reason: str


Found = CallBegun | RingHeard | AnswerHeard | CallEnded


@dataclass(slots=True)
class _Call:
    begun_s: float
    last_heard_s: float
    ring_ended_s: float | None = None
    rings: list[float] = field(default_factory=list)
    answered: bool = False


class CallFinder:
    """Listens to the sides of one place of work; at any time there is one call or none."""

    def __init__(self, sides: Sequence[Side], line: Side, sample_rate_hz: int, settings: CallSettings) -> None:
        """`line` is the side that the other end of the telephone line is heard on."""
        self._ears = {side: Ear(sample_rate_hz, settings) for side in sides}
        self._line = line
        self._settings = settings
        self._call: _Call | None = None
        self._marked = False
        self._since_s = -np.inf

    def hear(self, side: Side, start_s: float, samples: npt.NDArray[np.int16]) -> tuple[Found, ...]:
        """The next samples of one side, shape (frames,), and what they tell."""
        ear = self._ears[side]
        if not ear.hear(start_s, samples) or ear.heard_until_s is None:
            return ()
        return tuple(self._noticed(ear.heard_until_s))

    def tick(self, now_s: float) -> tuple[Found, ...]:
        """What the passing of time alone tells."""
        return tuple(self._over(now_s - _LATE_S)) if self._call else ()

    def begin(self, at_s: float) -> None:
        """A call was marked as begun: rings and its answer are listened for, but only `end` ends it."""
        self._call = _Call(at_s, at_s)
        self._marked = True

    def end(self, at_s: float) -> None:
        """The call is over; what was heard before is not part of another."""
        self._call = None
        self._marked = False
        self._since_s = at_s

    def _noticed(self, now_s: float) -> Iterator[Found]:
        if self._call is None:
            yield from self._begun(now_s)
        if self._call is not None:
            yield from self._gone_on(self._call, now_s)
            yield from self._over(now_s)

    def _begun(self, now_s: float) -> Iterator[Found]:
        rings = [ring.span.start_s for ear in self._ears.values() for ring in self._rings(ear, self._since_s, now_s)]
        words = self._opening_words_s(now_s)
        if rings or words is not None:
            at_s = min([*rings, *([] if words is None else [words])])
            self._call = _Call(at_s, at_s)
            yield CallBegun(at_s)

    def _opening_words_s(self, now_s: float) -> float | None:
        """When people began to speak whose speech opens a call."""
        within_s = _opening_within_s(self._settings)
        opening = self._ears if self._settings.opened_by == "either" else (self._line,)
        for side in opening:
            after_s = max(self._since_s, now_s - within_s)
            frames = [frame for frame in self._ears[side].speech if frame.start_s >= after_s]
            enough = sum(frame.duration_s for frame in frames) >= self._settings.speech_opens_s
            if enough and now_s - frames[0].start_s >= self._settings.shortest_s:
                return frames[0].start_s
        return None

    def _gone_on(self, call: _Call, now_s: float) -> Iterator[Found]:
        for ear in self._ears.values():
            for ring in self._rings(ear, max(self._since_s, call.begun_s), now_s):
                if call.answered or ring.span.end_s <= (call.ring_ended_s or -np.inf):
                    continue
                if call.ring_ended_s is None:
                    yield RingHeard(ring.span.start_s)
                call.rings.append(ring.span.start_s)
                call.ring_ended_s = ring.span.end_s
                call.last_heard_s = max(call.last_heard_s, ring.span.end_s)
            if ear.speech:
                call.last_heard_s = max(call.last_heard_s, ear.speech[-1].end_s)
        if not call.answered and (answer_s := self._answer_s(call, now_s)) is not None:
            call.answered = True
            yield AnswerHeard(answer_s)

    def _answer_s(self, call: _Call, now_s: float) -> float | None:
        """The first speech after the last ring, once another ring would have been heard."""
        after_s = call.begun_s if call.ring_ended_s is None else call.ring_ended_s
        if call.ring_ended_s is not None and now_s - call.ring_ended_s < self._pause_s(call):
            return None
        starts = [self._words_s(ear, after_s) for ear in self._ears.values()]
        return min((start_s for start_s in starts if start_s is not None), default=None)

    def _pause_s(self, call: _Call) -> float:
        """How long after a ring the next would be over: by the cadence heard, else by the slowest there is."""
        if len(call.rings) < 2 or call.ring_ended_s is None:
            return LONGEST_PAUSE_S + _LONGEST_RING_S
        period_s = call.rings[-1] - call.rings[-2]
        return call.rings[-1] + period_s + _LONGEST_RING_S - call.ring_ended_s

    def _words_s(self, ear: Ear, after_s: float) -> float | None:
        """When somebody first spoke for long enough to be heard as an answer."""
        frames = [frame for frame in ear.speech if frame.start_s >= after_s]
        for first, frame in enumerate(frames):
            near = [other for other in frames[first:] if other.end_s <= frame.start_s + _ANSWER_WITHIN_S]
            if sum(other.duration_s for other in near) >= self._settings.speech_answers_s:
                return frame.start_s
        return None

    def _over(self, now_s: float) -> Iterator[Found]:
        """At most one end; a call that was marked has none."""
        call, ended = self._call, None
        if call and not self._marked:
            ended = self._tone_end(call) or self._silent_end(call, now_s)
        if call is None or ended is None:
            return
        if not call.answered and (answer_s := self._last_words_s(call)) is not None:
            yield AnswerHeard(answer_s)
        self.end(now_s)
        yield ended

    def _last_words_s(self, call: _Call) -> float | None:
        after_s = call.begun_s if call.ring_ended_s is None else call.ring_ended_s
        starts = [self._words_s(ear, after_s) for ear in self._ears.values()]
        return min((start_s for start_s in starts if start_s is not None), default=None)

    def _tone_end(self, call: _Call) -> CallEnded | None:
        ear = self._ears[self._line]
        dial_s = ear.tone_runs_since_s(self._settings.dial_tone_closes_s)
        if dial_s is not None and dial_s >= call.begun_s:
            return CallEnded(dial_s, "dial_tone")
        short = [burst for burst, _ in ear.bursts if burst.span.duration_s <= _LONGEST_RING_S]
        for run in series_of([burst for burst in short if burst.span.start_s >= call.begun_s]):
            if is_busy(run) and len(run) >= self._settings.busy_bursts:
                return CallEnded(run[0].span.start_s, "busy_tone")
        return None

    def _silent_end(self, call: _Call, now_s: float) -> CallEnded | None:
        if now_s - call.begun_s >= self._settings.longest_s:
            return CallEnded(now_s, "limit")
        ringing = call.ring_ended_s is not None and call.last_heard_s <= call.ring_ended_s
        patience_s = self._settings.unanswered_closes_s if ringing else self._settings.silence_closes_s
        if now_s - call.last_heard_s < patience_s:
            return None
        heard_s = max(ear.heard_until_s or -np.inf for ear in self._ears.values())
        return CallEnded(call.last_heard_s, "silence" if now_s - heard_s <= 2 * _LATE_S else "source_ended")

    def _rings(self, ear: Ear, since_s: float, now_s: float) -> list[Burst]:
        """Rings that are over and cannot turn out to be a busy tone."""
        over = [burst for burst, ended in ear.bursts if ended and burst.span.start_s >= since_s]
        short = [burst for burst in over if burst.span.duration_s <= _LONGEST_RING_S]
        rings = [ring for run in series_of(short) for ring in rings_of(run)]
        return [ring for ring in rings if _is_sure(ring, now_s) and _is_of_a_plan(ring)]


def _is_sure(ring: Burst, now_s: float) -> bool:
    after_s = now_s - ring.span.end_s
    return after_s >= _BUSY_GAP_S or (after_s >= _SURE_AFTER_S and ring.span.duration_s >= _SURE_RING_S)


def _is_of_a_plan(ring: Burst) -> bool:
    return any(abs(ring.frequency_hz - hz) <= _TOLERANCE_HZ for hz in _RINGS_HZ)
