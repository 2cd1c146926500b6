"""What the rules say of an analysis, each opinion with its evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from models.recording import Party
from models.span import Span


class StepVerdict(StrEnum):
    """The four answers to "was this step done?"."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"
    NOT_EVALUABLE = "not_evaluable"


class Severity(StrEnum):
    """How loudly a flag asks for a supervisor."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class ErrorClass(StrEnum):
    """Whom an error hurts; the three classes of the COPC standard."""

    CUSTOMER = "customer_critical"
    BUSINESS = "business_critical"
    COMPLIANCE = "compliance_critical"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words heard in a span of the recording."""

    party: Party
    start_s: float
    end_s: float
    quote: str
    confidence: float
    """From 0 to 1: how well the words match, times how surely they were heard."""

    @property
    def span(self) -> Span:
        return Span(self.start_s, self.end_s)


@dataclass(frozen=True, slots=True)
class Searched:
    """Where a missing step was looked for, and the nearest thing said there."""

    start_s: float
    end_s: float
    nearest: str | None
    nearest_start_s: float | None = None


@dataclass(frozen=True, slots=True)
class StepResult:
    """One protocol step judged."""

    id: str
    verdict: StepVerdict
    evidence: tuple[Evidence, ...] = ()
    reason: str | None = None
    """Reason code; always there where the verdict is not `met`."""
    searched: Searched | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """Something said that the protocol forbids."""

    id: str
    start_s: float
    end_s: float
    quote: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Flag:
    """A reason for a supervisor to look at the call."""

    id: str
    severity: Severity
    measured: float | None
    limit: float | None
    unit: str | None
    start_s: float | None
    end_s: float | None
    error_class: ErrorClass | None = None
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class ScoreItem:
    """Points won of the points that could be won; not applicable items are not listed."""

    id: str
    points: float
    of: float


@dataclass(frozen=True, slots=True)
class Score:
    """From 0 to 100, or `None` where nothing could be judged."""

    total: float | None
    items: tuple[ScoreItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Edition:
    """A protocol by name and version."""

    name: str
    version: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The rules' opinion of one analysis."""

    protocol_name: str
    protocol_version: str
    protocol_sha256: str
    rules_sha256: str
    steps: tuple[StepResult, ...]
    violations: tuple[Violation, ...]
    score: Score
    flags: tuple[Flag, ...]
    limits: dict[str, float] = field(default_factory=dict)
    """The limits judged by, as `models.rules.Limits` names them, so that a report can show them."""
    protocol_extends: tuple[Edition, ...] = ()
    """What the protocol extends, the nearest first."""

    @property
    def flagged(self) -> bool:
        """True where a supervisor should look: any flag above `info`."""
        return any(flag.severity is not Severity.INFO for flag in self.flags)
