"""Reminders: what was told of things that fall due, once each, and asking for a look now."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, select

from registry.domain.reminders import Notice
from registry.store import jobs
from registry.store.columns import Row, UtcInstant, word

JOB = "reviews.sweep"


class ReminderRow(Row, table=True):
    """One reminder of one due date; a later date begins anew.

    `about` names what falls due within the review, such as ``condition 1`` or ``approval``.
    """

    __tablename__ = "reminders"
    __table_args__ = (UniqueConstraint("review_id", "about", "due", "notice"),)

    id: UUID = Field(primary_key=True)
    review_id: UUID = Field(foreign_key="reviews.id", index=True)
    about: str = Field(max_length=40)
    due: date
    notice: Notice = Field(sa_type=word(Notice))
    told_at: datetime = Field(sa_type=UtcInstant)


def told_of(session: Session, review_id: UUID, about: str, due: date) -> frozenset[Notice]:
    """Return what was told already of one due date."""
    rows = session.exec(
        select(ReminderRow).where(
            ReminderRow.review_id == review_id, ReminderRow.about == about, ReminderRow.due == due
        )
    ).all()
    return frozenset(row.notice for row in rows)


def ask(session: Session, *, now: datetime, job_id: UUID) -> None:
    """Write into the present transaction a job that looks at once what now speaks against use."""
    jobs.enqueue(session, JOB, {}, f"{JOB}:{job_id}", now, job_id)
