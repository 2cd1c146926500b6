"""What speaks for each answer: the protocol's cues heard in a call, each with its places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.customer import CustomerFact
from models.protocol import Cue, Place
from models.recording import Party
from models.span import Span
from models.understanding import Promise
from models.verdict import StepResult, StepVerdict, Violation
from monitor.understanding.listening import Listening

FIRST_SHARE = 0.35
"""What begins before this share of the spoken time tells what the call is about."""
LAST_SHARE = 0.6
"""What begins behind this share of the spoken time tells how it ended."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One place where a cue was heard."""

    party: Party
    start_s: float
    end_s: float
    quote: str
    confidence: float

    @property
    def span(self) -> Span:
        return Span(self.start_s, self.end_s)


Found = Mapping[str, Sequence[Heard]]
"""What was found otherwise (steps, violations, facts, promises), by its id."""


def cues_heard(listening: Listening, found: Found) -> dict[str, tuple[Heard, ...]]:
    """The places of each cue that was heard, in order of time."""
    heard = {cue.id: tuple(_heard(listening, cue, found)) for cue in listening.call.compiled.protocol.cues}
    return {cue_id: places for cue_id, places in heard.items() if places}


def found_otherwise(
    steps: Sequence[StepResult],
    broken: Sequence[Violation],
    facts: Sequence[CustomerFact],
) -> dict[str, list[Heard]]:
    """What the judging has found already, by the id that a cue may name."""
    found: dict[str, list[Heard]] = {}
    for step in steps:
        if step.verdict is StepVerdict.MET:
            found[step.id] = [
                Heard(item.party, item.start_s, item.end_s, item.quote, item.confidence) for item in step.evidence
            ]
    for item in broken:
        found.setdefault(item.id, []).append(Heard(Party.AGENT, item.start_s, item.end_s, item.quote, item.confidence))
    for fact in facts:
        if fact.quote:
            place = Heard(Party.CUSTOMER, fact.start_s, fact.end_s, fact.quote, fact.confidence or 0.0)
            found.setdefault(fact.id, []).append(place)
    return found


def promised(promises: Sequence[Promise]) -> dict[str, list[Heard]]:
    """Promises by the rule that found them."""
    found: dict[str, list[Heard]] = {}
    for promise in promises:
        place = Heard(Party.AGENT, promise.start_s, promise.end_s, promise.quote, promise.confidence)
        found.setdefault(promise.rule, []).append(place)
    return found


def _heard(listening: Listening, cue: Cue, found: Found) -> list[Heard]:
    if cue.found is not None:
        return [place for place in found.get(cue.found, ()) if _placed(listening, cue.place, place.start_s)]
    parties = (cue.party,) if cue.party else (Party.AGENT, Party.CUSTOMER)
    return [
        Heard(hit.party, hit.sentence.start_s, hit.sentence.end_s, hit.sentence.quote, hit.confidence)
        for party in parties
        for hit in listening.hits(cue.id, listening.call.compiled.cues[cue.id], party)
        if _placed(listening, cue.place, hit.sentence.start_s)
    ]


def _placed(listening: Listening, place: Place | None, start_s: float) -> bool:
    begun_s, ended_s = listening.spoken_s
    share = (start_s - begun_s) / max(ended_s - begun_s, 1.0)
    return place is None or (share <= FIRST_SHARE if place is Place.FIRST else share >= LAST_SHARE)
