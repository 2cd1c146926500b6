"""How long a call rang before somebody answered it."""

from __future__ import annotations

from dataclasses import replace

from audio.tone_plans import PLANS, TonePlan, plan_named
from audio.tones import RingTone
from models.analysis import Answer
from models.call import CallRecord
from models.recording import CallFacts
from models.span import Span

_CUT_SHORT_S = 0.15
"""A ring shorter than its plan's by more than the detector's own error was cut."""
_STARTED_IN_SPEECH_S = 3.0
"""Hardly a plan's pause is shorter: an agent who speaks sooner, with no ring before, had answered already."""


def answer_time(
    ring: RingTone | None,
    facts: CallFacts,
    first_agent_speech_s: float | None,
    country: str | None = None,
    *,
    plans: tuple[TonePlan, ...] = PLANS,
    call: CallRecord | None = None,
) -> Answer:
    """Ring to answer from the signalling where it is known, else from the tone to the agent's first word.

    `country` names the tone plan where the configuration knows it; otherwise it is the plan that fits the sound best.
    Rings are bursts that began before the answer. Without signalling, the answer is the agent's first word, since
    nothing in the sound marks the moment the handset was lifted. Reasons: `no_ring_heard`, `never_answered`,
    `recording_starts_after_answer`.
    """
    named = plan_named(country, plans) if country else None
    plan = named or (ring.plan if ring else None)
    answer = Answer(
        rings=None,
        ring_to_answer_s=None,
        method=None,
        tone_plan=plan.id if plan else None,
        third_ring_ends_s=plan.third_ring_ends_s if plan else None,
        post_dial_delay_s=facts.post_dial_delay_s,
        first_ring_s=ring.bursts[0].start_s if ring else None,
    )
    if facts.ring_to_answer_s is not None:
        return _on_time_line(_signalled(answer, ring, plan, facts.ring_to_answer_s), call)
    if ring is None:
        return replace(answer, reason=_why_unheard(first_agent_speech_s))
    return _heard(answer, ring, first_agent_speech_s)


def _signalled(answer: Answer, ring: RingTone | None, plan: TonePlan | None, rung_s: float) -> Answer:
    """Rings as heard; where none was, as many as the plan begins within the time that was signalled."""
    answer = replace(answer, ring_to_answer_s=rung_s, method="signalling")
    if ring is None:
        return replace(answer, rings=int(rung_s // plan.period_s) + 1 if plan else None)
    return replace(answer, rings=len(ring.bursts), answered_s=ring.bursts[0].start_s + rung_s)


def _on_time_line(answer: Answer, call: CallRecord | None) -> Answer:
    """With the moments of a call that we captured, as far as they lie within its recording."""
    within = [moment for moment in call.moments if moment.at_s >= 0] if call else []
    moments = {moment.kind: moment.at_s for moment in reversed(within)}
    return replace(
        answer,
        first_ring_s=answer.first_ring_s if answer.first_ring_s is not None else moments.get("ringing"),
        answered_s=moments.get("answered", answer.answered_s),
    )


def _heard(answer: Answer, ring: RingTone, first_agent_speech_s: float | None) -> Answer:
    first_ring_s = ring.bursts[0].start_s
    if first_agent_speech_s is None:
        return replace(answer, rings=len(ring.bursts), reason="never_answered")
    if first_agent_speech_s <= first_ring_s:
        return replace(answer, first_ring_s=None, reason="recording_starts_after_answer")
    interval = _interval(ring, first_agent_speech_s)
    return replace(
        answer,
        rings=sum(burst.start_s < first_agent_speech_s for burst in ring.bursts),
        ring_to_answer_s=first_agent_speech_s - first_ring_s,
        method="tone",
        answered_s=first_agent_speech_s,
        ring_to_answer_min_s=interval.start_s - first_ring_s,
        ring_to_answer_max_s=interval.end_s - first_ring_s,
    )


def _interval(ring: RingTone, first_agent_speech_s: float) -> Span:
    """When the handset can have been lifted: after the last ring began to end, and before the next one was due.

    A ring that is cut short was cut by the answer itself; a whole one leaves its pause, up to the agent's first word.
    """
    last = [burst for burst in ring.bursts if burst.start_s < first_agent_speech_s][-1]
    latest_s = min(first_agent_speech_s, last.start_s + ring.plan.period_s)
    if last.duration_s < ring.plan.ring_s - _CUT_SHORT_S:
        latest_s = min(latest_s, last.end_s + _CUT_SHORT_S)
    return Span(min(last.end_s, latest_s), latest_s)


def _why_unheard(first_agent_speech_s: float | None) -> str:
    if first_agent_speech_s is None:
        return "never_answered"
    return "recording_starts_after_answer" if first_agent_speech_s < _STARTED_IN_SPEECH_S else "no_ring_heard"
