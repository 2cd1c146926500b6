"""Batches: what was asked for at one time, and how far every file of it is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.tables import AnalysisRow, BatchFileRow, BatchRecord, WorkRow
from models.work import BatchRow, State


def start(session: Session, label: str, now: datetime) -> int:
    batch = BatchRecord(label=label, created_at=now)
    session.add(batch)
    session.flush()
    return batch.id


def named(session: Session, label: str) -> int | None:
    """The newest batch of this label; see `Store.batch_named`."""
    return session.scalar(select(func.max(BatchRecord.id)).where(BatchRecord.label == label))


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


def _row(file: BatchFileRow, work: WorkRow | None, analysis_id: int | None) -> BatchRow:
    return BatchRow(
        name=file.name,
        paths=tuple(file.paths),
        state=work.state if work else file.state or State.FAILED,
        reason=(work and work.reason) or file.reason,
        recording_id=file.recording_id,
        analysis_id=analysis_id,
    )
