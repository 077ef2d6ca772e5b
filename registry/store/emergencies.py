"""Emergencies: who had access by breaking the glass, and what was found afterwards."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, Session, col, select

from registry.domain.emergencies import Finding, Times
from registry.domain.errors import NotFoundError
from registry.store.columns import Row, UtcInstant, document, word


class EmergencyRow(Row, table=True):
    """One emergency access; its signed document stands in the artifacts under the digest."""

    __tablename__ = "emergencies"

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="people.id", index=True)
    reason: str
    opened_at: datetime = Field(sa_type=UtcInstant)
    until: datetime = Field(sa_type=UtcInstant)
    ended_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    digest: str = Field(max_length=71)
    signed: dict[str, Any] = Field(sa_type=document())


class EmergencyReviewRow(Row, table=True):
    """What another person found once an emergency access was over."""

    __tablename__ = "emergency_reviews"

    id: UUID = Field(primary_key=True)
    emergency_id: UUID = Field(foreign_key="emergencies.id", unique=True)
    person_id: UUID = Field(foreign_key="people.id")
    finding: Finding = Field(sa_type=word(Finding))
    remarks: str
    reviewed_at: datetime = Field(sa_type=UtcInstant)
    signed: dict[str, Any] = Field(sa_type=document())


def get(session: Session, emergency_id: UUID) -> EmergencyRow:
    """Return one emergency access, held until the transaction ends.

    Raises
    ------
    NotFoundError
        When there is none.
    """
    held = select(EmergencyRow).where(EmergencyRow.id == emergency_id).with_for_update()
    row = session.exec(held.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFoundError(f"There is no emergency access {emergency_id}.")
    return row


def open_of(session: Session, person_id: UUID, now: datetime) -> EmergencyRow | None:
    """Return the emergency access that a person has now, or None."""
    return session.exec(
        select(EmergencyRow).where(
            EmergencyRow.person_id == person_id,
            col(EmergencyRow.ended_at).is_(None),
            col(EmergencyRow.until) > now,
        )
    ).first()


def people_with_access(session: Session, at: datetime) -> set[UUID]:
    """Return the people whose emergency access was open at a moment."""
    opened = select(EmergencyRow).where(EmergencyRow.opened_at <= at, EmergencyRow.until > at)
    return {
        row.person_id for row in session.exec(opened) if row.ended_at is None or row.ended_at >= at
    }


def review_of(session: Session, emergency_id: UUID) -> EmergencyReviewRow | None:
    """Return what was found of an emergency access, or None."""
    return session.exec(
        select(EmergencyReviewRow).where(EmergencyReviewRow.emergency_id == emergency_id)
    ).one_or_none()


def everything(session: Session) -> Sequence[EmergencyRow]:
    """Return every emergency access, newest first."""
    return session.exec(select(EmergencyRow).order_by(col(EmergencyRow.opened_at).desc())).all()


def times(session: Session, row: EmergencyRow) -> Times:
    """Return when an emergency access began, ended and was reviewed."""
    found = review_of(session, row.id)
    return Times(
        opened_at=row.opened_at,
        until=row.until,
        ended_at=row.ended_at,
        reviewed_at=None if found is None else found.reviewed_at,
    )
