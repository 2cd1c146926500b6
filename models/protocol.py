"""What a service protocol is: the steps that an agent owes a call and what they must not say.

A protocol is data. How it is read is `monitor.protocol.pack`; how it is applied is
`monitor.protocol.engine`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from models.recording import Party
from models.verdict import Edition, ErrorClass, Severity


class Phase(StrEnum):
    """The part of a call in which a step counts."""

    OPENING = "opening"
    DEVELOPMENT = "development"
    CLOSE = "close"
    ANY = "any"


class Fact(StrEnum):
    """What a step or a condition reads from the measurements instead of the words."""

    ANSWER_TIME = "answer_time"
    """Rings and seconds to the answer, beside their limits."""
    HOLD = "hold"
    """Music, or a silence over the dead-air limit."""


class Spoken(StrEnum):
    """What is found in the words themselves and not by phrases."""

    INFORMAL_ADDRESS = "informal_address"
    """Somebody addressed as tú or vos."""
    CARD_NUMBER = "card_number"
    """A whole card number read out."""


OVERRULED_UNDER = 0.05
"""The certainty under which the sentence model overrules a phrase that was found; 0 is never. The model was taught on
written sentences and is less sure of misheard ones; phrases are compared by sound."""
LEARNED_FROM = 0.4
"""The certainty, from 0 to 1, from which a sentence counts as a step or a violation, where the protocol's sentence
model knows it; above 1 nothing ever counts."""


@dataclass(frozen=True, slots=True)
class Condition:
    """When a step applies: `party` (`None` is either) said one of these things, or `fact` holds."""

    id: str
    party: Party | None = None
    said: tuple[str, ...] = ()
    fact: Fact | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that the agent owes the call."""

    id: str
    phase: Phase
    weight: float
    """Points in the score; 0 is judged and shown but not scored."""
    error_class: ErrorClass
    severity: Severity
    """Of the flag that a missing step raises."""
    said: tuple[str, ...] = ()
    """The ways of saying it, in the pattern language of `monitor.protocol.pattern`."""
    said_last: tuple[str, ...] = ()
    """What counts only in the agent's last words, e.g. a bare "gracias"."""
    near_misses: tuple[str, ...] = ()
    """What looks like it and is not; words inside a near miss never count."""
    not_after_hold: bool = False
    """True where words that end a hold do not count, e.g. thanks for waiting."""
    agent_only: bool = False
    """True where only those who serve say it: on the customer's channel it tells of swapped channels."""
    condition: str | None = None
    """Id of the condition without which the step is not applicable."""
    fact: Fact | None = None
    """Set where the step is judged on a measurement instead of words."""
    window_s: float | None = None
    """Seconds of its phase in which it counts; `None` is the limit of the phase."""
    learned_from: float = LEARNED_FROM
    overruled_under: float = OVERRULED_UNDER
    never_overruled: tuple[str, ...] = ()
    """Phrases, in `said` as well, that the sentence model never overrules: what a centre added itself."""


@dataclass(frozen=True, slots=True)
class Forbidden:
    """One thing that the agent must not say."""

    id: str
    error_class: ErrorClass
    severity: Severity
    said: tuple[str, ...] = ()
    near_misses: tuple[str, ...] = ()
    excused_by: tuple[str, ...] = ()
    """What excuses it where the agent says it in the same turn or the next: the reason of a refusal."""
    spoken: Spoken | None = None
    """Set where it is found in the words themselves, besides what is `said`."""
    penalty: float = 0.0
    """Points taken from the total for each time, down to 0."""
    learned_from: float = LEARNED_FROM
    overruled_under: float = OVERRULED_UNDER
    never_overruled: tuple[str, ...] = ()
    """Phrases, in `said` as well, that the sentence model never overrules: what a centre added itself."""


@dataclass(frozen=True, slots=True)
class MeasureWeight:
    """What a measure is worth in the score and how it is flagged."""

    id: str
    weight: float
    error_class: ErrorClass
    severity: Severity


