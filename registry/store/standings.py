"""Standings: how each version stands and stood; the newest counts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, UniqueConstraint
from sqlmodel import Field, Session, col, select

from registry.domain.standings import State
from registry.store.columns import Row, UtcInstant, document, word


class StandingRow(Row, table=True):
    """One standing of a version: its signed document and what is asked of it often."""

    __tablename__ = "standings"
    __table_args__ = (UniqueConstraint("version_id", "number"),)

    id: UUID = Field(primary_key=True)
    version_id: UUID = Field(foreign_key="versions.id", index=True)
    number: int
    state: State = Field(sa_type=word(State))
    dossier: str | None = Field(default=None, max_length=71)
    document: dict[str, Any] = Field(sa_column=Column(document(), nullable=False))
    since: datetime = Field(sa_type=UtcInstant)


def history(session: Session, version_id: UUID) -> Sequence[StandingRow]:
    """Return every standing of a version, oldest first."""
    return session.exec(
        select(StandingRow)
        .where(StandingRow.version_id == version_id)
        .order_by(col(StandingRow.number))
    ).all()


def current(session: Session, version_id: UUID) -> StandingRow | None:
    """Return how a version stands, or None while nothing was ever decided."""
    return session.exec(
        select(StandingRow)
        .where(StandingRow.version_id == version_id)
        .order_by(col(StandingRow.number).desc())
        .limit(1)
    ).one_or_none()


def approved_dossiers(session: Session, version_id: UUID) -> list[str]:
    """Return the dossiers for which a version is current now, oldest first."""
    return approved_in(history(session, version_id))


def approved_in(rows: Sequence[StandingRow]) -> list[str]:
    """Return the dossiers for which a version is current at the end of its standings."""
    found: list[str] = []
    for row in rows:
        if row.state is not State.CURRENT:
            found = []
        elif row.dossier is not None and row.dossier not in found:
            found.append(row.dossier)
    return found


def suspended_since(session: Session, version_id: UUID) -> datetime | None:
    """Return when a version was suspended, if it is."""
    row = current(session, version_id)
    return row.since if row is not None and row.state is State.SUSPENDED else None


def in_state(session: Session, version_ids: Sequence[UUID], state: State) -> list[StandingRow]:
    """Return the newest standings of those versions that are in a state."""
    newest = [current(session, version_id) for version_id in version_ids]
    return [row for row in newest if row is not None and row.state is state]
