"""Statements: what people said of the thirteen considerations; the newest of each counts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, col, select

from registry.domain.statements import CONSIDERATIONS, Consideration, Kind
from registry.domain.trail import instant_text
from registry.store import people, versions
from registry.store.columns import Row, UtcInstant, document, word


class StatementRow(Row, table=True):
    """One person's statement on one consideration for one version.

    `carried_from_id` names the version it was taken over from; confirming it adds a row of its
    own, by the person who confirms.
    """

    __tablename__ = "statements"
    __table_args__ = (UniqueConstraint("version_id", "consideration", "number"),)

    id: UUID = Field(primary_key=True)
    version_id: UUID = Field(foreign_key="versions.id", index=True)
    consideration: int
    number: int
    kind: Kind = Field(sa_type=word(Kind))
    text: str | None = None
    reason: str | None = None
    evidence: list[str] = Field(sa_type=document())
    author_id: UUID = Field(foreign_key="people.id")
    made_at: datetime = Field(sa_type=UtcInstant)
    carried_from_id: UUID | None = Field(default=None, foreign_key="versions.id")


def history(session: Session, version_id: UUID) -> Sequence[StatementRow]:
    """Return every statement about a version, oldest first within each consideration."""
    return session.exec(
        select(StatementRow)
        .where(StatementRow.version_id == version_id)
        .order_by(col(StatementRow.consideration), col(StatementRow.number))
    ).all()


def current(session: Session, version_id: UUID) -> dict[int, StatementRow]:
    """Return the newest statement on each consideration that has one."""
    return {row.consideration: row for row in history(session, version_id)}


def in_dossier(session: Session, version_id: UUID) -> list[dict[str, Any]]:
    """Return all thirteen considerations in order, each answered or missing."""
    made = current(session, version_id)
    return [_described(session, about, made.get(about.number)) for about in CONSIDERATIONS]


def _described(session: Session, about: Consideration, row: StatementRow | None) -> dict[str, Any]:
    """Return one consideration and what is said about it."""
    carried = row.carried_from_id if row is not None else None
    return {
        "consideration": about.number,
        "title": about.title,
        "kind": "missing" if row is None else row.kind.value,
        "text": None if row is None else row.text,
        "reason": None if row is None else row.reason,
        "author": None if row is None else people.reference(session, row.author_id),
        "at": None if row is None else instant_text(row.made_at),
        "evidence": [] if row is None else list(row.evidence),
        "carried_from": None if carried is None else versions.by_id(session, carried).number,
    }
