"""Reviews and disputes as rows."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.review import Dispute, Review
from models.tables import AnalysisRow, DisputeRow, ReviewRow, VerdictRow


def add_review(session: Session, review: Review) -> int:
    row = ReviewRow(
        verdict_id=review.verdict_id,
        dispute_id=review.dispute_id,
        reviewer=review.reviewer,
        finding=review.finding,
        decision=review.decision,
        note=review.note,
        decided_at=review.decided_at,
    )
    session.add(row)
    session.flush()
    return row.id


def add_dispute(session: Session, dispute: Dispute) -> int:
    row = DisputeRow(
        verdict_id=dispute.verdict_id,
        agent_id=dispute.agent_id,
        finding=dispute.finding,
        argument=dispute.argument,
        raised_at=dispute.raised_at,
    )
    session.add(row)
    session.flush()
    return row.id


def reviews(session: Session, recording_id: str) -> list[Review]:
    rows = session.scalars(
        select(ReviewRow).where(_of_recording(ReviewRow.verdict_id, recording_id)).order_by(ReviewRow.id)
    )
    return [
        Review(
            verdict_id=row.verdict_id,
            reviewer=row.reviewer,
            decision=row.decision,
            decided_at=row.decided_at,
            finding=row.finding,
            note=row.note,
            dispute_id=row.dispute_id,
            id=row.id,
        )
        for row in rows
    ]


def disputes(session: Session, recording_id: str) -> list[Dispute]:
    rows = session.scalars(
        select(DisputeRow).where(_of_recording(DisputeRow.verdict_id, recording_id)).order_by(DisputeRow.id)
    )
    return [
        Dispute(
            verdict_id=row.verdict_id,
            agent_id=row.agent_id,
            raised_at=row.raised_at,
            argument=row.argument,
            finding=row.finding,
            id=row.id,
        )
        for row in rows
    ]


def _of_recording(verdict_id: InstrumentedAttribute[int], recording_id: str) -> ColumnElement[bool]:
    verdicts = select(VerdictRow.id).join(AnalysisRow, VerdictRow.analysis_id == AnalysisRow.id)
    return verdict_id.in_(verdicts.where(AnalysisRow.recording_id == recording_id))
