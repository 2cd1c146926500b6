"""What a source says happened. Every source speaks in these words, and a file of them replays a call.

`at_s` is the moment on the source's capture clock, in seconds since 1970 (UTC). `leg` names one dialog within its
source, e.g. a Call-ID with its tags; a call may have several legs (a back-to-back agent, a transfer).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from models.call import DirectionFigures, Side
from models.span import Span


@dataclass(frozen=True, slots=True)
class LegBegun:
    """A dialog was asked for (INVITE), a recording session opened, or a call was found in a stream of sound."""

    at_s: float
    leg: str
    signalling_id: str
    """What other systems call it: the Call-ID, the recording session's id."""
    caller: str | None = None
    callee: str | None = None
    agent_id: str | None = None
    """Where the source knows it."""
    agent_side: Side | None = None
    """Where the source knows it; `None` leaves it to the centre's rules."""
    mixed: bool = False
    """One stream carries both sides: it comes as `Side.CALLER`."""
    join_keys: tuple[str, ...] = ()
    """Legs with a key in common are one conversation, e.g. the value of Session-ID or of a Replaces header."""
    addresses: tuple[str, str] | None = None
    """Network addresses of caller and callee, for the rules that find the agent."""
    started_late: bool = False
    """The capture began in the middle of it: when it was asked for, rang and was answered cannot be known."""


@dataclass(frozen=True, slots=True)
class LegRinging:
    """180, or 183 with early media, or a ring tone heard."""

    at_s: float
    leg: str
    status: int | None = None
    early_media: bool = False
    by_sound: bool = False
    """A tone was heard, nothing was signalled: no figure of signalling may be made of it."""


@dataclass(frozen=True, slots=True)
class LegAnswered:
    at_s: float
    leg: str
    by_sound: bool = False
    """`at_s` is when somebody first spoke; the answer lies between the last ring's end and then."""
    exact: bool = True
    """False: the answer itself was not captured, and follows from what came later; no time to measure with."""


@dataclass(frozen=True, slots=True)
class LegFailed:
    """A final answer from 300 on; 487 after CANCEL is the caller's giving up."""

    at_s: float
    leg: str
    status: int | None = None


@dataclass(frozen=True, slots=True)
class LegCancelled:
    at_s: float
    leg: str


@dataclass(frozen=True, slots=True)
class LegHeld:
    at_s: float
    leg: str
    by: Side | None = None


@dataclass(frozen=True, slots=True)
class LegResumed:
    at_s: float
    leg: str
    by: Side | None = None


@dataclass(frozen=True, slots=True)
class LegTransferred:
    """REFER, or a dialog that replaces this one."""

    at_s: float
    leg: str
    by: Side | None = None


@dataclass(frozen=True, slots=True)
class LegEnded:
    """BYE, the end of a recording session, silence for too long (`by` is `None`), or the softphone's word."""

    at_s: float
    leg: str
    by: Side | None = None
    reason: str | None = None
    """A code: `bye`, `silence`, `source_ended`, `busy_tone`, `marked`, `limit`."""


@dataclass(frozen=True, slots=True)
class LegLearned:
    """Later knowledge of a leg: who is the agent, what numbers, other keys. Fields left `None` change nothing."""

    at_s: float
    leg: str
    caller: str | None = None
    callee: str | None = None
    agent_id: str | None = None
    agent_side: Side | None = None
    join_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Digit:
    """A key was pressed (RFC 4733). Which one is not told: it may belong to a card number."""

    at_s: float
    leg: str
    side: Side


@dataclass(frozen=True, slots=True, eq=False)
class Sound:
    """Decoded sound of one side. Of a leg and side, sounds come in order and never overlap; between two is a gap."""

    leg: str
    side: Side
    start_s: float
    """On the capture clock; drift of the sender's clock is already corrected."""
    sample_rate_hz: int
    samples: npt.NDArray[np.int16]
    concealed: tuple[Span, ...] = ()
    """Made up for lost packets, in seconds from the start of `samples`."""


@dataclass(frozen=True, slots=True)
class SoundMissing:
    """Sound that there was and that could not be had: lost beyond concealment, encrypted, a device that failed."""

    leg: str
    side: Side
    start_s: float
    end_s: float
    reason: str


@dataclass(frozen=True, slots=True)
class StreamMeasured:
    """One side's figures, told when the leg ends; `figures.party` is `both` until the call knows better."""

    leg: str
    side: Side
    figures: DirectionFigures
    encrypted: bool = False


Signal = (
    LegBegun
    | LegRinging
    | LegAnswered
    | LegFailed
    | LegCancelled
    | LegHeld
    | LegResumed
    | LegTransferred
    | LegEnded
    | LegLearned
    | Digit
)
SourceEvent = Signal | Sound | SoundMissing | StreamMeasured


@dataclass(slots=True)
class SourceCounts:
    """Running totals of a source, for metrics; only ever counted up."""

    packets: int = 0
    dropped: int = 0
    """By the kernel, the device or a limit, before we saw them."""
    unreadable: int = 0
    by_kind: dict[str, int] = field(default_factory=dict)


class Source(Protocol):
    """A seam: where calls come from."""

    @property
    def name(self) -> str: ...

    @property
    def counts(self) -> SourceCounts: ...

    def poll(self, timeout_s: float) -> Sequence[SourceEvent] | None:
        """What happened since the last time, in order, waiting at most `timeout_s`; `None` where there is no more."""

    def clock_s(self) -> float:
        """The capture clock now: of a live source the time of day, of a file the time of its last packet."""

    def close(self) -> None:
        """Let go of devices and sockets. What is still open is told by a last `poll` before."""
