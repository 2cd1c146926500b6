"""What a call was about, how it ended, what was promised in it, and where it turned: opinions of the rules."""

from __future__ import annotations

from dataclasses import dataclass

from models.recording import Party
from models.span import Span


@dataclass(frozen=True, slots=True)
class Cue:
    """One thing that spoke for an answer."""

    rule: str
    """The id of the cue of the protocol that spoke."""
    party: Party
    start_s: float
    end_s: float
    quote: str
    confidence: float
    weight: float
    """How much it spoke for the answer, in points of the score."""

    @property
    def span(self) -> Span:
        return Span(self.start_s, self.end_s)


@dataclass(frozen=True, slots=True)
class Decision:
    """One of several answers with what spoke for it, or none with the reason."""

    id: str | None
    reason: str | None = None
    """Why there is no answer: `no_words`, `no_cues` or `ambiguous`."""
    probability: float | None = None
    """Of the likeliest answer, given or not."""
    margin: float | None = None
    """How much likelier it is than the next."""
    runner_up: str | None = None
    cues: tuple[Cue, ...] = ()


@dataclass(frozen=True, slots=True)
class Promise:
    """Something that will be done, and when, as it was said."""

    owed_by: str
    """`company` or `customer`."""
    start_s: float
    end_s: float
    quote: str
    confidence: float
    rule: str
    due_text: str | None = None
    """The time as it was said, e.g. "el jueves"."""
    due_date: str | None = None
    """ISO 8601; `None` where the words name no single day or nobody knows when the recording was made."""
    due_time: str | None = None
    """`HH:MM`, the latest where two were said; `None` where no hour was said, or not which half of the day."""


@dataclass(frozen=True, slots=True)
class PhaseSpan:
    """One part of the call; where it could not be found `reason` says why."""

    id: str
    """`opening`, `development` or `close`."""
    start_s: float | None
    end_s: float | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class KeyMoment:
    """A moment of truth: where a call is won or lost."""

    id: str
    """`answer`, `hold`, `promise`, `close`, or what an entry of the protocol names: `complaint`, `refusal`, …"""
    start_s: float
    end_s: float
    party: Party | None = None
    quote: str | None = None
    rule: str | None = None
    """The entry of the protocol whose words it is; `None` where it was measured."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """What the rules make of a call as a whole."""

    type: Decision
    outcome: Decision
    promises: tuple[Promise, ...] = ()
    phases: tuple[PhaseSpan, ...] = ()
    moments: tuple[KeyMoment, ...] = ()
