"""All that was measured in one recording; no opinion of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.recording import Party, Recording
from models.span import Span
from models.transcript import Turn


@dataclass(frozen=True, slots=True)
class Answer:
    """How long the call rang. A field is `None` where it cannot be known; `reason` says why."""

    rings: int | None
    ring_to_answer_s: float | None
    """By the tone: to the agent's first word, the latest moment of the interval."""
    method: str | None
    """`signalling`, `tone` or `None`."""
    tone_plan: str | None
    third_ring_ends_s: float | None
    """The tone plan's end of the third ring, from the start of the first."""
    post_dial_delay_s: float | None = None
    first_ring_s: float | None = None
    """Start of the first burst in the recording."""
    answered_s: float | None = None
    """The moment of the answer in the recording."""
    reason: str | None = None
    ring_to_answer_min_s: float | None = None
    """The least that it can have been: the tone cannot say where in its pause the handset was lifted."""
    ring_to_answer_max_s: float | None = None


@dataclass(frozen=True, slots=True)
class PartyMeasures:
    """One party's speech in figures; `None` is not measurable and `reasons` says why."""

    talk_s: float
    words: int | None = None
    speech_rate_wpm: float | None = None
    articulation_rate_sps: float | None = None
    level_dbov: float | None = None
    level_sd_db: float | None = None
    level_drift_db_per_min: float | None = None
    clipped_ratio: float | None = None
    pitch_median_hz: float | None = None
    pitch_sd_st: float | None = None
    interruptions: int | None = None
    reply_latency_s: float | None = None
    reasons: dict[str, str] = field(default_factory=dict)
    """Name of a measure that is `None` to its reason code."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Both parties speaking at once."""

    kind: str
    """`interruption`, `attempt`, `backchannel` or `turn_change`."""
    by: Party
    """Who started second."""
    start_s: float
    end_s: float
    yielded: bool
    """Whether the party who was speaking stopped."""

    @property
    def span(self) -> Span:
        return Span(self.start_s, self.end_s)


@dataclass(frozen=True, slots=True)
class Silence:
    """Nobody speaking; `kind` is `silence` or `music`."""

    start_s: float
    end_s: float
    kind: str

    @property
    def span(self) -> Span:
        return Span(self.start_s, self.end_s)


@dataclass(frozen=True, slots=True)
class AnalysedWith:
    """What made an analysis, so that like is compared with like."""

    timbre: str
    transcriber: str
    model_sha256: str
    config_sha256: str
    speech_detector: str = ""
    language: str = "es"
    dropped_words: dict[str, int] = field(default_factory=dict)
    live_windows: int = 0
    """Windows of speech that were recognised while the call went on and would be others in the whole recording."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """All that was measured in one recording."""

    recording: Recording
    answer: Answer
    parties: dict[Party, PartyMeasures]
    turns: tuple[Turn, ...]
    overlaps: tuple[Overlap, ...] | None
    """`None` on a mixed channel."""
    silences: tuple[Silence, ...]
    analysed_with: AnalysedWith
    waveform: dict[Party, tuple[int, ...]] = field(default_factory=dict)
    """Peak of each tenth of a second from 0 to 100, for pictures."""
    notes: tuple[str, ...] = ()
    """Reason codes of what limits the analysis as a whole, e.g. `mixed_channel`."""
