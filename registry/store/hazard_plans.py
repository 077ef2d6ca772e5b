"""Hazard plans: the risk management plans of a model, and what its safety officer approved."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, UniqueConstraint
from sqlmodel import Field, Session, col, select

from registry.domain.errors import NotFoundError
from registry.domain.hazards import Matrix
from registry.domain.people import Role
from registry.domain.trail import instant_text
from registry.store import people
from registry.store.columns import Row, UtcInstant, document, word
from registry.store.models import ModelRow
from registry.store.reviews import Signed


class HazardPlanRow(Row, table=True):
    """One risk management plan of a model, never changed: a later plan is another row."""

    __tablename__ = "hazard_plans"
    __table_args__ = (UniqueConstraint("model_id", "number"),)

    id: UUID = Field(primary_key=True)
    model_id: UUID = Field(foreign_key="models.id", index=True)
    number: int
    digest: str = Field(max_length=71, unique=True)
    document: dict[str, Any] = Field(sa_column=Column(document(), nullable=False))
    written_by: UUID = Field(foreign_key="people.id")
    written_at: datetime = Field(sa_type=UtcInstant)


class HazardApprovalRow(Signed, table=True):
    """The safety officer's signature over a plan, or over an issue of a log."""

    __tablename__ = "hazard_approvals"

    id: UUID = Field(primary_key=True)
    digest: str = Field(max_length=71, unique=True)
    person_id: UUID = Field(foreign_key="people.id", index=True)
    role: Role = Field(sa_type=word(Role))
    registration: str | None = None
    meaning: str = Field(max_length=80)
    signed_at: datetime = Field(sa_type=UtcInstant)


def of_model(session: Session, model_id: UUID) -> Sequence[HazardPlanRow]:
    """Return the plans of a model, oldest first."""
    return session.exec(
        select(HazardPlanRow)
        .where(HazardPlanRow.model_id == model_id)
        .order_by(col(HazardPlanRow.number))
    ).all()


def get(session: Session, model: ModelRow, number: int) -> HazardPlanRow:
    """Return a plan of a model.

    Raises
    ------
    NotFoundError
        When the model has no plan of this number.
    """
    for row in of_model(session, model.id):
        if row.number == number:
            return row
    raise NotFoundError(f"{model.name} has no risk management plan {number}.")


def in_force(session: Session, model_id: UUID) -> HazardPlanRow | None:
    """Return the newest approved plan; where none is, the newest draft; None without any."""
    rows = of_model(session, model_id)
    return newest_approved(session, rows) or (rows[-1] if rows else None)


def newest_approved(session: Session, rows: Sequence[HazardPlanRow]) -> HazardPlanRow | None:
    """Return the newest plan that a safety officer approved, or None."""
    for row in reversed(rows):
        if approval(session, row.digest) is not None:
            return row
    return None


def matrix_of(row: HazardPlanRow) -> Matrix:
    """Return the matrix that a plan declares."""
    return Matrix.read(row.document["matrix"])


def approval(session: Session, digest: str) -> HazardApprovalRow | None:
    """Return the approval of a plan or of an issue, or None."""
    return session.exec(
        select(HazardApprovalRow).where(HazardApprovalRow.digest == digest)
    ).one_or_none()


def approval_described(session: Session, digest: str) -> dict[str, Any] | None:
    """Return who approved a document, as what and when; None while nobody has."""
    row = approval(session, digest)
    if row is None:
        return None
    return {
        "by": people.reference(session, row.person_id),
        "at": instant_text(row.signed_at),
        "role": row.role.value,
        "registration": row.registration,
        "meaning": row.meaning,
        "method": row.method,
        "key": row.key,
        "signature": row.signature,
        "statement": row.statement,
    }


def described(session: Session, row: HazardPlanRow) -> dict[str, Any]:
    """Return a plan with its digest, and who approved it."""
    return {
        "model": row.document["model"],
        "number": row.number,
        "digest": row.digest,
        "document": row.document,
        "approved": approval_described(session, row.digest),
    }
