"""Reviews: dossiers, sign-offs, decisions and conditions as they were made.

Everything is added and nothing edited: a withdrawal, a newer dossier and a closed condition are
rows of their own, so that the record shows both what was and what it became.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, UniqueConstraint, delete, func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, col, select

from registry.domain.errors import ConflictError, NotFoundError
from registry.domain.people import Role
from registry.domain.policies import Meaning
from registry.domain.reviews import Outcome
from registry.store.columns import Row, UtcInstant, document, word
from registry.store.versions import VersionRow


class ReviewRow(Row, table=True):
    """One review of a version for a scope, under the policy that was in force then."""

    __tablename__ = "reviews"

    id: UUID = Field(primary_key=True)
    version_id: UUID = Field(foreign_key="versions.id", index=True)
    scope: dict[str, Any] = Field(sa_column=Column(document(), nullable=False))
    policy_name: str = Field(max_length=64)
    policy_version: int
    policy_digest: str = Field(max_length=71)
    opened_by: UUID = Field(foreign_key="people.id")
    opened_at: datetime = Field(sa_type=UtcInstant)
    reason: str | None = None
    unchanged_from: str | None = Field(default=None, max_length=71)


class DossierRow(Row, table=True):
    """One frozen dossier of a review; the bytes stand in the artifacts under the digest."""

    __tablename__ = "dossiers"
    __table_args__ = (UniqueConstraint("version_id", "number"),)

    id: UUID = Field(primary_key=True)
    review_id: UUID = Field(foreign_key="reviews.id", index=True)
    version_id: UUID = Field(foreign_key="versions.id", index=True)
    number: int
    digest: str = Field(max_length=71, unique=True)
    frozen_by: UUID = Field(foreign_key="people.id")
    frozen_at: datetime = Field(sa_type=UtcInstant)


class Signed(Row):
    """What a row holds of a signature: the statement and what proves it."""

    statement: dict[str, Any] = Field(sa_type=document())
    signature: str = Field(max_length=120)
    key: str = Field(max_length=64)
    method: str = Field(max_length=40)


class SignOffRow(Signed, table=True):
    """One person's sign-off over one dossier."""

    __tablename__ = "signoffs"

    id: UUID = Field(primary_key=True)
    review_id: UUID = Field(foreign_key="reviews.id", index=True)
    person_id: UUID = Field(foreign_key="people.id", index=True)
    role: Role = Field(sa_type=word(Role))
    registration: str | None = None
    meaning: Meaning = Field(sa_type=word(Meaning))
    reasons: str | None = None
    dossier: str = Field(max_length=71)
    signed_at: datetime = Field(sa_type=UtcInstant)


class SeatRow(Row, table=True):
    """Who sits where over a dossier now: the database's own word that nobody sits twice.

    Every required role is the one place "required", so that one person cannot take two of them.
    """

    __tablename__ = "signoff_seats"

    dossier: str = Field(primary_key=True, max_length=71)
    person_id: UUID = Field(primary_key=True, foreign_key="people.id")
    place: str = Field(primary_key=True, max_length=40)
    signoff_id: UUID = Field(foreign_key="signoffs.id", unique=True)


class SignOffWithdrawalRow(Signed, table=True):
    """A sign-off taken back, with the reasons."""

    __tablename__ = "signoff_withdrawals"

    id: UUID = Field(primary_key=True)
    signoff_id: UUID = Field(foreign_key="signoffs.id", unique=True)
    reasons: str
    withdrawn_at: datetime = Field(sa_type=UtcInstant)


class DecisionRow(Signed, table=True):
    """The decision of a review; its document stands in the artifacts under the digest."""

    __tablename__ = "decisions"

    id: UUID = Field(primary_key=True)
    review_id: UUID = Field(foreign_key="reviews.id", unique=True)
    version_id: UUID = Field(foreign_key="versions.id", index=True)
    dossier: str = Field(max_length=71)
    digest: str = Field(max_length=71)
    outcome: Outcome = Field(sa_type=word(Outcome))
    reasons: str
    valid_until: date | None = None
    decided_by: UUID = Field(foreign_key="people.id")
    decided_at: datetime = Field(sa_type=UtcInstant)


