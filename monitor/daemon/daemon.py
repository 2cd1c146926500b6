"""Everything that runs, started and stopped together: the composition root of `timbre capture` and `timbre run`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from audio.events import Source
from models.store import Store
from monitor.capture.building import live_source, loop
from monitor.capture.crash import record_after_crash
from monitor.capture.loop import CaptureLoop
from monitor.config import capture_folder, database_url
from monitor.daemon.analysing import Analysing
from monitor.daemon.capturing import Capturing
from monitor.daemon.handing_over import HandingOver
from monitor.daemon.publishing import Publishing
from monitor.daemon.status import Status, source_statuses
from monitor.recorder.recorder import Recorder
from monitor.recorder.repair import repair
from monitor.settings.capture import SourceName
from monitor.settings.sections import Settings
from monitor.workers import Job

log = logging.getLogger(__name__)

_BEHIND_CAPTURE = 10
"""Niceness of analysis: on a busy machine it waits, capture never does."""


@dataclass(frozen=True, slots=True)
class AnalysisPart:
    """What `timbre run` does beside capture."""

    job: Job
    publish: Callable[[], None]


class Daemon:
    """Capture of every configured source, hand-over of finished calls and, where asked for, analysis.

    Raises:
        CaptureError, SourceError, DeviceError, ConfigError: where a source cannot be opened; nothing runs then.
        OSError: where the folder of recordings cannot be made.
    """

    def __init__(self, settings: Settings, analysis_key: str, analysis: AnalysisPart | None = None) -> None:
        self._settings = settings
        root, opened = capture_folder(settings), partial(Store, database_url(settings))
        self._capturing = [_capturing(name, settings, root / name) for name in settings.capture.sources]
        self._handing_over = HandingOver(opened, [one.root for one in self._capturing], analysis_key)
        self._publishing = Publishing(analysis.publish, settings.daemon.publish_s) if analysis else None
        self._analysing = self._analysis(analysis) if analysis else None

    def start(self) -> None:
        for one in self._capturing:
            one.start()
        for part in (self._handing_over, self._analysing, self._publishing):
            if part is not None:
                part.start()

    def reload(self, settings: Settings, analysis: AnalysisPart) -> None:
        """Go on analysing under other settings; capture is not touched and keeps those that it has."""
        if settings.capture != self._settings.capture or settings.daemon != self._settings.daemon:
            log.warning("changes of [capture] and [daemon] take effect at the next start, so that no call is cut")
        self._settings = settings
        stop_s = settings.daemon.stop_s
        for part in (self._analysing, self._publishing):
            if part is not None:
                part.stop(stop_s)
        self._publishing = Publishing(analysis.publish, settings.daemon.publish_s)
        self._analysing = self._analysis(analysis)
        self._analysing.start()
        self._publishing.start()

    def stop(self) -> bool:
        """Finish open calls, then the rest; false where something was left for the next start to repair."""
        stop_s = self._settings.daemon.stop_s
        stopped = [one.stop(stop_s) for one in self._capturing]
        for part in (self._analysing, self._handing_over, self._publishing):
            if part is not None:
                part.stop(stop_s)
        return all(stopped)

    @property
    def status(self) -> Status:
        return Status(
            sources=source_statuses(self._capturing),
            handed_over=self._handing_over.handed,
            analysed=self._analysing.analysed if self._analysing else 0,
            store_reachable=not self._handing_over.failing,
            analysis_running=not self._analysing.failing if self._analysing else None,
        )

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(one.name for one in self._capturing)

    @property
    def any_alive(self) -> bool:
        return any(one.alive for one in self._capturing)

    def _analysis(self, analysis: AnalysisPart) -> Analysing:
        assert self._publishing is not None
        opened = partial(Store, analysis.job.url)
        roots = tuple(one.root for one in self._capturing)
        job = replace(analysis.job, nice=_BEHIND_CAPTURE, live_roots=roots)
        return Analysing(job, self._settings.analysis.jobs, opened, self._publishing.news)


def _capturing(name: SourceName, settings: Settings, root: Path) -> Capturing:
    root.mkdir(parents=True, exist_ok=True)
    repaired = repair(root, record_after_crash)
    if repaired.finished or repaired.left or repaired.damaged:
        log.warning(
            "%s: %d calls of a run that was cut off are finished, %d wait for the disk, %d files are damaged",
            name,
            len(repaired.finished),
            len(repaired.left),
            len(repaired.damaged),
        )
    section = settings.capture
    recorder = Recorder(root, section.recorder)
    looped = partial(_looped, settings)
    return Capturing(name, partial(live_source, name, section, root), looped, recorder, root)


def _looped(settings: Settings, source: Source, recorder: Recorder) -> CaptureLoop:
    return loop(source, settings.capture, recorder)
