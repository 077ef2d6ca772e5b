"""Delegations: who signs in whose place, which signatures were given so, and dual roles."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, Session, col, select

from registry.domain.delegations import Delegation
from registry.domain.duals import Pair
from registry.domain.errors import NotFoundError
from registry.domain.people import Role
from registry.domain.trail import instant_text
from registry.store import people
from registry.store.columns import Row, UtcInstant, word
from registry.store.reviews import Signed


class DelegationRow(Signed, table=True):
    """A role delegated for one review; its document stands in the artifacts under the digest."""

    __tablename__ = "delegations"

    id: UUID = Field(primary_key=True)
    review_id: UUID = Field(foreign_key="reviews.id", index=True)
    role: Role = Field(sa_type=word(Role))
    giver_id: UUID = Field(foreign_key="people.id")
    taker_id: UUID = Field(foreign_key="people.id")
    reasons: str
    until: datetime = Field(sa_type=UtcInstant)
    digest: str = Field(max_length=71)
    delegated_at: datetime = Field(sa_type=UtcInstant)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    revoked_why: str | None = None


class DelegatedRow(Row, table=True):
    """A sign-off or a decision that was given in somebody's place."""

    __tablename__ = "delegated_signatures"

    signature_id: UUID = Field(primary_key=True)
    delegation_id: UUID = Field(foreign_key="delegations.id", index=True)


class DualRoleRow(Row, table=True):
    """Two roles that one person may fill at once, declared by an enroller."""

    __tablename__ = "dual_roles"

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="people.id", index=True)
    first: Role = Field(sa_type=word(Role))
    second: Role = Field(sa_type=word(Role))
    why: str
    declared_by: UUID = Field(foreign_key="people.id")
    declared_at: datetime = Field(sa_type=UtcInstant)
    revoked_by: UUID | None = Field(default=None, foreign_key="people.id")
    revoked_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    revoked_why: str | None = None


def of_review(session: Session, review_id: UUID) -> Sequence[DelegationRow]:
    """Return the delegations of a review, ended ones too, oldest first."""
    return session.exec(
        select(DelegationRow)
        .where(DelegationRow.review_id == review_id)
        .order_by(col(DelegationRow.delegated_at), col(DelegationRow.id))
    ).all()


def get(session: Session, delegation_id: UUID) -> DelegationRow:
    """Return one delegation.

    Raises
    ------
    NotFoundError
        When there is none.
    """
    row = session.get(DelegationRow, delegation_id)
    if row is None:
        raise NotFoundError(f"There is no delegation {delegation_id}.")
    return row


def value(row: DelegationRow) -> Delegation:
    """Return a delegation as the rules see it."""
    return Delegation(
        giver=row.giver_id,
        taker=row.taker_id,
        role=row.role,
        until=row.until,
        revoked=row.revoked_at is not None,
    )


def values(session: Session, review_id: UUID) -> list[Delegation]:
    """Return the delegations of a review as the rules see them."""
    return [value(row) for row in of_review(session, review_id)]


def in_force(
    session: Session, review_id: UUID, *, giver: UUID, taker: UUID, role: Role, now: datetime
) -> DelegationRow | None:
    """Return the delegation by which somebody acts in somebody's place, or None."""
    for row in of_review(session, review_id):
        same = (row.giver_id, row.taker_id, row.role) == (giver, taker, role)
        if same and value(row).holds(now):
            return row
    return None


def keep(session: Session, signature_id: UUID, delegation: DelegationRow) -> None:
    """Note that a signature was given by a delegation."""
    session.add(DelegatedRow(signature_id=signature_id, delegation_id=delegation.id))
    session.flush()


def shown_for(session: Session, signature_id: UUID) -> dict[str, Any] | None:
    """Return in whose place a signature was given, or None."""
    kept = session.get(DelegatedRow, signature_id)
    return None if kept is None else shown(session, get(session, kept.delegation_id))


def shown(session: Session, row: DelegationRow) -> dict[str, Any]:
    """Return a delegation as a signature names it."""
    return {
        "person": people.reference(session, row.giver_id),
        "delegated_at": instant_text(row.delegated_at),
        "until": instant_text(row.until),
        "delegation": row.digest,
    }


def pair_of(row: DualRoleRow) -> Pair:
    """Return the two roles of a dual role."""
    return frozenset({row.first, row.second})


def duals_of(session: Session, person_id: UUID) -> Sequence[DualRoleRow]:
    """Return the dual roles that are declared for a person now, oldest first."""
    return session.exec(
        select(DualRoleRow)
        .where(DualRoleRow.person_id == person_id, col(DualRoleRow.revoked_at).is_(None))
        .order_by(col(DualRoleRow.declared_at))
    ).all()


def dual_shown(row: DualRoleRow, other: Role) -> dict[str, Any]:
    """Return a declared dual role as a signature names it, beside the `other` role."""
    return {"also": other.value, "why": row.why, "declared_at": instant_text(row.declared_at)}


def dual_at(session: Session, person_id: UUID, pair: Pair, at: datetime) -> DualRoleRow | None:
    """Return the declaration of a dual role as it stood at a time, or None."""
    every = session.exec(select(DualRoleRow).where(DualRoleRow.person_id == person_id)).all()
    for row in every:
        ended = row.revoked_at is not None and row.revoked_at <= at
        if pair_of(row) == pair and row.declared_at <= at and not ended:
            return row
    return None
