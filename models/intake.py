"""Recordings asked for, turned into work: many at a time, for a folder may hold a hundred thousand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.plain import plain
from models.tables import Base, BatchFileRow, RecordingRow, WorkRow
from models.work import SUPERSEDED, UNCHANGED, Intake, State

_LOCK = 0x74696D63
"""Any number but that of the migrations."""


def one_at_a_time(session: Session) -> None:
    """Makes enqueuing transactions wait for each other, as SQLite's do anyway.

    Two that add the same recordings in other orders would block each other for ever.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def enqueue(
    session: Session, batch_id: int, intakes: Sequence[Intake], *, analysis_key: str, now: datetime, retry_failed: bool
) -> None:
    """Adds files to a batch, and work where a recording was not yet analysed so; see `Store.enqueue`."""
    in_batch = _in_batch(session, batch_id, intakes)
    firsts: dict[str, Intake] = {}
    for intake in intakes:
        if intake.recording_id not in in_batch:
            firsts.setdefault(intake.recording_id, intake)
    if firsts:
        _keep_recordings(session, firsts.values(), now)
        _supersede(session, firsts, analysis_key)
        _ask(session, firsts.values(), analysis_key, now)
        if retry_failed:
            _wait_again(session, firsts, analysis_key, State.FAILED)
        _wait_again(session, firsts, analysis_key, State.SKIPPED)
        in_batch |= _wanted(session, firsts, analysis_key)
    session.execute(
        insert(BatchFileRow), [_file(batch_id, intake, *in_batch[intake.recording_id]) for intake in intakes]
    )


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
    _change(session, *others, twin, state=State.SKIPPED, reason=SUPERSEDED)
    return _change(session, *others, analysis_key=analysis_key)


def _in_batch(session: Session, batch_id: int, intakes: Iterable[Intake]) -> dict[str, tuple[int, str | None]]:
    """Work and reason of the recordings that the batch already has, under another name."""
    query = select(BatchFileRow.recording_id, BatchFileRow.work_id, BatchFileRow.reason).where(
        BatchFileRow.batch_id == batch_id,
        BatchFileRow.recording_id.in_({intake.recording_id for intake in intakes}),
    )
    return {
        recording_id: (work_id, reason)
        for recording_id, work_id, reason in session.execute(query)
        if recording_id is not None and work_id is not None
    }


def _keep_recordings(session: Session, intakes: Iterable[Intake], now: datetime) -> None:
    rows = [
        {
            "id": intake.recording_id,
            "sha256": intake.sha256,
            "source": intake.source,
            "created_at": now,
            "name": intake.name,
            **asdict(intake.facts),
        }
        for intake in intakes
    ]
    renewed = rows[0].keys() - {"id", "sha256", "source", "created_at"}
    _upsert(session, RecordingRow, rows, ["id"], renewed)


def _supersede(session: Session, firsts: dict[str, Intake], analysis_key: str) -> None:
    """Nobody waits any more for work that is now asked for under another key or with other inputs."""
    waiting = select(WorkRow.id, WorkRow.recording_id, WorkRow.analysis_key, WorkRow.inputs_sha256).where(
        WorkRow.recording_id.in_(firsts), WorkRow.state == State.WAITING
    )
    others = [
        work_id
        for work_id, recording_id, key, inputs_sha256 in session.execute(waiting)
        if (key, inputs_sha256) != (analysis_key, firsts[recording_id].inputs_sha256)
    ]
    _change(session, WorkRow.id.in_(others), WorkRow.state == State.WAITING, state=State.SKIPPED, reason=SUPERSEDED)


def _ask(session: Session, intakes: Iterable[Intake], analysis_key: str, now: datetime) -> None:
    rows = [
        {
            "recording_id": intake.recording_id,
            "analysis_key": analysis_key,
            "inputs_sha256": intake.inputs_sha256,
            "paths": list(intake.paths),
            "facts": plain(intake.facts),
            "options": dict(intake.options),
            "state": State.WAITING,
            "attempts": 0,
            "asked_at": now,
        }
        for intake in intakes
    ]
    _upsert(session, WorkRow, rows, ["recording_id", "analysis_key", "inputs_sha256"], {"paths", "asked_at"})


def _wait_again(session: Session, firsts: dict[str, Intake], analysis_key: str, state: State) -> None:
    again = (WorkRow.state == state, *_asked(firsts, analysis_key))
    _change(session, *again, state=State.WAITING, reason=None, attempts=0, ended_at=None)


def _wanted(session: Session, firsts: dict[str, Intake], analysis_key: str) -> dict[str, tuple[int, str | None]]:
    query = select(WorkRow.recording_id, WorkRow.id, WorkRow.state).where(*_asked(firsts, analysis_key))
    return {
        recording_id: (work_id, UNCHANGED if state is State.DONE else None)
        for recording_id, work_id, state in session.execute(query)
    }


def _asked(firsts: dict[str, Intake], analysis_key: str) -> tuple[ColumnElement[bool], ...]:
    """The work of exactly these recordings, inputs and key; recordings with other inputs have other hashes."""
    return (
        WorkRow.analysis_key == analysis_key,
        tuple_(WorkRow.recording_id, WorkRow.inputs_sha256).in_(
            [(intake.recording_id, intake.inputs_sha256) for intake in firsts.values()]
        ),
    )


def _file(batch_id: int, intake: Intake, work_id: int, reason: str | None) -> dict[str, Any]:
    return {
        "batch_id": batch_id,
        "recording_id": intake.recording_id,
        "work_id": work_id,
        "name": intake.name,
        "paths": list(intake.paths),
        "reason": reason,
    }


def _upsert(
    session: Session, table: type[Base], rows: list[dict[str, Any]], key: list[str], renewed: Iterable[str]
) -> None:
    """Inserts rows of distinct keys; of those that are there, the columns `renewed` are written again."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).values(rows)
    new = {name: statement.excluded[name] for name in renewed}
    session.execute(statement.on_conflict_do_update(index_elements=key, set_=new))


def _change(session: Session, *where: ColumnElement[bool], **values: Any) -> int:
    changed = update(WorkRow).where(*where).values(**values).returning(WorkRow.id)
    return len(session.execute(changed.execution_options(synchronize_session=False)).all())