class ConditionRow(Row, table=True):
    """One condition of a decision, as decided."""

    __tablename__ = "conditions"
    __table_args__ = (UniqueConstraint("decision_id", "number"),)

    id: UUID = Field(primary_key=True)
    decision_id: UUID = Field(foreign_key="decisions.id", index=True)
    number: int
    document: dict[str, Any] = Field(sa_column=Column(document(), nullable=False))


class ConditionClosureRow(Signed, table=True):
    """A condition found met by its verifier."""

    __tablename__ = "condition_closures"

    id: UUID = Field(primary_key=True)
    condition_id: UUID = Field(foreign_key="conditions.id", unique=True)
    evidence: str
    submission: int | None = None
    closed_at: datetime = Field(sa_type=UtcInstant)


def signature_of(row: Signed) -> dict[str, Any]:
    """Return the signature that a row carries: enough to check it anywhere."""
    return {
        "statement": row.statement,
        "signature": row.signature,
        "key": row.key,
        "method": row.method,
    }


def lock(session: Session, version_id: UUID) -> VersionRow:
    """Return a version, held until the transaction ends: one act on its reviews at a time."""
    held = select(VersionRow).where(VersionRow.id == version_id).with_for_update()
    return session.exec(held.execution_options(populate_existing=True)).one()


def lock_siblings(session: Session, version_id: UUID) -> None:
    """Hold every version of a version's model, in order: one approval of a model at a time.

    Whoever approves also takes others out of use; two who did so at once would each miss the other.
    """
    model = select(VersionRow.model_id).where(VersionRow.id == version_id).scalar_subquery()
    held = (
        select(VersionRow)
        .where(VersionRow.model_id == model)
        .order_by(col(VersionRow.number))
        .with_for_update()
    )
    session.exec(held.execution_options(populate_existing=True)).all()


def get(session: Session, review_id: UUID) -> ReviewRow:
    """Return a review.

    Raises
    ------
    NotFoundError
        When there is none with this id.
    """
    review = session.get(ReviewRow, review_id)
    if review is None:
        raise NotFoundError(f"There is no review {review_id}; `cmr review list` shows them.")
    return review


def listed(session: Session, version_id: UUID | None = None) -> Sequence[ReviewRow]:
    """Return the reviews of a version, or all of them, oldest first."""
    query = select(ReviewRow).order_by(col(ReviewRow.opened_at), col(ReviewRow.id))
    if version_id is not None:
        query = query.where(ReviewRow.version_id == version_id)
    return session.exec(query).all()


def open_review(session: Session, version_id: UUID) -> ReviewRow | None:
    """Return the review of a version that is not decided yet, or None."""
    return next(
        (r for r in listed(session, version_id) if decision_of(session, r.id) is None), None
    )


def next_dossier_number(session: Session, version_id: UUID) -> int:
    """Return the number of the next dossier of a version."""
    highest = session.exec(
        select(func.max(DossierRow.number)).where(DossierRow.version_id == version_id)
    ).one()
    return (highest or 0) + 1


def dossiers_of(session: Session, review_id: UUID) -> Sequence[DossierRow]:
    """Return the dossiers of a review, oldest first; the last one is current."""
    return session.exec(
        select(DossierRow).where(DossierRow.review_id == review_id).order_by(col(DossierRow.number))
    ).all()


def dossier_of(session: Session, review_id: UUID) -> DossierRow:
    """Return the current dossier of a review; every review is opened with one."""
    return dossiers_of(session, review_id)[-1]


def last_dossier(session: Session, version_id: UUID) -> DossierRow | None:
    """Return the newest dossier of a version in any review, or None before the first."""
    return session.exec(
        select(DossierRow)
        .where(DossierRow.version_id == version_id)
        .order_by(col(DossierRow.number).desc())
        .limit(1)
    ).one_or_none()


