"""Incidents: what went wrong where a version was in use, by its newest record."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import Field, Session, UniqueConstraint, col, select

from registry.domain import incidents as rules
from registry.domain.errors import NotFoundError
from registry.domain.trail import instant_text
from registry.store import models, people, records
from registry.store.columns import Row, UtcInstant
from registry.store.records import RecordRow
from registry.store.versions import VersionRow


class IncidentRow(Row, table=True):
    """One incident by its number, and who reported it.

    Where `blinded`, the reporter is told to those who keep the log, and to nobody else.
    """

    __tablename__ = "incidents"

    id: UUID = Field(primary_key=True)
    number: int = Field(unique=True)
    model_id: UUID = Field(foreign_key="models.id", index=True)
    reported_by: UUID = Field(foreign_key="people.id")
    reported_at: datetime = Field(sa_type=UtcInstant)
    blinded: bool


class IncidentRecordRow(RecordRow, table=True):
    """What is recorded of an incident."""

    __tablename__ = "incident_records"
    __table_args__ = (UniqueConstraint("subject_id", "number"),)

    subject_id: UUID = Field(foreign_key="incidents.id", index=True)


def listed(session: Session, model_id: UUID | None = None) -> Sequence[IncidentRow]:
    """Return the incidents of a model, or all, by number."""
    wanted = select(IncidentRow).order_by(col(IncidentRow.number))
    if model_id is not None:
        wanted = wanted.where(IncidentRow.model_id == model_id)
    return session.exec(wanted).all()


def get(session: Session, number: int) -> IncidentRow:
    """Return an incident.

    Raises
    ------
    NotFoundError
        When there is none of this number.
    """
    row = session.exec(select(IncidentRow).where(IncidentRow.number == number)).one_or_none()
    if row is None:
        raise NotFoundError(f"There is no incident {number}; `cmr incident list` names them.")
    return row


def next_number(session: Session) -> int:
    """Return the number of the next incident; numbers are never reused."""
    return 1 + (session.exec(select(func.max(IncidentRow.number))).one() or 0)


def current(session: Session, incident_id: UUID) -> IncidentRecordRow:
    """Return the newest record of an incident."""
    return records.current(session, IncidentRecordRow, incident_id)


def history(session: Session, incident_id: UUID) -> Sequence[IncidentRecordRow]:
    """Return all records of an incident, oldest first: its journal."""
    return records.history(session, IncidentRecordRow, incident_id)


def described(session: Session, row: IncidentRow, *, named: bool) -> dict[str, Any]:
    """Return an incident as it is recorded now.

    Parameters
    ----------
    session : Session
    row : IncidentRow
    named : bool
        Whether whoever asks keeps the log, so that even a blinded reporter is told.
    """
    record = current(session, row.id)
    hidden = row.blinded and not named
    return {
        "number": row.number,
        "record": record.number,
        "model": models.by_id(session, row.model_id).name,
        "reported_at": instant_text(row.reported_at),
        "reported_by": None if hidden else people.reference(session, row.reported_by),
        "blinded": row.blinded,
        "recorded_at": instant_text(record.recorded_at),
        **record.document,
    }


def in_dossier(session: Session, version: VersionRow) -> list[dict[str, Any]]:
    """Return the incidents with a version as a dossier shows them: without any reporter."""
    outside = {"model", "reported_by", "blinded"}
    found = [described(session, row, named=False) for row in listed(session, version.model_id)]
    return [
        {key: value for key, value in one.items() if key not in outside}
        for one in rules.concerning(found, version.number)
    ]
