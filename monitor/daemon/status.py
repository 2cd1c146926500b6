"""How the daemon is, now: what the health page, the metrics and `timbre calls` show."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from audio.events import SourceCounts
from monitor.capture.live import LiveCall
from monitor.daemon.capturing import Capturing
from monitor.recorder.recorded import Health


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One source."""

    name: str
    alive: bool
    errors: int
    ended: int
    lag_s: float
    counts: SourceCounts
    health: Health
    calls: tuple[LiveCall, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """The whole daemon."""

    sources: tuple[SourceStatus, ...]
    handed_over: int
    analysed: int
    store_reachable: bool
    analysis_running: bool | None
    """`None` where this process only captures."""

    @property
    def alarms(self) -> tuple[str, ...]:
        """Reason codes of what a person should see to."""
        found = [alarm for source in self.sources for alarm in source.health.alarms]
        found += ["source_down" for source in self.sources if not source.alive]
        found += [] if self.store_reachable else ["store_unavailable"]
        found += ["analysis_stopped"] if self.analysis_running is False else []
        return tuple(dict.fromkeys(found))

    @property
    def healthy(self) -> bool:
        return not self.alarms


def source_statuses(capturing: Sequence[Capturing]) -> tuple[SourceStatus, ...]:
    """All sources as they are."""
    return tuple(_status(one) for one in capturing)


def _status(one: Capturing) -> SourceStatus:
    clock_s = one.source.clock_s()
    return SourceStatus(
        name=one.name,
        alive=one.alive,
        errors=one.errors,
        ended=one.loop.closed,
        lag_s=max(0.0, time.time() - clock_s) if clock_s else 0.0,
        counts=one.source.counts,
        health=one.recorder.health(),
        calls=one.loop.live,
    )