def by_digest(session: Session, digest: str) -> DossierRow:
    """Return the dossier with a digest.

    Raises
    ------
    NotFoundError
        When no review froze it.
    """
    row = session.exec(select(DossierRow).where(DossierRow.digest == digest)).one_or_none()
    if row is None:
        raise NotFoundError(f"There is no dossier {digest}.")
    return row


def signoffs_of(session: Session, review_id: UUID) -> Sequence[SignOffRow]:
    """Return all sign-offs of a review, withdrawn and void ones too, oldest first."""
    return session.exec(
        select(SignOffRow)
        .where(SignOffRow.review_id == review_id)
        .order_by(col(SignOffRow.signed_at), col(SignOffRow.id))
    ).all()


def signoff(session: Session, review_id: UUID, signoff_id: UUID) -> SignOffRow:
    """Return one sign-off of a review.

    Raises
    ------
    NotFoundError
        When the review has none with this id.
    """
    row = session.get(SignOffRow, signoff_id)
    if row is None or row.review_id != review_id:
        raise NotFoundError(f"The review has no sign-off {signoff_id}.")
    return row


def withdrawal_of(session: Session, signoff_id: UUID) -> SignOffWithdrawalRow | None:
    """Return how a sign-off was taken back, or None."""
    return session.exec(
        select(SignOffWithdrawalRow).where(SignOffWithdrawalRow.signoff_id == signoff_id)
    ).one_or_none()


def add_signoff(session: Session, row: SignOffRow, *, place: str) -> None:
    """Keep a sign-off and take its seat.

    Raises
    ------
    ConflictError
        When the person sits there already: the database refuses what slipped past the rule.
    """
    session.add(row)
    session.flush()
    session.add(
        SeatRow(dossier=row.dossier, person_id=row.person_id, place=place, signoff_id=row.id)
    )
    try:
        session.flush()
    except IntegrityError as error:
        raise ConflictError("You have signed here already; look again.") from error


def add_withdrawal(session: Session, row: SignOffWithdrawalRow) -> None:
    """Keep a withdrawal and free the seat."""
    session.add(row)
    session.flush()
    session.connection().execute(delete(SeatRow).where(col(SeatRow.signoff_id) == row.signoff_id))


def decision_of(session: Session, review_id: UUID) -> DecisionRow | None:
    """Return the decision of a review, or None while it is open."""
    return session.exec(select(DecisionRow).where(DecisionRow.review_id == review_id)).one_or_none()


def decision_over(session: Session, dossier: str) -> DecisionRow | None:
    """Return the decision over a dossier, or None."""
    return session.exec(select(DecisionRow).where(DecisionRow.dossier == dossier)).one_or_none()


def conditions_of(
    session: Session, decision_id: UUID
) -> list[tuple[ConditionRow, ConditionClosureRow | None]]:
    """Return the conditions of a decision in order, each with how it was closed."""
    rows = session.exec(
        select(ConditionRow)
        .where(ConditionRow.decision_id == decision_id)
        .order_by(col(ConditionRow.number))
    ).all()
    return [(row, _closure_of(session, row.id)) for row in rows]


def _closure_of(session: Session, condition_id: UUID) -> ConditionClosureRow | None:
    """Return how a condition was closed, or None."""
    return session.exec(
        select(ConditionClosureRow).where(ConditionClosureRow.condition_id == condition_id)
    ).one_or_none()


def condition(
    session: Session, decision_id: UUID, number: int
) -> tuple[ConditionRow, ConditionClosureRow | None]:
    """Return one condition of a decision.

    Raises
    ------
    NotFoundError
        When the decision has none of this number.
    """
    for row, closure in conditions_of(session, decision_id):
        if row.number == number:
            return row, closure
    raise NotFoundError(f"The decision has no condition {number}.")
