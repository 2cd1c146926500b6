"""The tables. Rows are made here and nowhere else known; `models.store` gives values out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, MetaData, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from models.columns import OutsideText, UtcDateTime, choice
from models.review import Decision
from models.work import State

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
"""A constraint with a name of its own can be changed by a migration on both kinds of database."""


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {  # noqa: RUF012  # the name and kind that SQLAlchemy reads
        datetime: UtcDateTime,
        dict[str, Any]: JSON,  # as text, in the order written: JSONB would sort the keys and refuse \u0000
        list[str]: JSON,
        State: choice(State),
        Decision: choice(Decision),
    }


class RecordingRow(Base):
    """One call's audio, known by the hash of its content, and the facts last given with it."""

    __tablename__ = "recordings"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(OutsideText)
    source: Mapped[str] = mapped_column(String(32))
    duration_s: Mapped[float | None]
    sample_rate_hz: Mapped[int | None]
    channels: Mapped[list[str] | None]
    started_at: Mapped[datetime | None] = mapped_column(index=True)
    agent_id: Mapped[str | None] = mapped_column(OutsideText, index=True)
    queue: Mapped[str | None] = mapped_column(OutsideText)
    caller: Mapped[str | None] = mapped_column(OutsideText)
    callee: Mapped[str | None] = mapped_column(OutsideText)
    ring_to_answer_s: Mapped[float | None]
    post_dial_delay_s: Mapped[float | None]
    created_at: Mapped[datetime]


class WorkRow(Base):
    """The queue: one recording to be analysed in one way, and how far it is."""

    __tablename__ = "work"
    __table_args__ = (
        UniqueConstraint("recording_id", "analysis_key", "inputs_sha256"),
        Index(None, "state", "analysis_key", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.id"))
    analysis_key: Mapped[str] = mapped_column(String(64))
    inputs_sha256: Mapped[str] = mapped_column(String(64))
    paths: Mapped[list[str]]
    facts: Mapped[dict[str, Any]]
    options: Mapped[dict[str, Any]]
    state: Mapped[State]
    reason: Mapped[str | None] = mapped_column(String(64))
    attempts: Mapped[int]
    claimed_by: Mapped[str | None] = mapped_column(String(200))
    lease_until: Mapped[datetime | None]
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class AnalysisRow(Base):
    """All that was measured, once; never changed."""

    __tablename__ = "analyses"

    id: Mapped[int] = mapped_column(primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("work.id"), unique=True)
    recording_id: Mapped[str] = mapped_column(ForeignKey("recordings.id"), index=True)
    document: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class VerdictRow(Base):
    """What one set of rules said of one analysis; never changed, the newest counts."""

    __tablename__ = "verdicts"
    __table_args__ = (Index(None, "analysis_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    analysis_id: Mapped[int] = mapped_column(ForeignKey("analyses.id"))
    rules_sha256: Mapped[str] = mapped_column(String(64))
    protocol_name: Mapped[str] = mapped_column(OutsideText)
    protocol_version: Mapped[str] = mapped_column(OutsideText)
    score: Mapped[float | None]
    flagged: Mapped[bool]
    document: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class BatchRecord(Base):
    """One time that someone asked for recordings to be analysed."""

    __tablename__ = "batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(OutsideText)
    created_at: Mapped[datetime]


class BatchFileRow(Base):
    """One file of a batch: with its work, or with a state of its own where there is nothing to analyse."""

    __tablename__ = "batch_files"
    __table_args__ = (Index(None, "batch_id", "recording_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"))
    recording_id: Mapped[str | None] = mapped_column(ForeignKey("recordings.id"))
    work_id: Mapped[int | None] = mapped_column(ForeignKey("work.id"), index=True)
    name: Mapped[str] = mapped_column(OutsideText)
    paths: Mapped[list[str]]
    state: Mapped[State | None]
    reason: Mapped[str | None] = mapped_column(String(64))


class DisputeRow(Base):
    __tablename__ = "disputes"

    id: Mapped[int] = mapped_column(primary_key=True)
    verdict_id: Mapped[int] = mapped_column(ForeignKey("verdicts.id"), index=True)
    agent_id: Mapped[str] = mapped_column(OutsideText)
    finding: Mapped[str | None] = mapped_column(OutsideText)
    argument: Mapped[str] = mapped_column(OutsideText(10_000))
    raised_at: Mapped[datetime]


class ReviewRow(Base):
    __tablename__ = "reviews"

    id: Mapped[int] = mapped_column(primary_key=True)
    verdict_id: Mapped[int] = mapped_column(ForeignKey("verdicts.id"), index=True)
    dispute_id: Mapped[int | None] = mapped_column(ForeignKey("disputes.id"))
    reviewer: Mapped[str] = mapped_column(OutsideText)
    finding: Mapped[str | None] = mapped_column(OutsideText)
    decision: Mapped[Decision]
    note: Mapped[str] = mapped_column(OutsideText(10_000))
    decided_at: Mapped[datetime]
