"""The shape of a protocol file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from models.protocol import LEARNED_FROM, OVERRULED_UNDER, Fact, Phase, Place, Repeat, Spoken
from models.recording import Party
from models.verdict import ErrorClass, Severity

PATTERNS_MAX = 5000

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Certainty = Annotated[float, Field(gt=0, le=2)]
Share = Annotated[float, Field(ge=0, le=1)]
Points = Annotated[float, Field(ge=0, le=1000)]
Patterns = Annotated[tuple[str, ...], Field(max_length=PATTERNS_MAX)]
Words = Annotated[Patterns, BeforeValidator(lambda value: tuple(value.split()) if isinstance(value, str) else value)]


class Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StepEntry(Entry):
    id: Id
    phase: Phase
    weight: Points
    error_class: ErrorClass
    severity: Severity
    said: Patterns = ()
    said_last: Patterns = ()
    near_misses: Patterns = ()
    not_after_hold: bool = False
    agent_only: bool = False
    condition: str | None = None
    fact: Fact | None = None
    window_s: Annotated[float, Field(gt=0)] | None = None
    learned_from: Certainty = LEARNED_FROM
    overruled_under: Share = OVERRULED_UNDER
    never_overruled: Patterns = ()


class ConditionEntry(Entry):
    id: Id
    party: Party | None = None
    said: Patterns = ()
    fact: Fact | None = None


class ForbiddenEntry(Entry):
    id: Id
    error_class: ErrorClass
    severity: Severity
    said: Patterns = ()
    near_misses: Patterns = ()
    excused_by: Patterns = ()
    spoken: Spoken | None = None
    penalty: Points = 0.0
    learned_from: Certainty = LEARNED_FROM
    overruled_under: Share = OVERRULED_UNDER
    never_overruled: Patterns = ()


class MeasureEntry(Entry):
    id: Id
    weight: Points
    error_class: ErrorClass
    severity: Severity


class SpeakersEntry(Entry):
    agent: Patterns = ()
    customer: Patterns = ()
    agent_hints: Patterns = ()
    customer_hints: Patterns = ()
    replies: Patterns = ()


Weights = Annotated[
    tuple[tuple[Id, Annotated[float, Field(ge=-100, le=100)]], ...],
    BeforeValidator(lambda value: tuple(value.items()) if isinstance(value, dict) else value),
]


class SayingEntry(Entry):
    id: Id
    said: Annotated[Patterns, Field(min_length=1)]
    near_misses: Patterns = ()
    moment: Id | None = None
    repeats: Repeat | None = None
    behaviour: Id | None = None


class CallTypeEntry(Entry):
    id: Id
    outcomes: Annotated[Weights, Field(min_length=1)]


class CueEntry(Entry):
    id: Id
    party: Party | None = None
    said: Patterns = ()
    near_misses: Patterns = ()
    found: str | None = None
    place: Place | None = None
    moment: Id | None = None
    types: Weights = ()
    outcomes: Weights = ()


class PromiseEntry(Entry):
    id: Id
    owed_by: Literal["company", "customer"]
    party: Party
    said: Annotated[Patterns, Field(min_length=1)]
    near_misses: Patterns = ()
    excused_by: Patterns = ()
    found: tuple[Id, ...] = ()
    excluded: tuple[Id, ...] = ()
    timed: bool = True


class TimeEntry(Entry):
    id: Id
    kind: Literal["weekday", "day", "within", "date", "clock", "vague"]
    said: Annotated[Patterns, Field(min_length=1)]


class File(Entry):
    name: str
    version: str
    language: str
    classifier: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")] | None = None
    steps: Annotated[tuple[StepEntry, ...], Field(min_length=1, max_length=200)]
    violations: Annotated[tuple[ForbiddenEntry, ...], Field(max_length=200)] = ()
    conditions: Annotated[tuple[ConditionEntry, ...], Field(max_length=200)] = ()
    measures: tuple[MeasureEntry, ...] = ()
    speakers: SpeakersEntry = SpeakersEntry()
    words: dict[str, Words] = {}
    customer: Annotated[tuple[SayingEntry, ...], Field(max_length=200)] = ()
    call_types: Annotated[tuple[CallTypeEntry, ...], Field(max_length=50)] = ()
    cues: Annotated[tuple[CueEntry, ...], Field(max_length=200)] = ()
    promises: Annotated[tuple[PromiseEntry, ...], Field(max_length=200)] = ()
    times: Annotated[tuple[TimeEntry, ...], Field(max_length=200)] = ()


ENTRIES: dict[str, type[Entry]] = {
    "steps": StepEntry,
    "violations": ForbiddenEntry,
    "conditions": ConditionEntry,
    "measures": MeasureEntry,
    "speakers": SpeakersEntry,
    "customer": SayingEntry,
    "call_types": CallTypeEntry,
    "cues": CueEntry,
    "promises": PromiseEntry,
    "times": TimeEntry,
}
