"""Waivers: what was proposed to be borne for a while, and who signed it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, UniqueConstraint
from sqlmodel import Field, Session, col, select

from registry.domain import waivers as rules
from registry.domain.errors import NotFoundError
from registry.domain.people import Role
from registry.domain.policies import TierRules
from registry.domain.trail import instant_text
from registry.domain.waivers import Standing
from registry.store import people, reviews
from registry.store.columns import Row, UtcInstant, document, word
from registry.store.reviews import Signed


class WaiverRow(Row, table=True):
    """One waiver as proposed; its document is what everybody signs, and never changes."""

    __tablename__ = "waivers"
    __table_args__ = (UniqueConstraint("review_id", "number"),)

    id: UUID = Field(primary_key=True)
    review_id: UUID = Field(foreign_key="reviews.id", index=True)
    number: int
    dossier: str = Field(max_length=71)
    document: dict[str, Any] = Field(sa_column=Column(document(), nullable=False))
    digest: str = Field(max_length=71)
    proposed_by: UUID = Field(foreign_key="people.id")
    proposed_at: datetime = Field(sa_type=UtcInstant)


class WaiverSignatureRow(Signed, table=True):
    """One person's signature under a waiver."""

    __tablename__ = "waiver_signatures"
    __table_args__ = (UniqueConstraint("waiver_id", "person_id"),)

    id: UUID = Field(primary_key=True)
    waiver_id: UUID = Field(foreign_key="waivers.id", index=True)
    person_id: UUID = Field(foreign_key="people.id")
    role: Role = Field(sa_type=word(Role))
    signed_at: datetime = Field(sa_type=UtcInstant)


def of_review(session: Session, review_id: UUID) -> Sequence[WaiverRow]:
    """Return the waivers proposed in a review, in order."""
    return session.exec(
        select(WaiverRow).where(WaiverRow.review_id == review_id).order_by(col(WaiverRow.number))
    ).all()


def get(session: Session, review_id: UUID, number: int) -> WaiverRow:
    """Return one waiver of a review.

    Raises
    ------
    NotFoundError
        When the review has none of this number.
    """
    for row in of_review(session, review_id):
        if row.number == number:
            return row
    raise NotFoundError(f"The review has no waiver {number}.")


def signatures_of(session: Session, waiver_id: UUID) -> Sequence[WaiverSignatureRow]:
    """Return the signatures under a waiver, oldest first."""
    return session.exec(
        select(WaiverSignatureRow)
        .where(WaiverSignatureRow.waiver_id == waiver_id)
        .order_by(col(WaiverSignatureRow.signed_at), col(WaiverSignatureRow.id))
    ).all()


def given(session: Session, waiver_id: UUID) -> list[tuple[UUID, Role]]:
    """Return who signed a waiver, and in which role."""
    return [(row.person_id, row.role) for row in signatures_of(session, waiver_id)]


def standing_of(
    session: Session, row: WaiverRow, *, dossier: str, policy: TierRules, today: date
) -> Standing:
    """Return how a waiver stands over a dossier on a day."""
    return rules.standing(
        rules.read(row.document),
        over=dossier,
        dossier=row.dossier,
        rules=policy,
        given=given(session, row.id),
        today=today,
    )


def in_force(
    session: Session, review_id: UUID, *, dossier: str, policy: TierRules, today: date
) -> list[WaiverRow]:
    """Return the waivers of a review that bridge something of a dossier on a day."""
    return [
        row
        for row in of_review(session, review_id)
        if standing_of(session, row, dossier=dossier, policy=policy, today=today)
        is Standing.GRANTED
    ]


def described(session: Session, row: WaiverRow) -> dict[str, Any]:
    """Return a waiver as it is shown: the document, its digest, and who signed it."""
    return {
        "number": row.number,
        "digest": row.digest,
        "document": row.document,
        "proposed": {
            "by": people.reference(session, row.proposed_by),
            "at": instant_text(row.proposed_at),
        },
        "signatures": [
            {
                "person": people.reference(session, signature.person_id),
                "role": signature.role.value,
                "at": instant_text(signature.signed_at),
                **reviews.signature_of(signature),
            }
            for signature in signatures_of(session, row.id)
        ],
    }
