"""Finished calls as work to do: from `done/` of the recorder to the store's queue.

A call is handed over once its document stands in `done/`. A file beside the document, `.queued`, says that the store
has it, so that a database that was away for a week gets all that was recorded meanwhile, and a crash costs nothing:
what is handed over twice is the same recording to the store.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from audio.sources.folder import FoundRecording
from models.call import CallRecord
from models.recording import CallFacts, Party
from models.span import Span, intersection
from models.store import Store
from models.work import State
from monitor.intake import intake_of
from monitor.presence import now
from monitor.recorder.documents import read_document
from monitor.recorder.names import DOCUMENT, DONE
from monitor.recorder.recorded import Part

log = logging.getLogger(__name__)

_MARK = ".queued"


def waiting(root: Path) -> Iterator[Path]:
    """Documents below `root` that the store does not have yet, oldest first."""
    for document in sorted((root / DONE).rglob(f"*{DOCUMENT}")):
        if not _mark(document).exists():
            yield document


def recordings_of(document: Path) -> list[FoundRecording]:
    """The recordings of one call: one, or one a part where it was so long that its files were changed.

    Raises:
        RecordingError: where the document cannot be read.
    """
    record, recorded = read_document(document)
    return [_found(part, record, recorded.started_s) for part in recorded.parts]


def hand_over(store: Store, document: Path, batch_of: Batches, analysis_key: str) -> None:
    """Put one finished call into the store's queue.

    Raises:
        StoreError: where the database fails; the call can be handed over again.
        RecordingError: where its files cannot be read.
    """
    intakes = [intake_of(found) for found in recordings_of(document)]
    if intakes:
        store.enqueue(batch_of(store), intakes, analysis_key, now())
    else:
        store.add_unusable(batch_of(store), _name(document), "no_sound", state=State.SKIPPED)
    try:
        _mark(document).touch()
    except OSError as error:  # a full disk: the next start hands it over again, which changes nothing
        log.warning("%s cannot be marked as handed over: %s", document.name, error)


def day_label(day: str) -> str:
    """What the batch of a day (ISO 8601, UTC) is called."""
    return f"capture {day}"


class Batches:
    """One batch a day, so that a day's calls have an index of their own."""

    def __init__(self) -> None:
        self._day = ""
        self._batch_id = 0

    def __call__(self, store: Store) -> int:
        """Today's batch; a daemon that starts anew goes on with it.

        Raises:
            StoreError: where the database fails.
        """
        day = now().strftime("%Y-%m-%d")
        if day != self._day:
            label = day_label(day)
            self._batch_id = store.batch_named(label) or store.start_batch(label, now())
            self._day = day
        return self._batch_id


def _found(part: Part, record: CallRecord, started_s: float) -> FoundRecording:
    parties = record.channels or (Party.BOTH,)
    return FoundRecording(
        files=(part.path,),
        parties=(Party.BOTH,),
        agent_channel=parties.index(Party.AGENT) if Party.AGENT in parties else 0,
        facts=CallFacts(
            started_at=datetime.fromtimestamp(started_s, UTC) + timedelta(seconds=part.start_s),
            agent_id=record.agent_id,
            queue=record.queue,
            caller=record.caller,
            callee=record.callee,
            ring_to_answer_s=record.ring_to_answer_s if part.start_s == 0 else None,
            post_dial_delay_s=record.post_dial_delay_s if part.start_s == 0 else None,
        ),
        source=record.source,
        call=_from(part, record),
    )


def _from(part: Part, record: CallRecord) -> CallRecord:
    """The record on the time line of a part."""
    if part.start_s == 0:
        return record
    return replace(
        record,
        moments=tuple(replace(moment, at_s=moment.at_s - part.start_s) for moment in record.moments),
        concealed=_shifted(record.concealed, part),
        missing=_shifted(record.missing, part),
    )


def _shifted(spans: dict[Party, tuple[Span, ...]], part: Part) -> dict[Party, tuple[Span, ...]]:
    within = (Span(part.start_s, part.start_s + part.duration_s),)
    return {
        party: tuple(one.shifted(-part.start_s) for one in intersection(own, within)) for party, own in spans.items()
    }


def _name(document: Path) -> str:
    return document.name.removesuffix(DOCUMENT)


def _mark(document: Path) -> Path:
    return document.with_name(_name(document) + _MARK)
