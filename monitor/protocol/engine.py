"""Applying a protocol to the words of a call: which steps were done, with the evidence.

Every answer is three-valued: met with the words that show it, not met with where it was looked for and
the nearest thing said, or not evaluable with the reason. A step whose condition does not hold is not
applicable.
"""

from __future__ import annotations

from collections.abc import Sequence

from models.analysis import Silence
from models.protocol import Condition, Fact, Phase, Step
from models.recording import Party
from models.verdict import Searched, StepResult, StepVerdict
from monitor.protocol.answer import answer_result
from monitor.protocol.call import Call
from monitor.protocol.compiled import Phrases
from monitor.protocol.evidence import counted, evidence_of, heard_in, matches, strongest
from monitor.protocol.hearing import Heard
from monitor.protocol.nearest import nearest
from monitor.protocol.text import Token, quote
from monitor.protocol.windows import Numbered, window_span

ANNOUNCED_SLACK_S = 1.0
"""Ends of words and starts of silences are this exact."""
SWAPPED_MIN = 2
"""So many formulas of those who serve on the customer's channel are no chance."""
CUT_S = 0.15
"""Speech that ends this shortly before the recording does was cut."""


def step_results(call: Call) -> tuple[StepResult, ...]:
    """Each step of the protocol, judged, in its order."""
    conditions = {condition.id: condition for condition in call.compiled.protocol.conditions}
    return tuple(_step(call, step, conditions) for step in call.compiled.protocol.steps)


def _step(call: Call, step: Step, conditions: dict[str, Condition]) -> StepResult:
    result = _judged(call, step)
    if step.condition is None or result.verdict is not StepVerdict.NOT_MET:
        return result
    if not holds(call, conditions[step.condition]):
        return StepResult(step.id, StepVerdict.NOT_APPLICABLE, reason="condition_absent")
    return result


def _judged(call: Call, step: Step) -> StepResult:
    """The step on its own: what was said counts, whether or not the call was seen to ask for it."""
    if step.fact is Fact.ANSWER_TIME:
        return answer_result(step.id, call.analysis.answer, call.limits)
    if step.fact is Fact.HOLD:
        verdict = StepVerdict.MET if _held(call) else StepVerdict.NOT_MET
        return StepResult(step.id, verdict, reason=None if _held(call) else "not_found")
    return _spoken(call, step, call.compiled.steps[step.id])


def holds(call: Call, condition: Condition) -> bool:
    if condition.fact is Fact.HOLD:
        return _held(call)
    parties = (condition.party,) if condition.party else (Party.AGENT, Party.CUSTOMER)
    phrases = call.compiled.conditions[condition.id]
    return any(matches(call, phrases, call.heard(call.windows_of(party).everywhere)) for party in parties)


def _held(call: Call) -> bool:
    return any(
        silence.kind == "music" or silence.span.duration_s >= call.limits.dead_air_s
        for silence in call.analysis.silences
    )


def _spoken(call: Call, step: Step, phrases: Phrases) -> StepResult:
    window = window_of(call, step)
    within = call.heard(window)
    found = counted(call, step, phrases, within, heard_in(call, phrases.said, within))
    if phrases.said_last and not call.mixed:
        last = call.heard(call.agent.last)
        found += counted(call, step, phrases, last, heard_in(call, phrases.said_last, last))
    evidence = [evidence_of(call, match, part) for match, part in found]
    kept = strongest([item for item in evidence if item])
    if kept:
        return StepResult(step.id, StepVerdict.MET, kept)
    reason = _unevaluable(call, step.phase, within.tokens)
    if reason:
        return StepResult(step.id, StepVerdict.NOT_EVALUABLE, reason=reason)
    return StepResult(step.id, StepVerdict.NOT_MET, reason="not_found", searched=_searched(window, within, phrases))


def window_of(call: Call, step: Step) -> tuple[Numbered, ...]:
    window = call.agent.of(step.phase)
    if step.not_after_hold:
        last = {index for index, _ in call.agent.last}
        window = tuple(n for n in window if n[0] not in call.agent.after_hold or n[0] in last)
    if step.window_s is None or not window:
        return window
    if step.phase is Phase.CLOSE:
        return tuple(n for n in window if n[1].end_s >= window[-1][1].end_s - step.window_s)
    return tuple(n for n in window if n[1].start_s <= window[0][1].start_s + step.window_s)


def _unevaluable(call: Call, phase: Phase, tokens: Sequence[Token]) -> str | None:
    """Why nothing can be said of a step that was not found; `None` where it can."""
    if not call.agent.everywhere:
        return "no_words"
    if not tokens:
        return "mixed_channel" if call.mixed else None
    if sum(token.probability for token in tokens) / len(tokens) < call.limits.opening_probability_min:
        return "low_confidence"
    if (
        phase is Phase.OPENING
        and not call.analysis.answer.rings
        and _first_s(call) < call.limits.answered_before_start_s
    ):
        return "recording_starts_late"
    if phase is Phase.CLOSE and call.analysis.recording.duration_s - _last_s(call) < CUT_S:
        return "cut_recording"
    return None


def _first_s(call: Call) -> float:
    return min(turn.start_s for turn in call.analysis.turns)


def _last_s(call: Call) -> float:
    return max(turn.end_s for turn in call.analysis.turns)


def _searched(window: Sequence[Numbered], within: Heard, phrases: Phrases) -> Searched | None:
    span = window_span(window)
    if span is None:
        return None
    near = nearest(phrases.said + phrases.said_last, within)
    if near is None:
        return Searched(span.start_s, span.end_s, None)
    return Searched(span.start_s, span.end_s, quote(near), near[0].start_s)


def announced(call: Call, silence: Silence) -> bool:
    """Whether somebody said shortly before a silence that it would come.

    What announces is the protocol's condition `wait_announced`; without it nothing does.
    """
    condition = next((one for one in call.compiled.protocol.conditions if one.id == "wait_announced"), None)
    if condition is None:
        return False
    begins_s = silence.start_s - call.limits.hold_announced_within_s
    phrases = call.compiled.conditions[condition.id]
    parties = (condition.party,) if condition.party else (Party.AGENT, Party.CUSTOMER)
    said = (matches(call, phrases, call.heard(call.before(party, silence.start_s))) for party in parties)
    return any(begins_s <= part[-1].end_s <= silence.start_s + ANNOUNCED_SLACK_S for found in said for _, part in found)


def sounds_swapped(call: Call) -> bool:
    """Whether the customer's channel says what only those who serve say, and the agent's channel does not."""
    telling = [step for step in call.compiled.protocol.steps if step.agent_only]
    said = {
        party: sum(
            bool(matches(call, call.compiled.steps[step.id], call.heard(call.windows_of(party).of(step.phase))))
            for step in telling
        )
        for party in (Party.AGENT, Party.CUSTOMER)
    }
    return said[Party.CUSTOMER] >= SWAPPED_MIN and said[Party.AGENT] == 0