@dataclass(frozen=True, slots=True)
class SpeakerPhrases:
    """What only one of the two says, to tell them apart on a mixed channel; hints count for less."""

    agent: tuple[str, ...] = ()
    customer: tuple[str, ...] = ()
    agent_hints: tuple[str, ...] = ()
    customer_hints: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()
    """What opens the customer's first words, e.g. a greeting."""


class Place(StrEnum):
    """Where in a call a cue counts."""

    FIRST = "first"
    """In the first things said: what the call is about."""
    LAST = "last"
    """In the last third of the turns: how it ended."""


class Repeat(StrEnum):
    """When a way of insisting is one."""

    SAME = "same"
    """Where the customer had said something of the same content."""
    LATER = "later"
    """Anywhere but in the customer's first turns: the words say by themselves that it was asked before."""


@dataclass(frozen=True, slots=True)
class Saying:
    """Something that a customer may say and that is told as a fact, with its place and quote."""

    id: str
    said: tuple[str, ...] = ()
    near_misses: tuple[str, ...] = ()
    moment: str | None = None
    """The moment of truth that it makes, e.g. `complaint`."""
    repeats: Repeat | None = None
    """Set where it is a way of insisting: it is told as a repetition, not by its own id."""
    behaviour: str | None = None
    """What it counts towards in the customer's behaviour, e.g. `demands`."""


@dataclass(frozen=True, slots=True)
class CallType:
    """What a call can be about, and the points of each way in which such a call usually ends."""

    id: str
    outcomes: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Cue:
    """Something that speaks for or against what a call was about, or how it ended."""

    id: str
    party: Party | None = None
    said: tuple[str, ...] = ()
    near_misses: tuple[str, ...] = ()
    found: str | None = None
    """Instead of words: the id of a step done, a violation, or a customer's saying."""
    place: Place | None = None
    moment: str | None = None
    types: tuple[tuple[str, float], ...] = ()
    """Type of call to the points for it."""
    outcomes: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class PromiseForm:
    """How a promise is made: the sentence is one where it is `said` so."""

    id: str
    owed_by: str
    """`company` or `customer`."""
    party: Party
    said: tuple[str, ...] = ()
    near_misses: tuple[str, ...] = ()
    excused_by: tuple[str, ...] = ()
    """What makes the sentence that it is said in no promise: doubt, an alternative, what is past."""
    found: tuple[str, ...] = ()
    """Steps whose words promise too."""
    excluded: tuple[str, ...] = ()
    """Steps and violations whose words are no promise."""
    timed: bool = True
    """True where it is a promise only with a time in the same sentence."""


@dataclass(frozen=True, slots=True)
class TimeForm:
    """How a time is said; `kind` is what it means."""

    id: str
    kind: str
    """`weekday`, `day`, `within`, `date`, `clock` or `vague`."""
    said: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Protocol:
    """A versioned set of steps and violations, with the words that its patterns share."""

    name: str
    version: str
    language: str
    steps: tuple[Step, ...]
    violations: tuple[Forbidden, ...] = ()
    conditions: tuple[Condition, ...] = ()
    measures: tuple[MeasureWeight, ...] = ()
    speakers: SpeakerPhrases = SpeakerPhrases()
    classifier: str | None = None
    """Name of the sentence model that reads the agent's sentences beside the patterns; `None` is patterns alone."""
    classifier_sha256: str | None = None
    """Of the model's file: another model is another protocol."""
    words: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Named lists of words or patterns, `{name}` in a pattern."""
    customer: tuple[Saying, ...] = ()
    call_types: tuple[CallType, ...] = ()
    cues: tuple[Cue, ...] = ()
    promises: tuple[PromiseForm, ...] = ()
    times: tuple[TimeForm, ...] = ()
    extends: tuple[Edition, ...] = ()
    """What it was made of, the nearest first; all that they say is already in it."""

    @property
    def lists(self) -> dict[str, tuple[str, ...]]:
        return dict(self.words)
