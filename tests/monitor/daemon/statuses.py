"""The state of a daemon, as tests want it."""

from __future__ import annotations

from typing import Any

from audio.events import SourceCounts
from audio.soundcard.meter import Level
from models.call import Outcome, Side
from monitor.capture.live import LiveCall
from monitor.capture.totals import CaptureTotals
from monitor.daemon.status import SourceStatus, Status
from monitor.recorder.recorded import DiskState, Health, RecorderCounts

LIVE = LiveCall(
    id="20261122T100000Z-0123456789ab",
    source="sip",
    stage="answered",
    begun_s=1_760_000_000.0,
    ring_s=4.5,
    talk_s=(61.0, 40.5),
    agent_channel=1,
    silent_s=0.4,
    agent_id="ana.ruiz",
    length_s=125.0,
    talking=(False, True),
)


def make_health(**changes: Any) -> Health:
    values: dict[str, Any] = {
        "disk": DiskState.OK,
        "free_bytes": 50_000_000_000,
        "live": 1,
        "finishing": 2,
        "queued_bytes": 512,
        "lag_s": 0.1,
        "sync_lag_s": 0.7,
        "counts": RecorderCounts(bytes_written=16000, write_errors=1, sync_errors=2, lost_s=1.5),
    }
    return Health(**(values | changes))


def make_source(**changes: Any) -> SourceStatus:
    values: dict[str, Any] = {
        "name": "interface",
        "alive": True,
        "errors": 1,
        "lag_s": 0.25,
        "counts": SourceCounts(packets=1000, dropped=3, unreadable=4, by_kind={"rtp_malformed": 5}),
        "totals": CaptureTotals(ended={Outcome.ANSWERED: 7, Outcome.ABANDONED: 2, Outcome.FAILED: 1}, lost=11),
        "health": make_health(),
        "calls": (LIVE,),
    }
    return SourceStatus(**(values | changes))


def make_soundcard(**changes: Any) -> SourceStatus:
    levels = {Side.CALLER: Level(-26.5, -3.0, 0.0), Side.CALLEE: Level(None, None, 0.0)}
    drift = {Side.CALLER: 41.5, Side.CALLEE: None}
    values = {"name": "soundcard", "levels": levels, "drift_ppm": drift, "calls": ()}
    return make_source(**(values | changes))


def make_status(*sources: SourceStatus, **changes: Any) -> Status:
    return Status(sources=sources or (make_source(),), **({"handed_over": 9, "waiting": 1} | changes))
