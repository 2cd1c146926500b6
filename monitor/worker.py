"""An analysis worker: claims recordings from the store, one after the other, and keeps what came of them."""

from __future__ import annotations

import logging
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from audio.decode import RawFormat
from audio.sources.opening import open_recording
from audio.spool import DecodeLimits
from models.analysis import AnalysedWith, Analysis
from models.document import analysis_from, document
from models.errors import RecordingError, StoreError
from models.rules import Rules
from models.store import Store
from models.work import State, Work
from monitor.intake import found_of
from monitor.judge import judge
from monitor.live.resuming import forget, resumed
from monitor.pipeline import AnalysisSettings, Tools, analyse
from monitor.presence import now, worker_name

log = logging.getLogger(__name__)

LEASE_S = 90.0
_RENEW_S = 30.0
_POLL_S = 0.5
_ADOPT_POLLS = 4
INTERNAL_ERROR = "internal_error"


@dataclass(frozen=True, slots=True)
class Bench:
    """All that turns a recording into an analysis and a verdict."""

    tools: Tools
    settings: AnalysisSettings
    limits: DecodeLimits
    raw_formats: tuple[RawFormat, ...]
    rules: Rules
    made_with: AnalysedWith


def work_through(
    store: Store,
    bench: Bench,
    batch_id: int | None,
    analysis_key: str,
    ended: Callable[[Work], None] = lambda _: None,
    *,
    meanwhile: Callable[[], bool] = lambda: False,
) -> None:
    """Analyse until the batch has nothing left that waits or runs, here or in another process; without one, for ever.

    Where nothing waits, `meanwhile` does a little of something else; false where it had nothing to do either.

    Raises:
        StoreError: where the database fails; the work that was held is given back when its lease ends.
    """
    worker = worker_name()
    stop = threading.Event()
    idle = 0
    while True:
        work = store.claim(worker, analysis_key, now(), lease_s=LEASE_S, batch_id=batch_id)
        if work is not None:
            with _kept(store, work):
                _do(store, bench, work)
            ended(work)
        elif batch_id is not None and _finished(store, batch_id):
            return
        else:
            idle += 1
            if batch_id is None and idle % _ADOPT_POLLS == 0:
                store.adopt(analysis_key)  # what a machine that only captures has asked for
            if not meanwhile():
                stop.wait(_POLL_S)  # others hold the rest: theirs becomes ours if they die


def analysed(work: Work, bench: Bench) -> Analysis:
    """The analysis of one recording; its decoded sound is gone afterwards.

    Raises:
        RecordingError: where the recording cannot be used.
    """
    with tempfile.TemporaryDirectory(prefix="timbre-", ignore_cleanup_errors=True) as spool_dir:
        opened = open_recording(found_of(work), Path(spool_dir), bench.limits, bench.raw_formats)
        tools = resumed(bench.tools, work)
        return analyse(opened.recording, opened.clip, tools, bench.settings, bench.made_with)


def _do(store: Store, bench: Bench, work: Work) -> None:
    """Analyse, judge and keep one recording; what is wrong with it becomes the reason in its row."""
    try:
        # As it is kept, figures rounded: judged again under the same rules it must come out the same.
        analysis = analysis_from(document(analysed(work, bench), None))
        store.finish(work, analysis, judge(analysis, bench.rules), now())
        forget(work)
    except RecordingError as error:
        log.info("recording %s: %s", work.recording_id, error)
        store.fail(work, error.code, now())
    except StoreError as error:
        if error.code != "recording_changed":
            raise
        store.fail(work, error.code, now())
    except KeyboardInterrupt:
        store.release(work)
        raise
    except Exception:  # one recording must not end the batch; its row says that the fault is ours
        log.exception("recording %s could not be analysed", work.recording_id)
        store.fail(work, INTERNAL_ERROR, now())


def _finished(store: Store, batch_id: int) -> bool:
    counts = store.batch_counts(batch_id)
    return not (counts[State.WAITING] or counts[State.RUNNING])


@contextmanager
def _kept(store: Store, work: Work) -> Iterator[None]:
    """The claim renewed in the background, however long the recording is."""
    done = threading.Event()

    def renew() -> None:
        while not done.wait(_RENEW_S):
            try:
                store.renew(work, now(), LEASE_S)
            except StoreError as error:
                log.warning("the claim of recording %s was not renewed: %s", work.recording_id, error)

    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
