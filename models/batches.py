"""Batches: what was asked for, turned into work, and how far every file of it is."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.plain import plain
from models.tables import AnalysisRow, Base, BatchFileRow, BatchRecord, RecordingRow, WorkRow
from models.work import SUPERSEDED, UNCHANGED, BatchRow, Intake, State

_LOCK = 0x74696D63
"""Any number but that of the migrations."""


def start(session: Session, label: str, now: datetime) -> int:
    batch = BatchRecord(label=label, created_at=now)
    session.add(batch)
    session.flush()
    return batch.id


def one_at_a_time(session: Session) -> None:
    """Makes enqueuing transactions wait for each other, as SQLite's do anyway.

    Two that add the same recordings in other orders would block each other for ever.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def enqueue(session: Session, batch_id: int, intake: Intake, *, analysis_key: str, now: datetime, retry: bool) -> None:
    """Adds one file to a batch, and work where its recording was not yet analysed so; see `Store.enqueue`."""
    known = session.scalar(
        select(BatchFileRow).where(
            BatchFileRow.batch_id == batch_id,
            BatchFileRow.recording_id == intake.recording_id,
            BatchFileRow.work_id.is_not(None),
        )
    )
    if known is not None:  # the same content under another name
        _add_file(session, batch_id, intake, known.work_id, known.reason)
        return
    _keep_recording(session, intake, now)
    _supersede(session, intake, analysis_key)
    work = _wanted(session, intake, analysis_key, now, retry=retry)
    _add_file(session, batch_id, intake, work.id, UNCHANGED if work.state is State.DONE else None)


def add_unusable(
    session: Session, batch_id: int, name: str, *, paths: tuple[str, ...], state: State, reason: str
) -> None:
    """Adds a file of which no recording can be made; see `Store.add_unusable`."""
    session.add(BatchFileRow(batch_id=batch_id, name=name, paths=list(paths), state=state, reason=reason))


def rows(session: Session, batch_id: int, after: int, limit: int) -> list[tuple[int, BatchRow]]:
    """Up to `limit` files of a batch beyond row `after`, in the order added, each with its row number."""
    query = (
        select(BatchFileRow, WorkRow, AnalysisRow.id)
        .outerjoin(WorkRow, BatchFileRow.work_id == WorkRow.id)
        .outerjoin(AnalysisRow, AnalysisRow.work_id == WorkRow.id)
        .where(BatchFileRow.batch_id == batch_id, BatchFileRow.id > after)
        .order_by(BatchFileRow.id)
        .limit(limit)
    )
    return [(file.id, _row(file, work, analysis_id)) for file, work, analysis_id in session.execute(query)]


def counts(session: Session, batch_id: int) -> dict[State, int]:
    """How many files of a batch are in each state; every state is there."""
    state = func.coalesce(WorkRow.state, BatchFileRow.state, type_=WorkRow.state.type)
    query = (
        select(state, func.count())
        .select_from(BatchFileRow)
        .outerjoin(WorkRow, BatchFileRow.work_id == WorkRow.id)
        .where(BatchFileRow.batch_id == batch_id)
        .group_by(state)
    )
    return dict.fromkeys(State, 0) | {State(found): number for found, number in session.execute(query)}


def adopt(session: Session, analysis_key: str) -> int:
    """Gives waiting work of other analysis keys this key; see `Store.adopt`."""
    same = WorkRow.__table__.alias("same")
    twin = (
        select(same.c.id)
        .where(
            same.c.recording_id == WorkRow.recording_id,
            same.c.inputs_sha256 == WorkRow.inputs_sha256,
            same.c.analysis_key == analysis_key,
        )
        .exists()
    )
    others = (WorkRow.state == State.WAITING, WorkRow.analysis_key != analysis_key)
    _change(session, (*others, twin), state=State.SKIPPED, reason=SUPERSEDED)
    return _change(session, others, analysis_key=analysis_key)


def _keep_recording(session: Session, intake: Intake, now: datetime) -> None:
    values = {"name": intake.name, **asdict(intake.facts)}
    first = {"id": intake.recording_id, "sha256": intake.sha256, "source": intake.source, "created_at": now}
    if not _insert_missing(session, RecordingRow, first | values):
        session.execute(update(RecordingRow).where(RecordingRow.id == intake.recording_id).values(**values))


def _supersede(session: Session, intake: Intake, analysis_key: str) -> None:
    same = (WorkRow.analysis_key == analysis_key) & (WorkRow.inputs_sha256 == intake.inputs_sha256)
    waiting = (WorkRow.recording_id == intake.recording_id, WorkRow.state == State.WAITING, ~same)
    _change(session, waiting, state=State.SKIPPED, reason=SUPERSEDED)


def _wanted(session: Session, intake: Intake, analysis_key: str, now: datetime, *, retry: bool) -> WorkRow:
    """The work for a recording: new, or found from an earlier time and, where it may, waiting again."""
    key = {
        "recording_id": intake.recording_id,
        "analysis_key": analysis_key,
        "inputs_sha256": intake.inputs_sha256,
    }
    paths = list(intake.paths)
    inputs = {"facts": plain(intake.facts), "options": dict(intake.options)}
    first = {"paths": paths, "asked_at": now, "state": State.WAITING, "attempts": 0}
    _insert_missing(session, WorkRow, key | inputs | first)
    work = session.scalars(select(WorkRow).filter_by(**key).with_for_update()).one()
    work.paths, work.asked_at = paths, now
    if work.state is State.SKIPPED or (retry and work.state is State.FAILED):
        work.state, work.reason, work.attempts, work.ended_at = State.WAITING, None, 0, None
    return work


def _add_file(session: Session, batch_id: int, intake: Intake, work_id: int | None, reason: str | None) -> None:
    session.add(
        BatchFileRow(
            batch_id=batch_id,
            recording_id=intake.recording_id,
            work_id=work_id,
            name=intake.name,
            paths=list(intake.paths),
            reason=reason,
        )
    )
    session.flush()


def _insert_missing(session: Session, table: type[Base], values: dict[str, Any]) -> bool:
    """Whether the row was new."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    result = session.execute(
        insert(table).values(**values).on_conflict_do_nothing().returning(*table.__mapper__.primary_key)
    )
    return result.first() is not None


def _change(session: Session, where: tuple[ColumnElement[bool], ...], **values: Any) -> int:
    changed = update(WorkRow).where(*where).values(**values).returning(WorkRow.id)
    return len(session.execute(changed.execution_options(synchronize_session=False)).all())


def _row(file: BatchFileRow, work: WorkRow | None, analysis_id: int | None) -> BatchRow:
    return BatchRow(
        name=file.name,
        paths=tuple(file.paths),
        state=work.state if work else file.state or State.FAILED,
        reason=(work and work.reason) or file.reason,
        recording_id=file.recording_id,
        analysis_id=analysis_id,
    )
