"""The shape of a protocol file."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from models.protocol import LEARNED_FROM, Fact, Phase, Spoken
from models.recording import Party
from models.verdict import ErrorClass, Severity

PATTERNS_MAX = 5000

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Certainty = Annotated[float, Field(gt=0, le=2)]
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


class File(Entry):
    name: str
    version: str
    language: str
    classifier: str | None = None
    steps: Annotated[tuple[StepEntry, ...], Field(min_length=1, max_length=200)]
    violations: Annotated[tuple[ForbiddenEntry, ...], Field(max_length=200)] = ()
    conditions: Annotated[tuple[ConditionEntry, ...], Field(max_length=200)] = ()
    measures: tuple[MeasureEntry, ...] = ()
    speakers: SpeakersEntry = SpeakersEntry()
    words: dict[str, Words] = {}


ENTRIES: dict[str, type[Entry]] = {
    "steps": StepEntry,
    "violations": ForbiddenEntry,
    "conditions": ConditionEntry,
    "measures": MeasureEntry,
    "speakers": SpeakersEntry,
}
