"""Failure reviews: who looked at which evidence's failures, in counts and never in rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, UniqueConstraint
from sqlmodel import Field, Session, col, select

from registry.domain import failure_reviews as rules
from registry.domain.trail import instant_text
from registry.store import people
from registry.store.columns import Row, UtcInstant, document
from registry.store.evidence import EvidenceRow


class FailureReviewRow(Row, table=True):
    """One review of the failures of one piece of evidence; the newest counts, all are kept."""

    __tablename__ = "failure_reviews"
    __table_args__ = (UniqueConstraint("evidence_id", "number"),)

    id: UUID = Field(primary_key=True)
    evidence_id: UUID = Field(foreign_key="evidence.id", index=True)
    number: int
    digest: str = Field(max_length=71)
    document: dict[str, Any] = Field(sa_column=Column(document(), nullable=False))
    reviewed_by: UUID = Field(foreign_key="people.id")
    reviewed_at: datetime = Field(sa_type=UtcInstant)


def of_evidence(session: Session, evidence_id: UUID) -> Sequence[FailureReviewRow]:
    """Return the reviews of one piece of evidence, oldest first."""
    return session.exec(
        select(FailureReviewRow)
        .where(FailureReviewRow.evidence_id == evidence_id)
        .order_by(col(FailureReviewRow.number))
    ).all()


def described(session: Session, row: FailureReviewRow) -> dict[str, Any]:
    """Return a review with its digest and its reviewer."""
    return {
        "evidence_id": str(row.evidence_id),
        "number": row.number,
        "digest": row.digest,
        "reviewed": {
            "by": people.reference(session, row.reviewed_by),
            "at": instant_text(row.reviewed_at),
        },
        "document": row.document,
    }


def in_dossier(session: Session, attached: Sequence[EvidenceRow]) -> list[dict[str, Any]]:
    """Return the newest review of each piece of evidence that has one, as a dossier shows it."""
    newest = [(row, of_evidence(session, row.id)) for row in attached]
    return [
        {
            "evidence": evidence.number,
            "number": reviews[-1].number,
            "digest": reviews[-1].digest,
            "reviewed": described(session, reviews[-1])["reviewed"],
            "qualification": reviews[-1].document["qualification"],
            "failures": reviews[-1].document["failures"],
            "looked_at": rules.looked_at(reviews[-1].document),
            "groups": reviews[-1].document["groups"],
        }
        for evidence, reviews in newest
        if reviews
    ]
