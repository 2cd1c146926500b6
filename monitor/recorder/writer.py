"""The work of the recorder, without threads: commands in, files out."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from audio.events import Sound
from models.call import CallRecord
from monitor.recorder.disk import Disk
from monitor.recorder.files import disk_reason
from monitor.recorder.finisher import Finisher
from monitor.recorder.guard import DiskGuard
from monitor.recorder.joining import SAME_CHANNELS, JoinedChannels, absorb
from monitor.recorder.journal import Entry
from monitor.recorder.live_call import LiveCall
from monitor.recorder.marks import usable
from monitor.recorder.names import LIVE
from monitor.recorder.recorded import DiskState, Finished, Gap, Health, Recorded, RecorderCounts, RecorderSettings
from monitor.recorder.records import record_by
from monitor.recorder.time_line import TimeLine

log = logging.getLogger(__name__)
_SPACE_S = 1.0
_SLOW_S = 5.0


def make_folders(disk: Disk, root: Path) -> None:
    """Raises `OSError` where it cannot be done."""
    for folder in (root, root / LIVE):
        disk.mkdir(folder)
        disk.sync_folder(folder.parent)


class Writer:
    """`sync` and `finish` may run on a second thread; all else belongs to one."""

    def __init__(self, disk: Disk, root: Path, settings: RecorderSettings) -> None:
        self._disk, self._root, self._settings = disk, root, settings
        self._live: dict[str, LiveCall] = {}
        self._finisher = Finisher(disk, root, settings)
        self._guard = DiskGuard(settings)
        self._space_at_s = -_SPACE_S
        self._alarmed = DiskState.OK
        self.counts = RecorderCounts()

    def open(self, call_id: str, at_s: float, source: str, sample_rate_hz: int | None) -> None:
        if call_id not in self._live:
            at_s = at_s if usable(at_s, at_s) else time.time()
            line = TimeLine(sample_rate_hz)
            call = LiveCall(self._disk, self._root / LIVE, call_id, at_s, self._settings, self.counts, line)
            call.journal.add({"source": source})
            self._live[call_id] = call

    def sound(self, call_id: str, channel: int, sound: Sound) -> None:
        call = self._live.get(call_id)
        if call is None:
            self.counts.strays += 1
            return
        self.counts.sounds += 1
        call.add(channel, sound)

    def missing(self, call_id: str, channel: int, gap: Gap) -> None:
        if (call := self._live.get(call_id)) is not None:
            call.miss(channel, gap)

    def note(self, call_id: str, signal: Entry) -> None:
        if (call := self._live.get(call_id)) is not None:
            call.note(signal)

    def join(self, call_id: str, absorbed_id: str, channels: JoinedChannels = SAME_CHANNELS) -> None:
        call, absorbed = self._live.get(call_id), self._live.pop(absorbed_id, None)
        if call is None or absorbed is None:
            return
        if absorb(call, absorbed, channels, may_begin=self._guard.new_calls_allowed):
            self._finisher.absorbed(call, absorbed)
        else:
            log.warning("a joined call stays apart, the disk did not take it: %s", absorbed.call_id)

    def close(self, call_id: str, make_record: Callable[[Recorded], CallRecord]) -> None:
        call = self._live.pop(call_id, None)
        if call is None:
            return
        recorded = call.end(may_begin=self._guard.new_calls_allowed)
        record = record_by(lambda: make_record(recorded), recorded)
        self._finisher.add(call, recorded, record)

    def write(self) -> None:
        """Bring to the disk what the calls have got."""
        self._look()
        at_work = [call for call in self._live.values() if call.waits]
        for call in at_work:
            call.write(may_begin=self._guard.new_calls_allowed)
        if at_work:
            failed = next((call.failed for call in at_work if call.failed is not None), None)
            self._guard.write_reason = None if failed is None else disk_reason(failed)
        self._alarm()

    def sync(self) -> bool:
        """What is written so far survives a power cut from here on; false where the disk says otherwise."""
        live = list(self._live.values())  # one step of the interpreter: the writer adds and removes meanwhile
        parts = [(part, part.version) for call in live for part in tuple(call.parts) if part.version != part.synced]
        journals = [(call.journal, call.journal.version) for call in live]
        journals = [(journal, version) for journal, version in journals if version != journal.synced]
        paths = [*(part.path for part, _ in parts), *(journal.path for journal, _ in journals)]
        if not paths:
            return True
        try:
            self._disk.sync_files(paths)
            self._disk.sync_folder(self._root / LIVE)
        except OSError:
            self.counts.sync_errors += 1
            for part, _ in parts:
                part.sync_failed = True
            return False
        self.counts.syncs += 1
        for part, version in parts:
            part.settled(version)
        for journal, version in journals:
            journal.synced = version
        return True

    def finish(self) -> bool:
        """Bring some of the closed calls to `done/`; true where others wait that can be tried now."""
        more = self._finisher.run()
        if self._finisher.error is not None:
            self.counts.write_errors += 1
            self._guard.write_reason = disk_reason(self._finisher.error)
        return more

    @property
    def finishing(self) -> int:
        return self._finisher.waiting

    def taken(self) -> tuple[Finished, ...]:
        done = self._finisher.taken()
        self.counts.finished += len(done)
        return done

    def release(self) -> None:
        """Let go of the files of calls that are still open; they stay in `live/`."""
        for call in self._live.values():
            call.release()
        self._live.clear()

    def health(self, queued_bytes: int, lag_s: float, sync_lag_s: float) -> Health:
        state = self._guard.state
        slow = lag_s > _SLOW_S or queued_bytes > self._settings.queue_bytes // 2
        space = self._guard.space
        return Health(
            disk=state,
            free_bytes=space.free_bytes if space else None,
            live=len(self._live),
            finishing=self.finishing,
            queued_bytes=queued_bytes,
            lag_s=lag_s,
            sync_lag_s=sync_lag_s,
            counts=replace(self.counts),
            alarms=(*((f"disk_{state}",) if state is not DiskState.OK else ()), *(("disk_slow",) if slow else ())),
        )

    def _look(self) -> None:
        now_s = time.monotonic()
        if now_s - self._space_at_s < _SPACE_S:
            return
        self._space_at_s = now_s
        try:
            self._guard.saw(self._disk.space(self._root))
        except OSError:
            self._guard.saw(None)

    def _alarm(self) -> None:
        """Said once each time it changes."""
        state = self._guard.state
        if state is not self._alarmed:
            log.log(logging.INFO if state is DiskState.OK else logging.ERROR, "the recordings' disk: %s", state)
            self._alarmed = state
