"""The queue of recordings to analyse: rows of `work`, claimed by lease.

Every function works in the transaction of its session. A claim is proved by its worker and its
attempt: whoever lost it (the lease ran out and another took over) can change nothing any more.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session

from models.document import facts_from
from models.tables import BatchFileRow, RecordingRow, WorkRow
from models.work import CRASHED_REPEATEDLY, State, Work


def claim(
    session: Session,
    worker: str,
    now: datetime,
    *,
    analysis_key: str,
    lease_s: float,
    batch_id: int | None,
    max_attempts: int,
) -> Work | None:
    """Work that nobody holds, now held by `worker`; see `Store.claim`."""
    wanted = [WorkRow.analysis_key == analysis_key, *_of_batch(batch_id)]
    while (row := _oldest_free(session, wanted, now)) is not None:
        if row.attempts < max_attempts:
            row.state, row.reason = State.RUNNING, None
            row.attempts += 1
            row.claimed_by, row.lease_until = worker, now + timedelta(seconds=lease_s)
            return _work(session, row, worker)
        # A recording that ends every process that reads it must not be tried for ever.
        end(row, State.FAILED, row.reason or CRASHED_REPEATEDLY, now)
    return None


def held(session: Session, work: Work) -> WorkRow | None:
    """The row of `work`, locked; `None` where its claim was lost."""
    return session.scalar(
        select(WorkRow)
        .where(
            WorkRow.id == work.id,
            WorkRow.state == State.RUNNING,
            WorkRow.claimed_by == work.worker,
            WorkRow.attempts == work.attempt,
        )
        .with_for_update()
    )


def end(row: WorkRow, state: State, reason: str | None, now: datetime) -> None:
    """Lets go of work that needs no more doing."""
    row.state, row.reason, row.ended_at = state, reason, now
    row.claimed_by = row.lease_until = None


def put_back(row: WorkRow, reason: str | None) -> None:
    """Lets go of work that is still to be done."""
    row.state, row.reason = State.WAITING, reason
    row.claimed_by = row.lease_until = None


def release_worker(session: Session, worker: str) -> int:
    """Puts back all that `worker` held, its attempts counted; how many."""
    rows = session.scalars(
        select(WorkRow).where(WorkRow.claimed_by == worker, WorkRow.state == State.RUNNING).with_for_update()
    ).all()
    for row in rows:
        put_back(row, None)
    return len(rows)


def holders(session: Session) -> list[str]:
    """The workers that hold work."""
    running = select(WorkRow.claimed_by).where(WorkRow.state == State.RUNNING, WorkRow.claimed_by.is_not(None))
    return [worker for worker in session.scalars(running.distinct().order_by(WorkRow.claimed_by)) if worker]


def _oldest_free(session: Session, wanted: list[ColumnElement[bool]], now: datetime) -> WorkRow | None:
    """Locked. Two questions, each of which an index answers, where one with OR would read the whole queue."""
    expired = and_(WorkRow.state == State.RUNNING, WorkRow.lease_until <= now)
    for free in (expired, WorkRow.state == State.WAITING):
        oldest = select(WorkRow).where(free, *wanted).order_by(WorkRow.id).limit(1)
        row = session.scalar(oldest.with_for_update(skip_locked=True))
        if row is not None:
            return row
    return None


def _of_batch(batch_id: int | None) -> list[ColumnElement[bool]]:
    if batch_id is None:
        return []
    return [exists().where(BatchFileRow.work_id == WorkRow.id, BatchFileRow.batch_id == batch_id)]


def _work(session: Session, row: WorkRow, worker: str) -> Work:
    recording = session.get_one(RecordingRow, row.recording_id)
    return Work(
        id=row.id,
        recording_id=row.recording_id,
        sha256=recording.sha256,
        name=recording.name,
        paths=tuple(row.paths),
        facts=facts_from(row.facts),
        options=dict(row.options),
        source=recording.source,
        analysis_key=row.analysis_key,
        attempt=row.attempts,
        worker=worker,
    )
