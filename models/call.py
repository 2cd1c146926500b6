"""What happened to one call, whoever told it: signalling, a recording client, a tone or a softphone."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from models.recording import Party
from models.span import Span


class Side(StrEnum):
    """The two ends of a dialog. Which of them is the agent is for the centre's rules to say."""

    CALLER = "caller"
    CALLEE = "callee"

    @property
    def other(self) -> Side:
        return Side.CALLEE if self is Side.CALLER else Side.CALLER


class Outcome(StrEnum):
    """How a call ended."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    """The caller gave up before the answer."""
    FAILED = "failed"
    """It was refused or never got through."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened, on the recording's time line (negative before its first sound)."""

    kind: str
    """`begun`, `ringing`, `early_media`, `answered`, `held`, `resumed`, `transferred`, `ended`, `abandoned`, `failed`,
    `joined`, `digit` (always masked), `codec_changed`, `source_lost`, `source_back`."""
    at_s: float
    by: Party | None = None
    detail: str | None = None
    """A code (a SIP status, a codec), never a number dialled or words said."""


@dataclass(frozen=True, slots=True)
class DirectionFigures:
    """How one party's voice travelled to the point of capture. A figure is `None` where it cannot be known."""

    party: Party
    codec: str | None
    packets: int
    """Different packets received: a packet received twice is one."""
    lost: int
    duplicated: int
    reordered: int
    jitter_ms: float | None
    """RFC 3550's interarrival jitter, mean over the packets that it is defined for."""
    jitter_max_ms: float | None = None
    discarded: dict[str, int] = field(default_factory=dict)
    """Packets too late for a simulated jitter buffer: `fixed_60_ms`, `fixed_200_ms`, `adaptive`."""
    burst_ratio: float | None = None
    burst_density: float | None = None
    gap_density: float | None = None
    r_factor: float | None = None
    mos: float | None = None
    wideband: bool = False
    """Whether `r_factor` is on the wideband scale (G.107.1, up to 129)."""
    clock_drift_ppm: float | None = None
    assumptions: dict[str, float | str | bool] = field(default_factory=dict)
    """What the E-model was told because the packets do not say it."""


@dataclass(frozen=True, slots=True)
class Transport:
    """The packets of a call in figures."""

    directions: tuple[DirectionFigures, ...] = ()
    encrypted: bool = False
    """Whether sound is missing because it was encrypted without keys at hand."""


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One finished call, as it is written beside its recording. Times are on the recording's time line."""

    id: str
    """Made by the recorder; unique."""
    source: str
    """`sip`, `siprec`, `soundcard`, `capture_file`."""
    outcome: Outcome
    signalling_ids: tuple[str, ...] = ()
    """Call-IDs (or session ids) of its legs, for reconciliation."""
    channels: tuple[Party, ...] = ()
    """Whose voice each channel of its recording holds; `(BOTH,)` of a recording that is mixed."""
    caller: str | None = None
    callee: str | None = None
    agent_id: str | None = None
    queue: str | None = None
    ended_by: Party | None = None
    moments: tuple[Moment, ...] = ()
    ring_to_answer_s: float | None = None
    """First 180, or 183 with early media, to the first 200 of the INVITE."""
    post_dial_delay_s: float | None = None
    """INVITE to the first 18x."""
    answer_delay_s: float | None = None
    """INVITE to the first 200."""
    ring_to_abandon_s: float | None = None
    """First 180, or 183 with early media, to the end of a call that nobody answered."""
    concealed: dict[Party, tuple[Span, ...]] = field(default_factory=dict)
    """Sound made up where packets were lost."""
    missing: dict[Party, tuple[Span, ...]] = field(default_factory=dict)
    """Nothing was captured, and silence stands there."""
    transport: Transport | None = None
    notes: tuple[str, ...] = ()
    """Reason codes: `encrypted`, `end_not_signalled`, `repaired`, `disk_full`, `device_lost`, ..."""
