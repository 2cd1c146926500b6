"""Everything that runs, started and stopped together: the composition root of `timbre capture` and `timbre run`."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from audio.events import Source
from models.errors import SourceError
from models.store import Store
from monitor.capture.building import live_source, loop
from monitor.capture.crash import record_after_crash
from monitor.capture.loop import CaptureLoop
from monitor.capture.totals import CaptureTotals
from monitor.config import capture_folder, database_url
from monitor.daemon.analysing import Analysing
from monitor.daemon.capturing import Capturing
from monitor.daemon.derived import AnalysisPart, DerivedWork
from monitor.daemon.handing_over import HandingOver
from monitor.daemon.lock import FolderLock
from monitor.daemon.publishing import Publishing
from monitor.daemon.status import Status, source_statuses
from monitor.daemon.watch import Watch
from monitor.recorder.recorder import Recorder
from monitor.recorder.repair import repair
from monitor.settings.capture import CaptureSection, SourceName
from monitor.settings.sections import Settings

log = logging.getLogger(__name__)

_BEHIND_CAPTURE = 10
"""Niceness of analysis: on a busy machine it waits, capture never does."""
_SHORTEST_STOP_S = 1.0

OpenSource = Callable[[SourceName, CaptureSection, Path], Source]


class Daemon:
    """Capture of every configured source, hand-over of finished calls and, where asked for, analysis.

    `open_source` gives a source of the configuration, by default the real one.

    Raises:
        CaptureError, SourceError, DeviceError, ConfigError: where a source cannot be opened, or its folder is in use or
            cannot be written; nothing runs then.
    """

    def __init__(
        self,
        settings: Settings,
        analysis_key: str,
        analysis: AnalysisPart | None = None,
        open_source: OpenSource = live_source,
    ) -> None:
        self._settings, self._open_source = settings, open_source
        self._locks: list[FolderLock] = []
        self._capturing: list[Capturing] = []
        try:
            for name in dict.fromkeys(settings.capture.sources):
                self._capturing.append(self._opened(name, capture_folder(settings) / name))
        except BaseException:
            self._let_go()
            raise
        roots = [one.root for one in self._capturing]
        self._handing_over = HandingOver(
            partial(Store, database_url(settings)), roots, analysis_key, lambda: list(self._finished())
        )
        self._derived = self._derived_work(analysis) if analysis else None
        self._watch = Watch(self._capturing)

    def start(self) -> None:
        for one in self._capturing:
            one.start()
        self._handing_over.start()
        if self._derived:
            self._derived.start()

    def beat(self) -> None:
        """To be called every second."""
        self._watch.look()

    def reload(self, settings: Settings, analysis: AnalysisPart) -> None:
        """Go on analysing under other settings; capture is not touched and keeps those that it has."""
        if settings.capture != self._settings.capture or settings.daemon != self._settings.daemon:
            log.warning("changes of [capture] and [daemon] take effect at the next start, so that no call is cut")
        self._settings = replace_analysis(self._settings, settings)
        if self._derived:
            self._derived.replace(analysis)

    def stop(self) -> bool:
        """Finish open calls, then the rest; false where something was left for the next start to repair."""
        deadline_s = time.monotonic() + self._settings.daemon.stop_s
        for one in self._capturing:
            one.ask_to_stop()
        stopped = [one.stop(_left(deadline_s)) for one in self._capturing]
        self._handing_over.stop(_left(deadline_s))
        if self._derived:
            self._derived.stop()
        for lock in self._locks:
            lock.release()
        return all(stopped)

    @property
    def status(self) -> Status:
        return Status(
            sources=source_statuses(self._capturing, self._watch.dropping),
            handed_over=self._handing_over.handed,
            waiting=self._handing_over.waiting,
            unusable=self._handing_over.unusable,
            analysed=self._derived.analysed if self._derived else 0,
            store_reachable=not self._handing_over.failing,
            analysis=self._derived.state if self._derived else None,
            pages_failing=self._derived.pages_failing if self._derived else False,
            clock_steps=self._watch.clock_steps,
        )

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(one.name for one in self._capturing)

    @property
    def any_working(self) -> bool:
        """Whether any source works, its device there or not; if none does, only a new process helps."""
        return any(one.working for one in self._capturing)

    def _opened(self, name: SourceName, root: Path) -> Capturing:
        section = self._settings.capture
        try:
            root.mkdir(parents=True, exist_ok=True)
            self._locks.append(FolderLock(root))
            _repair(name, root)
            recorder = Recorder(root, section.recorder)
        except OSError as error:
            raise SourceError(f"{root}: {error.strerror or error}", "folder_unwritable") from error
        try:
            opened = partial(self._open_source, name, section, root)
            return Capturing(name, opened, partial(_looped, section), recorder, root)
        except BaseException:
            recorder.stop(_SHORTEST_STOP_S)
            raise

    def _let_go(self) -> None:
        for one in self._capturing:
            one.stop(_SHORTEST_STOP_S)
        for lock in self._locks:
            lock.release()

    def _finished(self) -> Iterator[Path]:
        for one in self._capturing:
            for call in one.recorder.finished():
                yield call.document

    def _room(self) -> bool:
        return all(one.recorder.health().derived_work_allowed for one in self._capturing)

    def _derived_work(self, analysis: AnalysisPart) -> DerivedWork:
        return DerivedWork(analysis, self._parts, self._room, self._settings.daemon.stop_s)

    def _parts(self, analysis: AnalysisPart, counted: Callable[[], None]) -> tuple[Analysing, Publishing]:
        publishing = Publishing(analysis.publish, self._settings.daemon.publish_s)

        def ended(recording_id: str) -> None:
            counted()
            publishing.news(recording_id)

        roots = tuple(one.root for one in self._capturing)
        job = replace(analysis.job, nice=_BEHIND_CAPTURE, live_roots=roots)
        return Analysing(job, self._settings.analysis.jobs, partial(Store, job.url), ended), publishing


def replace_analysis(running: Settings, read: Settings) -> Settings:
    """What holds after the configuration was read again: all of it but what capture runs under."""
    return read.model_copy(update={"capture": running.capture, "daemon": running.daemon})


def _repair(name: str, root: Path) -> None:
    repaired = repair(root, record_after_crash)
    if repaired.finished or repaired.left or repaired.damaged:
        log.warning(
            "%s: %d calls of a run that was cut off are finished, %d wait for the disk, %d files are damaged",
            name,
            len(repaired.finished),
            len(repaired.left),
            len(repaired.damaged),
        )


def _looped(section: CaptureSection, source: Source, recorder: Recorder, totals: CaptureTotals) -> CaptureLoop:
    return loop(source, section, recorder, totals)


def _left(deadline_s: float) -> float:
    return max(_SHORTEST_STOP_S, deadline_s - time.monotonic())
