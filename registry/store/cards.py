"""Cards: which PDF was issued for a version, over which dossier, and how the version stood."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint, func
from sqlmodel import Field, Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from registry.domain.errors import NotFoundError
from registry.domain.jobs import JobStatus
from registry.domain.standings import State
from registry.store import jobs, versions
from registry.store.columns import Row, UtcInstant, word
from registry.store.jobs import JobRow
from registry.store.versions import VersionRow

JOB = "cards.issue"


class CardRow(Row, table=True):
    """One card as it was issued; its bytes stand in the artifacts under `pdf_digest`.

    `documents_digest` names all that it renders, so that a card which no longer says what the
    registry holds is known for one.
    """

    __tablename__ = "cards"
    __table_args__ = (UniqueConstraint("version_id", "number"),)

    id: UUID = Field(primary_key=True)
    version_id: UUID = Field(foreign_key="versions.id", index=True)
    number: int
    dossier: str = Field(max_length=71, index=True)
    state: State = Field(sa_type=word(State))
    banner: str | None = Field(default=None, max_length=20)
    headline: str
    documents_digest: str = Field(max_length=71)
    pdf_digest: str = Field(max_length=71)
    size: int
    issued_by: UUID | None = Field(default=None, foreign_key="people.id")
    issued_at: datetime = Field(sa_type=UtcInstant)


def ask(
    session: Session, version_id: UUID, *, asked_by: UUID | None, now: datetime, job_id: UUID
) -> JobRow:
    """Write the job that issues a version's card into the present transaction.

    One that waits already reads the record when it is taken up, and so does for both.
    """
    waiting = session.exec(
        _asked(version_id, JobStatus.QUEUED).with_for_update()  # so that no worker takes it now
    ).first()
    if waiting is not None:
        return waiting
    args = {"version": str(version_id), "asked_by": None if asked_by is None else str(asked_by)}
    return jobs.enqueue(session, JOB, args, f"{JOB}:{version_id}:{job_id}", now, job_id)


def made(session: Session, version_id: UUID) -> JobRow | None:
    """Return the job that last made a version's card, or None before the first."""
    return session.exec(_asked(version_id, JobStatus.DONE)).first()


def _asked(version_id: UUID, status: JobStatus) -> SelectOfScalar[JobRow]:
    """Return the question for the newest job about a version's card that stands so."""
    return (
        select(JobRow)
        .where(
            JobRow.kind == JOB,
            JobRow.status == status,
            col(JobRow.key).startswith(f"{JOB}:{version_id}:", autoescape=True),
        )
        .order_by(col(JobRow.created_at).desc(), col(JobRow.id))
        .limit(1)
    )


def of_version(session: Session, version_id: UUID) -> Sequence[CardRow]:
    """Return every card of a version, oldest first."""
    return session.exec(
        select(CardRow).where(CardRow.version_id == version_id).order_by(col(CardRow.number))
    ).all()


def newest(session: Session, version_id: UUID) -> CardRow | None:
    """Return the newest card of a version, or None before the first."""
    return session.exec(
        select(CardRow)
        .where(CardRow.version_id == version_id)
        .order_by(col(CardRow.number).desc())
        .limit(1)
    ).one_or_none()


def get(session: Session, version: VersionRow, number: int) -> CardRow:
    """Return a card by its number.

    Raises
    ------
    NotFoundError
        When the version has no such card.
    """
    found = session.exec(
        select(CardRow).where(CardRow.version_id == version.id, CardRow.number == number)
    ).one_or_none()
    if found is None:
        name = versions.name_of(session, version)
        raise NotFoundError(f"{name} has no card {number}; `cmr card list {name}` shows those.")
    return found


def next_number(session: Session, version_id: UUID) -> int:
    """Return the number that a version's next card has."""
    highest = session.exec(
        select(func.max(CardRow.number)).where(CardRow.version_id == version_id)
    ).one()
    return (highest or 0) + 1
