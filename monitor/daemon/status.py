"""How the daemon is, now: what the health page, the metrics and `timbre calls` show."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from audio.events import Source, SourceCounts
from audio.soundcard.meter import Level
from models.call import Side
from monitor.capture.live import LiveCall
from monitor.capture.totals import CaptureTotals
from monitor.daemon.capturing import Capturing
from monitor.daemon.derived import Analysis
from monitor.recorder.recorded import Health


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One source."""

    name: str
    alive: bool
    errors: int
    lag_s: float
    counts: SourceCounts
    totals: CaptureTotals
    health: Health
    calls: tuple[LiveCall, ...]
    dropping: bool = False
    """Whether packets were dropped within the last minute."""
    levels: Mapping[Side, Level] = field(default_factory=dict)
    """Of a sound card."""
    drift_ppm: Mapping[Side, float | None] = field(default_factory=dict)
    """Of a sound card."""

    @property
    def ended(self) -> int:
        return sum(self.totals.ended.values())


@dataclass(frozen=True, slots=True)
class Status:
    """The whole daemon."""

    sources: tuple[SourceStatus, ...]
    handed_over: int = 0
    waiting: int = 0
    """Finished calls that the store does not have yet."""
    unusable: int = 0
    """Finished calls that could not be handed over."""
    analysed: int = 0
    store_reachable: bool = True
    analysis: Analysis | None = None
    """`None` where this process only captures."""
    pages_failing: bool = False
    clock_steps: int = 0

    @property
    def alarms(self) -> tuple[str, ...]:
        """Reason codes of what a person should see to."""
        found = [alarm for source in self.sources for alarm in source.health.alarms]
        found += ["source_down" for source in self.sources if not source.alive]
        found += ["packets_dropped" for source in self.sources if source.dropping]
        found += [] if self.store_reachable else ["store_unavailable"]
        found += ["analysis_stopped"] if self.analysis is Analysis.FAILING else []
        found += ["pages_not_written"] if self.pages_failing else []
        return tuple(dict.fromkeys(found))

    @property
    def healthy(self) -> bool:
        return not self.alarms


def source_statuses(capturing: Sequence[Capturing], dropping: Collection[str] = ()) -> tuple[SourceStatus, ...]:
    """All sources as they are."""
    return tuple(_status(one, dropping=one.name in dropping) for one in capturing)


def _status(one: Capturing, *, dropping: bool) -> SourceStatus:
    source = one.source
    clock_s = source.clock_s()
    return SourceStatus(
        name=one.name,
        alive=one.alive,
        errors=one.errors,
        lag_s=max(0.0, time.time() - clock_s) if clock_s else 0.0,
        counts=source.counts,
        totals=one.totals,
        health=one.recorder.health(),
        calls=one.loop.live,
        dropping=dropping,
        levels=_told_by(source, "levels"),
        drift_ppm=_told_by(source, "drift_ppm"),
    )


def _told_by(source: Source, name: str) -> Mapping[Side, Any]:
    """What only some sources can tell."""
    return getattr(source, name, dict)()
