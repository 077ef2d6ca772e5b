"""Records: what is known of a thing, corrected by a newer record and never edited."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import Field, Session, col, select

from registry.domain.errors import BadInputError, ConflictError
from registry.store.columns import Row, UtcInstant, document


class RecordRow(Row):
    """One record of a thing; the one with the highest number is current.

    A table of records adds `subject_id`, the key of the thing, and makes it unique together with
    `number`, so that two people who correct at once cannot both win.
    """

    id: UUID = Field(primary_key=True)
    subject_id: UUID
    number: int
    document: dict[str, Any] = Field(sa_type=document())
    recorded_by: UUID | None = Field(default=None, foreign_key="people.id")
    recorded_at: datetime = Field(sa_type=UtcInstant)
    why: str


Record = TypeVar("Record", bound=RecordRow)


def history(session: Session, rows: type[Record], subject_id: UUID) -> Sequence[Record]:
    """Return all records of a thing, oldest first."""
    return session.exec(
        select(rows).where(rows.subject_id == subject_id).order_by(col(rows.number))
    ).all()


def current(session: Session, rows: type[Record], subject_id: UUID) -> Record:
    """Return the newest record of a thing; whatever is registered has one."""
    newest = (
        select(rows).where(rows.subject_id == subject_id).order_by(col(rows.number).desc()).limit(1)
    )
    return session.exec(newest).one()


def supersede(session: Session, newer: Record) -> Record:
    """Add a record above the current one and return the one it supersedes.

    Raises
    ------
    BadInputError
        When no reason is given.
    ConflictError
        When nothing changes.
    """
    if not newer.why.strip():
        raise BadInputError("Say why the record is corrected.", field="why")
    older = current(session, type(newer), newer.subject_id)
    if older.document == newer.document:
        raise ConflictError("The record already says exactly this; nothing was changed.")
    newer.number = older.number + 1
    session.add(newer)
    return older
