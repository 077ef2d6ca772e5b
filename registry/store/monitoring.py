"""Monitoring: the windows of a deployment, each with what the registry made of it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, UniqueConstraint
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, col, select

from registry.domain.deployments.states import State
from registry.domain.errors import ConflictError, NotFoundError
from registry.store.columns import Row, UtcInstant, document, word


class MonitoringWindowRow(Row, table=True):
    """One window: its days, the state in which the deployment was, and what was found.

    The document stands in the artifacts under the digest, too.
    """

    __tablename__ = "monitoring_windows"
    __table_args__ = (
        UniqueConstraint("deployment_id", "number"),
        UniqueConstraint("deployment_id", "evidence_id"),
    )

    id: UUID = Field(primary_key=True)
    deployment_id: UUID = Field(foreign_key="deployments.id", index=True)
    number: int
    evidence_id: UUID = Field(foreign_key="evidence.id", index=True)
    first: date
    last: date
    state: State = Field(sa_type=word(State))
    digest: str = Field(max_length=71)
    document: dict[str, Any] = Field(sa_column=Column(document(), nullable=False))
    submitted_by: UUID = Field(foreign_key="people.id")
    submitted_at: datetime = Field(sa_type=UtcInstant)


class MonitoringReminderRow(Row, table=True):
    """That a window was late and this was told, once for each due date."""

    __tablename__ = "monitoring_reminders"
    __table_args__ = (UniqueConstraint("deployment_id", "due"),)

    id: UUID = Field(primary_key=True)
    deployment_id: UUID = Field(foreign_key="deployments.id", index=True)
    due: date
    told_at: datetime = Field(sa_type=UtcInstant)


def was_told(session: Session, deployment_id: UUID, due: date) -> bool:
    """Tell whether it was told already that a window was late."""
    found = select(MonitoringReminderRow.id).where(
        MonitoringReminderRow.deployment_id == deployment_id, MonitoringReminderRow.due == due
    )
    return session.exec(found).first() is not None


def of_deployment(session: Session, deployment_id: UUID) -> Sequence[MonitoringWindowRow]:
    """Return the windows of a deployment, oldest first."""
    return session.exec(
        select(MonitoringWindowRow)
        .where(MonitoringWindowRow.deployment_id == deployment_id)
        .order_by(col(MonitoringWindowRow.number))
    ).all()


def get(session: Session, deployment_id: UUID, number: int) -> MonitoringWindowRow:
    """Return one window of a deployment.

    Raises
    ------
    NotFoundError
        When it has none of this number.
    """
    for row in of_deployment(session, deployment_id):
        if row.number == number:
            return row
    raise NotFoundError(f"The deployment has no window {number}.")


def add(session: Session, row: MonitoringWindowRow) -> None:
    """Keep a window.

    Raises
    ------
    ConflictError
        When another was handed in meanwhile.
    """
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise ConflictError("Another window was handed in meanwhile; look again.") from error
