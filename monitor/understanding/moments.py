"""Moments of truth: answer, complaint and first reply to it, holds, refusals, promises, threats, close."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from models.customer import CustomerFact
from models.recording import Party
from models.understanding import KeyMoment, PhaseSpan, Promise
from monitor.protocol.call import Call
from monitor.understanding.cues import Heard
from monitor.understanding.listening import Listening

MOMENTS_MAX = 40
FIRST_ONLY = frozenset({"complaint"})
"""Moments of which only the first is one."""
REPLY_SENTENCES = 2
BESIDE_S = 15.0
"""The same kind of moment this shortly behind another is the same moment."""


def moments_of(
    listening: Listening,
    facts: Sequence[CustomerFact],
    heard: Mapping[str, Sequence[Heard]],
    promises: Sequence[Promise],
    phases: Sequence[PhaseSpan],
) -> tuple[KeyMoment, ...]:
    """The moments in order of time."""
    said = [*_complaints(listening, facts), *_cued(listening.call, heard), *_promised(promises)]
    found = [*_answer(listening.call), *_holds(listening.call), *_apart(said), *_close(listening, phases)]
    return tuple(sorted(found, key=lambda moment: (moment.start_s, moment.id)))[:MOMENTS_MAX]


def _answer(call: Call) -> Iterator[KeyMoment]:
    """Where the agent's first word is; the signalled moment where it is in the recording."""
    if not call.agent.everywhere:
        return
    _, first = call.agent.everywhere[0]
    answered_s = call.analysis.answer.answered_s
    start_s = first.start_s if answered_s is None else min(answered_s, first.start_s)
    yield KeyMoment("answer", start_s, first.end_s, first.party, first.text)


def _holds(call: Call) -> Iterator[KeyMoment]:
    for silence in call.analysis.silences:
        if silence.kind == "music" or silence.span.duration_s >= call.limits.dead_air_s:
            yield KeyMoment("hold", silence.start_s, silence.end_s)


def _complaints(listening: Listening, facts: Sequence[CustomerFact]) -> Iterator[KeyMoment]:
    """What the customer says that makes a moment, and what the agent first answered to the complaint."""
    named = {saying.id: saying.moment for saying in listening.call.compiled.protocol.customer if saying.moment}
    seen: set[str] = set()
    for fact in facts:
        name = named.get(fact.id)
        if name is None or (name in FIRST_ONLY and name in seen):
            continue
        yield KeyMoment(name, fact.start_s, fact.end_s, Party.CUSTOMER, fact.quote, fact.rule)
        if name in FIRST_ONLY:
            yield from _reply(listening, name, fact.end_s)
        seen.add(name)


def _reply(listening: Listening, name: str, after_s: float) -> Iterator[KeyMoment]:
    behind = [sentence for sentence in listening.agent if sentence.start_s >= after_s]
    first = [sentence for sentence in behind if sentence.turn == behind[0].turn][:REPLY_SENTENCES]
    if first:
        quote = " ".join(sentence.quote for sentence in first)
        yield KeyMoment(f"{name}_reply", first[0].start_s, first[-1].end_s, Party.AGENT, quote)


def _cued(call: Call, heard: Mapping[str, Sequence[Heard]]) -> Iterator[KeyMoment]:
    for cue in call.compiled.protocol.cues:
        for place in heard.get(cue.id, ()) if cue.moment else ():
            yield KeyMoment(cue.moment or "", place.start_s, place.end_s, place.party, place.quote, cue.id)


def _promised(promises: Sequence[Promise]) -> Iterator[KeyMoment]:
    for promise in promises:
        if promise.owed_by == "company":
            yield KeyMoment("promise", promise.start_s, promise.end_s, Party.AGENT, promise.quote, promise.rule)


def _close(listening: Listening, phases: Sequence[PhaseSpan]) -> Iterator[KeyMoment]:
    for phase in phases:
        if phase.id == "close" and phase.start_s is not None:
            begins_s = phase.start_s
            said = [sentence for sentence in listening.agent if sentence.start_s <= begins_s < sentence.end_s]
            quote = said[0].quote if said else None
            end_s = said[0].end_s if said else begins_s
            yield KeyMoment("close", begins_s, end_s, Party.AGENT, quote)


def _apart(moments: Sequence[KeyMoment]) -> list[KeyMoment]:
    """One moment of those of a kind that follow each other closely: the first."""
    kept: list[KeyMoment] = []
    last: dict[str, KeyMoment] = {}
    for moment in sorted(moments, key=lambda moment: moment.start_s):
        before = last.get(moment.id)
        if before is None or moment.start_s - before.end_s > BESIDE_S:
            kept.append(moment)
        last[moment.id] = moment
    return kept
