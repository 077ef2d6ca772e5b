"""Cards: which PDF was issued for a version, over which dossier, and how the version stood."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint, func
from sqlmodel import Field, Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from registry.domain.cards import Match
from registry.domain.errors import NotFoundError
from registry.domain.jobs import JobStatus
from registry.domain.people import Role
from registry.domain.standings import State
from registry.store import jobs, versions
from registry.store.columns import Row, UtcInstant, word
from registry.store.jobs import JobRow
from registry.store.versions import VersionRow

JOB = "cards.issue"


class CardRow(Row, table=True):
    """One card as it was issued.

    What was rendered has the digest `pdf_digest` and is so many bytes as `size` says. Where a seal
    was put on it, `sealed_digest` and `sealed_size` are of the file that people receive, which
    begins with those bytes; only that file is kept then. `documents_digest` names all that the
    card renders, so that one which no longer says what the registry holds is known for it, and
    `code` is what is printed on it of that digest.
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
    pdf_digest: str = Field(max_length=71, index=True)
    size: int
    code: str | None = Field(default=None, max_length=19, index=True)
    sealed_digest: str | None = Field(default=None, max_length=71, index=True)
    sealed_size: int | None = Field(default=None)
    seal_method: str | None = Field(default=None, max_length=20)
    seal_name: str | None = Field(default=None)
    seal_certificate: str | None = Field(default=None, max_length=71)
    sealed_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    seal_timestamped: bool | None = Field(default=None)
    issued_by: UUID | None = Field(default=None, foreign_key="people.id")
    issued_at: datetime = Field(sa_type=UtcInstant)


class CardSignatureRow(Row, table=True):
    """A person's own signature in a card's file: a further file that begins with the one before."""

    __tablename__ = "card_signatures"
    __table_args__ = (UniqueConstraint("card_id", "number"), UniqueConstraint("card_id", "field"))

    id: UUID = Field(primary_key=True)
    card_id: UUID = Field(foreign_key="cards.id", index=True)
    number: int
    field: str = Field(max_length=80)
    role: Role = Field(sa_type=word(Role))
    person_id: UUID = Field(foreign_key="people.id")
    name: str
    certificate: str = Field(max_length=71)
    trusted: bool | None = Field(default=None)
    file_digest: str = Field(max_length=71, index=True)
    file_size: int
    signed_at: datetime = Field(sa_type=UtcInstant)


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


def file_of(card: CardRow) -> tuple[str, int]:
    """Return digest and size of a card's file as it was issued: sealed where there is a seal."""
    if card.sealed_digest is None or card.sealed_size is None:
        return card.pdf_digest, card.size
    return card.sealed_digest, card.sealed_size


def signatures(session: Session, card_id: UUID) -> Sequence[CardSignatureRow]:
    """Return the signatures that people have added to a card's file, oldest first."""
    return session.exec(
        select(CardSignatureRow)
        .where(CardSignatureRow.card_id == card_id)
        .order_by(col(CardSignatureRow.number))
    ).all()


def newest_file(session: Session, card: CardRow) -> tuple[str, int]:
    """Return digest and size of a card's file with every signature that people have added."""
    added = signatures(session, card.id)
    return (added[-1].file_digest, added[-1].file_size) if added else file_of(card)


def with_file(session: Session, digest: str) -> tuple[CardRow, Match] | None:
    """Return the card that bytes are or were of, and what they are of it; None for others."""
    for column, match in (
        (CardRow.sealed_digest, Match.FILE),
        (CardRow.pdf_digest, Match.RENDERED),
    ):
        card = session.exec(_last(column, digest)).first()
        if card is not None:
            whole = card.sealed_digest is None
            return card, Match.FILE if whole else match
    signed = session.exec(
        select(CardSignatureRow).where(CardSignatureRow.file_digest == digest)
    ).first()
    card = None if signed is None else session.get(CardRow, signed.card_id)
    return None if card is None else (card, Match.SIGNED)


def with_code(session: Session, code: str) -> CardRow | None:
    """Return the last card with a code printed on it, or None."""
    return session.exec(_last(CardRow.code, code)).first()


def _last(column: str | None, value: str) -> SelectOfScalar[CardRow]:
    """Return the question for the card issued last of those that have this in a column."""
    return (
        select(CardRow)
        .where(col(column) == value)
        .order_by(col(CardRow.issued_at).desc(), col(CardRow.number).desc())
        .limit(1)
    )


def next_number(session: Session, version_id: UUID) -> int:
    """Return the number that a version's next card has."""
    highest = session.exec(
        select(func.max(CardRow.number)).where(CardRow.version_id == version_id)
    ).one()
    return (highest or 0) + 1
