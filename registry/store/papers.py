"""Papers: documents about models and versions, and people's training, as they were registered."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, Session, col, select

from registry.domain.errors import NotFoundError
from registry.domain.people import SIGNING_ROLES
from registry.domain.trail import instant_text
from registry.store import models, people, versions
from registry.store.columns import Row, UtcInstant
from registry.store.people import PersonRow
from registry.store.versions import VersionRow


class _Withdrawn(Row):
    """How a row was taken back; it stays on record."""

    withdrawn_by: UUID | None = Field(default=None, foreign_key="people.id")
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    withdrawn_why: str | None = None


class PaperRow(_Withdrawn, table=True):
    """One document about a model, or about one version of it."""

    __tablename__ = "papers"

    id: UUID = Field(primary_key=True)
    model_id: UUID = Field(foreign_key="models.id", index=True)
    version_id: UUID | None = Field(default=None, foreign_key="versions.id", index=True)
    kind: str = Field(max_length=120)
    title: str = Field(max_length=300)
    digest: str = Field(max_length=71)
    issued_by: str = Field(max_length=300)
    dated: date
    valid_until: date | None = None
    registered_by: UUID = Field(foreign_key="people.id")
    registered_at: datetime = Field(sa_type=UtcInstant)


class TrainingRow(_Withdrawn, table=True):
    """One training that a person has completed."""

    __tablename__ = "trainings"

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="people.id", index=True)
    topic: str = Field(max_length=120)
    completed_on: date
    valid_until: date | None = None
    evidence: str = Field(max_length=500)
    recorded_by: UUID = Field(foreign_key="people.id")
    recorded_at: datetime = Field(sa_type=UtcInstant)


def of_model(session: Session, model_id: UUID) -> Sequence[PaperRow]:
    """Return every document about a model and its versions, oldest first."""
    return session.exec(
        select(PaperRow)
        .where(PaperRow.model_id == model_id)
        .order_by(col(PaperRow.dated), col(PaperRow.registered_at), col(PaperRow.id))
    ).all()


def get(session: Session, paper_id: UUID) -> PaperRow:
    """Return one document.

    Raises
    ------
    NotFoundError
        When there is none with this id.
    """
    row = session.get(PaperRow, paper_id)
    if row is None:
        raise NotFoundError(f"There is no document {paper_id}; `cmr document list` names them.")
    return row


def described(session: Session, row: PaperRow) -> dict[str, Any]:
    """Return a document as it is shown."""
    version = None if row.version_id is None else versions.by_id(session, row.version_id)
    return {
        "id": str(row.id),
        "model": models.by_id(session, row.model_id).name,
        "version": None if version is None else version.number,
        "kind": row.kind,
        "title": row.title,
        "digest": row.digest,
        "issued_by": row.issued_by,
        "dated": row.dated.isoformat(),
        "valid_until": row.valid_until and row.valid_until.isoformat(),
        "registered": {
            "by": people.reference(session, row.registered_by),
            "at": instant_text(row.registered_at),
        },
        "withdrawn": _taken_back(session, row),
    }


def _taken_back(session: Session, row: _Withdrawn) -> dict[str, Any] | None:
    """Return who took a row back, when and why, or None."""
    if row.withdrawn_at is None or row.withdrawn_by is None:
        return None
    return {
        "by": people.reference(session, row.withdrawn_by),
        "at": instant_text(row.withdrawn_at),
        "why": row.withdrawn_why,
    }


def in_dossier(session: Session, version: VersionRow) -> list[dict[str, Any]]:
    """Return the documents that hold for a version, those of its model too; none withdrawn."""
    return [
        described(session, row)
        for row in of_model(session, version.model_id)
        if row.withdrawn_at is None and row.version_id in {None, version.id}
    ]


def trainings_of(session: Session, person_id: UUID) -> Sequence[TrainingRow]:
    """Return what a person has completed, oldest first."""
    return session.exec(
        select(TrainingRow)
        .where(TrainingRow.person_id == person_id)
        .order_by(col(TrainingRow.completed_on), col(TrainingRow.recorded_at), col(TrainingRow.id))
    ).all()


def training(session: Session, training_id: UUID) -> TrainingRow:
    """Return one training.

    Raises
    ------
    NotFoundError
        When there is none with this id.
    """
    row = session.get(TrainingRow, training_id)
    if row is None:
        raise NotFoundError(f"There is no training {training_id}; `cmr training list` names them.")
    return row


def training_described(session: Session, row: TrainingRow) -> dict[str, Any]:
    """Return a training as it is shown."""
    return {
        "id": str(row.id),
        "person": people.reference(session, row.person_id),
        "topic": row.topic,
        "on": row.completed_on.isoformat(),
        "valid_until": row.valid_until and row.valid_until.isoformat(),
        "evidence": row.evidence,
        "recorded": {
            "by": people.reference(session, row.recorded_by),
            "at": instant_text(row.recorded_at),
        },
        "withdrawn": _taken_back(session, row),
    }


def training_in_dossier(session: Session) -> list[dict[str, Any]]:
    """Return everybody who may sign something, and what each has completed."""
    found = []
    for person in people.everyone(session):
        roles = people.roles_of(session, person.id) & SIGNING_ROLES
        if person.suspended_at is None and roles:
            found.append(_trained(session, person, sorted(role.value for role in roles)))
    return found


def _trained(session: Session, person: PersonRow, roles: list[str]) -> dict[str, Any]:
    """Return one person, their roles, and what they have completed."""
    rows = [row for row in trainings_of(session, person.id) if row.withdrawn_at is None]
    return {
        "person": people.reference(session, person.id),
        "roles": roles,
        "completed": [
            {
                "topic": row.topic,
                "on": row.completed_on.isoformat(),
                "valid_until": row.valid_until and row.valid_until.isoformat(),
            }
            for row in rows
        ],
    }
