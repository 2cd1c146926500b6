"""Analyses and verdicts: written once, read newest first."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.analysis import Analysis
from models.document import document, verdict_document, with_verdict
from models.tables import AnalysisRow, BatchFileRow, RecordingRow, VerdictRow, WorkRow
from models.verdict import Verdict
from models.work import Selection, Stored, Work


def keep(session: Session, work: Work, analysis: Analysis, now: datetime) -> int:
    """Writes the analysis of `work` and what it found out of the recording; the analysis' id."""
    row = AnalysisRow(
        work_id=work.id, recording_id=work.recording_id, document=document(analysis, None), created_at=now
    )
    session.add(row)
    recording = session.get_one(RecordingRow, work.recording_id)
    recording.duration_s = analysis.recording.duration_s
    recording.sample_rate_hz = analysis.recording.sample_rate_hz
    recording.channels = [party.value for party in analysis.recording.channels]
    session.flush()
    return row.id


def add_verdict(session: Session, analysis_id: int, verdict: Verdict, now: datetime) -> int:
    """The id of the verdict: of a new row, or of the newest where it says the same."""
    doc = verdict_document(verdict)
    newest = newest_verdict(session, analysis_id)
    if newest is not None and newest.document == doc:
        return newest.id
    row = VerdictRow(
        analysis_id=analysis_id,
        rules_sha256=verdict.rules_sha256,
        protocol_name=verdict.protocol_name,
        protocol_version=verdict.protocol_version,
        score=verdict.score.total,
        flagged=verdict.flagged,
        document=doc,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row.id


def newest_verdict(session: Session, analysis_id: int) -> VerdictRow | None:
    of_analysis = select(VerdictRow).where(VerdictRow.analysis_id == analysis_id)
    return session.scalar(of_analysis.order_by(VerdictRow.id.desc()).limit(1))


def stored(session: Session, analysis_id: int) -> Stored | None:
    """One analysis with its newest verdict."""
    row = session.get(AnalysisRow, analysis_id)
    if row is None:
        return None
    verdict = newest_verdict(session, analysis_id)
    doc: dict[str, Any] = with_verdict(row.document, verdict.document) if verdict else row.document
    return Stored(row.recording_id, row.id, verdict.id if verdict else None, doc)


def selected(session: Session, selection: Selection, after: int, limit: int) -> list[int]:
    """Ids of up to `limit` analyses beyond `after`: one a recording, the one asked for last or in the batch."""
    query = _of_selection(select(AnalysisRow.id), selection).where(AnalysisRow.id > after)
    return list(session.scalars(query.order_by(AnalysisRow.id).limit(limit)))


def count(session: Session, selection: Selection) -> int:
    """How many analyses are selected."""
    return session.scalar(_of_selection(select(func.count(AnalysisRow.id)), selection)) or 0


def _of_selection(query: Select[tuple[int]], selection: Selection) -> Select[tuple[int]]:
    return (
        query.join(WorkRow, AnalysisRow.work_id == WorkRow.id)
        .join(RecordingRow, AnalysisRow.recording_id == RecordingRow.id)
        .where(*_conditions(selection))
    )


def _conditions(selection: Selection) -> list[ColumnElement[bool]]:
    conditions = [_newest_work() if selection.batch_id is None else _in_batch(selection.batch_id)]
    for column, wanted in (
        (RecordingRow.id, selection.recording_id),
        (RecordingRow.name, selection.name),
        (RecordingRow.agent_id, selection.agent_id),
        (RecordingRow.queue, selection.queue),
    ):
        if wanted is not None:
            conditions.append(column == wanted)
    if selection.since is not None:
        conditions.append(RecordingRow.started_at >= selection.since)
    if selection.until is not None:
        conditions.append(RecordingRow.started_at < selection.until)
    if selection.flagged is not None:
        conditions.append(_newest_verdict(VerdictRow.flagged == selection.flagged))
    if selection.not_judged_by is not None:
        conditions.append(~_newest_verdict(VerdictRow.rules_sha256 == selection.not_judged_by))
    return conditions


def _in_batch(batch_id: int) -> ColumnElement[bool]:
    return exists().where(BatchFileRow.work_id == WorkRow.id, BatchFileRow.batch_id == batch_id)


def _newest_work() -> ColumnElement[bool]:
    """No other analysis of the same recording was asked for later."""
    other, other_analysis = aliased(WorkRow), aliased(AnalysisRow)
    later = or_(
        other.asked_at > WorkRow.asked_at,
        and_(other.asked_at == WorkRow.asked_at, other.id > WorkRow.id),
    )
    return ~exists().where(other.recording_id == WorkRow.recording_id, other_analysis.work_id == other.id, later)


def _newest_verdict(holds: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition on `VerdictRow` holds for the newest verdict of the analysis."""
    later = aliased(VerdictRow)
    is_newest = ~exists().where(later.analysis_id == VerdictRow.analysis_id, later.id > VerdictRow.id)
    return exists().where(VerdictRow.analysis_id == AnalysisRow.id, is_newest, holds)
