"""Signings: ceremonies that wait for their signer: what was asked, and the statement shown.

They are short-lived and no record: what is signed is kept where the act keeps it, and every step
stands in the trail.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, delete
from sqlmodel import Field, Session, col, select

from registry.domain.errors import NotFoundError
from registry.domain.signings import Ending, Kind
from registry.store.columns import Row, UtcInstant, document, word


class CeremonyRow(Row, table=True):
    """One ceremony: a person is shown a statement, and answers once."""

    __tablename__ = "ceremonies"

    id: UUID = Field(primary_key=True)
    kind: Kind = Field(sa_type=word(Kind))
    person_id: UUID = Field(foreign_key="people.id", index=True)
    act: str = Field(max_length=120)
    request: dict[str, Any] = Field(sa_column=Column(document(), nullable=False))
    statement: dict[str, Any] = Field(sa_column=Column(document(), nullable=False))
    secret_hash: str = Field(max_length=64)
    begun_at: datetime = Field(sa_type=UtcInstant)
    expires_at: datetime = Field(sa_type=UtcInstant)
    ending: Ending | None = Field(default=None, sa_type=word(Ending))
    ended_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    method: str | None = Field(default=None, max_length=40)
    answer: dict[str, Any] | None = Field(default=None, sa_type=document())


def get(session: Session, ceremony_id: UUID, kind: Kind, *, lock: bool = False) -> CeremonyRow:
    """Return a ceremony, held until the transaction ends where `lock` says so.

    Raises
    ------
    NotFoundError
        When there is none with this id.
    """
    wanted = select(CeremonyRow).where(CeremonyRow.id == ceremony_id, CeremonyRow.kind == kind)
    row = session.exec(wanted.with_for_update() if lock else wanted).one_or_none()
    if row is None:
        raise NotFoundError("Nothing waits to be signed here; begin again.")
    return row


def forget(session: Session, before: datetime) -> None:
    """Drop the ceremonies that ended or expired before a time."""
    session.connection().execute(delete(CeremonyRow).where(col(CeremonyRow.expires_at) < before))
