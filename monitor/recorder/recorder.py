"""The recorder: whatever the disk does, who captures is not held up, and what is stored stays whole."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from audio.events import Sound
from models.call import CallRecord
from models.span import Span
from monitor.recorder.disk import Disk, SystemDisk, UnsyncedDisk
from monitor.recorder.joining import SAME_CHANNELS, JoinedChannels
from monitor.recorder.journal import Entry
from monitor.recorder.recorded import Finished, Gap, Health, Recorded, RecorderSettings
from monitor.recorder.writer import Writer, make_folders

log = logging.getLogger(__name__)
_COMMAND_BYTES = 512
"""What a word without sound counts for in the queue."""


class Recorder:
    """Two-channel recordings of calls, in `live/` of a folder while they run and in `done/` after.

    Safe to call from one thread. Nothing here waits for a disk or raises for it, unless `durable` is off.
    """

    def __init__(self, root: Path, settings: RecorderSettings | None = None, disk: Disk | None = None) -> None:
        """Raises `OSError` where the folders cannot be made."""
        self.settings = settings or RecorderSettings()
        self._disk = disk or (SystemDisk() if self.settings.durable else UnsyncedDisk())
        make_folders(self._disk, root)
        self._writer = Writer(self._disk, root, self.settings)
        self._queue: deque[tuple[Callable[[], None], int]] = deque()
        self._queued_bytes = 0
        self._lock = threading.Lock()
        self._refused: dict[tuple[str, int], Gap] = {}
        self._wake, self._stopping = threading.Event(), False
        self._seen_s = self._synced_s = time.monotonic()
        self._threads = [threading.Thread(target=run, name=name, daemon=True) for run, name in self._loops()]
        for thread in self._threads:
            thread.start()

    # What is told

    def open(self, call_id: str, at_s: float, *, source: str = "unknown", sample_rate_hz: int | None = None) -> None:
        """A call begins. `sample_rate_hz` (8000 or 16000) where it is known; else the first sounds decide."""
        self._tell(lambda: self._writer.open(call_id, at_s, source, sample_rate_hz))

    def write(self, call_id: str, channel: int, sound: Sound) -> None:
        """Sound of one channel, 0 or 1."""
        self._offer(call_id, channel, sound)

    def missing(self, call_id: str, channel: int, start_s: float, end_s: float, reason: str) -> None:
        """Nothing could be captured, on the capture clock."""
        if start_s <= end_s:
            self._tell(lambda: self._writer.missing(call_id, channel, Gap(Span(start_s, end_s), reason)))

    def note(self, call_id: str, signal: Entry) -> None:
        """A word for the journal, JSON-ready, given back to `repair`'s `make_record` after a crash."""
        self._tell(lambda: self._writer.note(call_id, signal))

    def join(self, call_id: str, absorbed_id: str, channels: JoinedChannels = SAME_CHANNELS) -> None:
        """The second call is part of the first; its sound fills what the first has not heard.

        `channels` says on which channels of the first those of the second go on.
        """
        self._tell_refused()
        self._tell(lambda: self._writer.join(call_id, absorbed_id, channels))

    def close(self, call_id: str, make_record: Callable[[Recorded], CallRecord]) -> None:
        """The call is over. `make_record` is called once, on another thread, and must be pure; see `finished`."""
        self._tell_refused()
        self._tell(lambda: self._writer.close(call_id, make_record))

    def flush(self, now_s: float) -> None:  # noqa: ARG002 # the capture clock is not needed yet
        """The end of a batch: what came goes to the disk now."""
        if self._threads:
            self._wake.set()
        else:
            self._work_here()

    # What is asked

    def finished(self) -> tuple[Finished, ...]:
        """The calls that arrived in `done/` since the last time."""
        return self._writer.taken()

    def health(self) -> Health:
        now_s = time.monotonic()
        lag_s = now_s - self._seen_s if self._threads else 0.0
        sync_lag_s = now_s - self._synced_s if self._threads else 0.0
        return self._writer.health(self._queued_bytes, lag_s, sync_lag_s)

    def stop(self, timeout_s: float = 30.0) -> bool:
        """Bring all to the disk; calls that are still open stay in `live/` for `repair`. False where time ran out."""
        self._stopping = True
        self._wake.set()
        deadline_s = time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(0.0, deadline_s - time.monotonic()))
        if not self._threads:
            self._work_here()
        stopped = not any(thread.is_alive() for thread in self._threads)
        if stopped:
            self._writer.release()
        return stopped and self._writer.finishing == 0

    # The queue

    def _tell(self, command: Callable[[], None]) -> None:
        """A word without sound is never refused: it is small, and a call must end."""
        self._put(command, _COMMAND_BYTES)

    def _offer(self, call_id: str, channel: int, sound: Sound) -> None:
        end_s = sound.start_s + len(sound.samples) / sound.sample_rate_hz
        if self._threads and self._queued_bytes + sound.samples.nbytes > self.settings.queue_bytes:
            self._refuse(call_id, channel, sound.start_s, end_s)
            return
        if self._refused:
            self._tell_refused()
        self._put(lambda: self._writer.sound(call_id, channel, sound), sound.samples.nbytes + _COMMAND_BYTES)

    def _put(self, command: Callable[[], None], size: int) -> None:
        with self._lock:
            self._queue.append((command, size))
            self._queued_bytes += size

    def _refuse(self, call_id: str, channel: int, start_s: float, end_s: float) -> None:
        """One gap a channel, however much is refused."""
        if not start_s <= end_s:
            return
        before = self._refused.get((call_id, channel))
        first_s = start_s if before is None else min(before.span.start_s, start_s)
        last_s = end_s if before is None else max(before.span.end_s, end_s)
        self._refused[call_id, channel] = Gap(Span(first_s, last_s), "disk_slow")

    def _tell_refused(self) -> None:
        for (call_id, channel), gap in self._refused.items():
            self.missing(call_id, channel, gap.span.start_s, gap.span.end_s, gap.reason)
        self._refused = {}

    def _work(self) -> None:
        """All that is queued now, then the disk."""
        for _ in range(len(self._queue)):
            command, size = self._queue.popleft()
            self._round(command)
            with self._lock:
                self._queued_bytes -= size
        self._writer.write()

    def _work_here(self) -> None:
        self._work()
        while self._writer.finish():
            pass

    # The threads

    def _loops(self) -> list[tuple[Callable[[], None], str]]:
        return (
            [(self._write_loop, "recorder-write"), (self._sync_loop, "recorder-sync")] if self.settings.durable else []
        )

    def _write_loop(self) -> None:
        """Writes go to the system's cache, so `kill -9` loses what came since the last round and no more."""
        while True:
            last = self._stopping
            self._round(self._work)
            self._seen_s = time.monotonic()
            if last:
                return
            self._wake.wait(self.settings.write_s)
            self._wake.clear()

    def _sync_loop(self) -> None:
        """Syncing has a thread of its own, so that a slow device holds up no write."""
        while True:
            last = self._stopping and not self._threads[0].is_alive()
            started_s = time.monotonic()
            self._round(self._sync)
            if last:
                return
            spent_s = time.monotonic() - started_s
            with suppress(RuntimeError):
                self._threads[0].join(max(0.0, self.settings.sync_s - spent_s))

    def _sync(self) -> None:
        while True:
            if self._writer.sync():
                self._synced_s = time.monotonic()
            if not self._writer.finish():
                return

    def _round(self, work: Callable[[], None]) -> None:
        """A defect must not end recording, nor one call's the others'."""
        try:
            work()
        except Exception:
            log.exception("recording went on after an error of its own")
