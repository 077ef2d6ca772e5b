"""Conditions: what their owners sent, how they were extended, and how they stand now."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, col, select

from registry.domain.trail import instant_text
from registry.store import people, reviews
from registry.store.columns import Row, UtcInstant
from registry.store.reviews import ConditionClosureRow, ConditionRow, DecisionRow, Signed


class ConditionSubmissionRow(Row, table=True):
    """What a condition's owner sent to show that it is met; nothing is taken back."""

    __tablename__ = "condition_submissions"
    __table_args__ = (UniqueConstraint("condition_id", "number"),)

    id: UUID = Field(primary_key=True)
    condition_id: UUID = Field(foreign_key="conditions.id", index=True)
    number: int
    evidence: str
    artifact: str | None = Field(default=None, max_length=71)
    submitted_by: UUID = Field(foreign_key="people.id")
    submitted_at: datetime = Field(sa_type=UtcInstant)


class ConditionExtensionRow(Signed, table=True):
    """More time for a condition, as whoever decides signed it; the newest counts."""

    __tablename__ = "condition_extensions"
    __table_args__ = (UniqueConstraint("condition_id", "number"),)

    id: UUID = Field(primary_key=True)
    condition_id: UUID = Field(foreign_key="conditions.id", index=True)
    number: int
    due: date
    reasons: str
    digest: str = Field(max_length=71)
    extended_by: UUID = Field(foreign_key="people.id")
    extended_at: datetime = Field(sa_type=UtcInstant)


def submissions_of(session: Session, condition_id: UUID) -> Sequence[ConditionSubmissionRow]:
    """Return what was sent for a condition, oldest first."""
    return session.exec(
        select(ConditionSubmissionRow)
        .where(ConditionSubmissionRow.condition_id == condition_id)
        .order_by(col(ConditionSubmissionRow.number))
    ).all()


def extensions_of(session: Session, condition_id: UUID) -> Sequence[ConditionExtensionRow]:
    """Return the extensions of a condition, oldest first; the last one counts."""
    return session.exec(
        select(ConditionExtensionRow)
        .where(ConditionExtensionRow.condition_id == condition_id)
        .order_by(col(ConditionExtensionRow.number))
    ).all()


def of_decision(session: Session, decision: DecisionRow) -> list[dict[str, Any]]:
    """Return the conditions of a decision as they stand now."""
    return [
        as_it_stands(session, decision, condition, closure)
        for condition, closure in reviews.conditions_of(session, decision.id)
    ]


def as_it_stands(
    session: Session,
    decision: DecisionRow,
    condition: ConditionRow,
    closure: ConditionClosureRow | None,
) -> dict[str, Any]:
    """Return one condition: open or closed, due when, what was sent, how it was extended."""
    extensions = extensions_of(session, condition.id)
    sent = submissions_of(session, condition.id)
    found = {
        **condition.document,
        "state": "open" if closure is None else "closed",
        "closed_at": None if closure is None else instant_text(closure.closed_at),
        "closure": None
        if closure is None
        else {
            "document": closure_document(
                decision.digest, condition.number, closure.evidence, submission=closure.submission
            ),
            **reviews.signature_of(closure),
        },
    }
    if extensions:
        found["due"] = extensions[-1].due.isoformat()
        befores = [condition.document["due"], *(row.due.isoformat() for row in extensions)]
        found["extensions"] = [
            {"due_before": before, **_extension(session, row)}
            for before, row in zip(befores, extensions, strict=False)
        ]
    if sent:
        found["submissions"] = [_submission(session, row) for row in sent]
    return found


def _extension(session: Session, row: ConditionExtensionRow) -> dict[str, Any]:
    """Return an extension as it is shown."""
    return {
        "number": row.number,
        "due": row.due.isoformat(),
        "reasons": row.reasons,
        "by": people.reference(session, row.extended_by),
        "at": instant_text(row.extended_at),
        "digest": row.digest,
        **reviews.signature_of(row),
    }


def _submission(session: Session, row: ConditionSubmissionRow) -> dict[str, Any]:
    """Return what was sent for a condition as it is shown."""
    return {
        "number": row.number,
        "evidence": row.evidence,
        "artifact": row.artifact,
        "by": people.reference(session, row.submitted_by),
        "at": instant_text(row.submitted_at),
    }


def closure_document(
    decision: str, number: int, evidence: str, *, submission: int | None = None
) -> dict[str, Any]:
    """Return what a verifier signs who finds a condition met, `cmr.closure/1`.

    `submission` is the number of what the owner sent last, where anything was sent.
    """
    document: dict[str, Any] = {
        "schema": "cmr.closure/1",
        "decision": decision,
        "condition": number,
        "evidence": evidence,
    }
    return document if submission is None else {**document, "submission": submission}


def extension_document(
    decision: str, number: int, *, before: str, due: date, reasons: str
) -> dict[str, Any]:
    """Return what whoever decides signs to give a condition more time, `cmr.extension/1`."""
    return {
        "schema": "cmr.extension/1",
        "decision": decision,
        "condition": number,
        "due_before": before,
        "due": due.isoformat(),
        "reasons": reasons.strip(),
    }
