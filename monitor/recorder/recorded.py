"""What a recorder gives back, and what it is told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from models.call import CallRecord
from models.span import Span

CHANNELS = (0, 1)
_LONGEST_PART_S = 16 * 3600.0
"""Of a WAV file below 4 GiB at 16 kHz (18.6 h), with room to spare."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Nothing was captured or kept, and silence stands there."""

    span: Span
    reason: str
    """`lost`, `encrypted`, `disk_full`, `disk_reserve`, `disk_read_only`, `disk_error`, `disk_slow`, ..."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a recording. All but calls of many hours have one."""

    path: Path
    start_s: float
    duration_s: float


@dataclass(frozen=True, slots=True)
class Recorded:
    """One call's sound. Spans and parts are on the recording's time line, which begins with its first sound."""

    call_id: str
    started_s: float
    """On the capture clock; where no sound came, when the call was opened."""
    duration_s: float
    sample_rate_hz: int | None
    """`None` where no sound came."""
    parts: tuple[Part, ...]
    concealed: tuple[tuple[Span, ...], tuple[Span, ...]] = ((), ())
    """By channel."""
    missing: tuple[tuple[Gap, ...], tuple[Gap, ...]] = ((), ())
    """By channel; it may lie outside `duration_s` where the disk took nothing any more."""
    notes: tuple[str, ...] = ()
    """Reason codes: `repaired`, and each reason of a gap once."""

    @property
    def paths(self) -> tuple[Path, ...]:
        return tuple(part.path for part in self.parts)


@dataclass(frozen=True, slots=True)
class Finished:
    """A call whose files are all in `done/`."""

    call_id: str
    recorded: Recorded
    """With the paths in `done/`."""
    record: CallRecord
    document: Path
    """The `.call.json`: what it names is complete."""


@dataclass(frozen=True, slots=True)
class RecorderSettings:
    """How sound is kept.

    Raises:
        ValueError: where a part could grow to 4 GiB.
    """

    durable: bool = True
    """Whether sound must survive a power cut within `sync_s`, and a slow disk must never hold up who records: the work
    is then done on threads of its own. Without it, for capture files, the caller does it at `flush`."""
    write_s: float = 0.25
    sync_s: float = 1.0
    queue_bytes: int = 256 << 20
    """Sound that waits for a slow disk: 27 s of 300 calls at 8 kHz."""
    part_max_s: float = 8 * 3600.0
    """A longer call goes on in another file: 1.8 GB at 16 kHz."""
    gap_max_s: float = 4 * 3600.0
    """After a longer silence the call goes on in another file."""
    call_max_s: float = 7 * 24 * 3600.0
    """Sound later than this after the call was opened, or `gap_max_s` before, is not kept (`wrong_clock`)."""
    reserve_bytes: int = 2 << 30
    reserve_ratio: float = 0.05
    """Of the file system; the larger of the two is kept free of new recordings."""
    retry_s: float = 5.0
    """What could not be finished is tried again."""

    def __post_init__(self) -> None:
        if not 0 < self.part_max_s <= _LONGEST_PART_S:
            raise ValueError(f"part_max_s is {self.part_max_s}: up to {_LONGEST_PART_S} keeps files below 4 GiB")


class DiskState(StrEnum):
    """The declared order of degradation, best first. Nothing is ever deleted."""

    OK = "ok"
    LOW = "low"
    """Under twice the reserve: derived work (analysis, spooling) should stop."""
    RESERVE = "reserve"
    """Under the reserve: new calls get no recording; those that have one go on."""
    FULL = "full"
    READ_ONLY = "read_only"
    FAILING = "failing"


@dataclass(slots=True)
class RecorderCounts:
    """Running totals, for metrics; only ever counted up."""

    sounds: int = 0
    bytes_written: int = 0
    write_errors: int = 0
    sync_errors: int = 0
    syncs: int = 0
    finished: int = 0
    strays: int = 0
    """Sounds of calls that were not open."""
    lost_s: float = 0.0
    """Of one channel, for reasons of the disk."""


@dataclass(frozen=True, slots=True)
class Health:
    """How recording goes, now."""

    disk: DiskState
    free_bytes: int | None
    live: int
    finishing: int
    """Closed calls whose files are not in `done/` yet."""
    queued_bytes: int
    lag_s: float
    """Since the writer was last seen at work; 0 where there is no thread of its own."""
    sync_lag_s: float
    """Since what was written was last known to survive a power cut."""
    counts: RecorderCounts
    alarms: tuple[str, ...] = ()
    """Reason codes of what a person should see to: `disk_low`, `disk_reserve`, `disk_full`, `disk_read_only`,
    `disk_failing`, `disk_slow`."""

    @property
    def derived_work_allowed(self) -> bool:
        return self.disk is DiskState.OK
