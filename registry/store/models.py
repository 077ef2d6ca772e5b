"""Models: their names and what is recorded of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, col, select

from registry.domain.errors import NotFoundError
from registry.store import records
from registry.store.columns import Row, UtcInstant
from registry.store.records import RecordRow

# What a dossier shows of a model; contact details lie outside it, so that a new telephone
# number voids no signature.
IN_DOSSIER = (
    "title",
    "summary",
    "intended_use",
    "intended_users",
    "population",
    "use_for",
    "do_not_use_for",
    "risk_tier",
    "regulatory",
)
# Likewise, and left out where it was not recorded.
IN_DOSSIER_IF_RECORDED = ("disclosure",)


class ModelRow(Row, table=True):
    """One model by its name; what is known of it stands in the newest record."""

    __tablename__ = "models"

    id: UUID = Field(primary_key=True)
    name: str = Field(max_length=64, unique=True)
    registered_by: UUID = Field(foreign_key="people.id")
    registered_at: datetime = Field(sa_type=UtcInstant)


class ModelRecordRow(RecordRow, table=True):
    """What is recorded of a model."""

    __tablename__ = "model_records"
    __table_args__ = (UniqueConstraint("subject_id", "number"),)

    subject_id: UUID = Field(foreign_key="models.id", index=True)


def find(session: Session, name: str) -> ModelRow | None:
    """Return the model of a name, or None."""
    return session.exec(select(ModelRow).where(ModelRow.name == name)).one_or_none()


def get(session: Session, name: str) -> ModelRow:
    """Return the model of a name.

    Raises
    ------
    NotFoundError
        When it is not registered.
    """
    model = find(session, name)
    if model is None:
        raise NotFoundError(f"No model is named “{name}”; `cmr model list` shows those there are.")
    return model


def by_id(session: Session, model_id: UUID) -> ModelRow:
    """Return the model with an id that a row of ours refers to."""
    return session.exec(select(ModelRow).where(ModelRow.id == model_id)).one()


def all_models(session: Session) -> Sequence[ModelRow]:
    """Return all models by name."""
    return session.exec(select(ModelRow).order_by(col(ModelRow.name))).all()


def current(session: Session, model_id: UUID) -> ModelRecordRow:
    """Return the newest record of a model."""
    return records.current(session, ModelRecordRow, model_id)


def history(session: Session, model_id: UUID) -> Sequence[ModelRecordRow]:
    """Return all records of a model, oldest first."""
    return records.history(session, ModelRecordRow, model_id)


def risk_tier(session: Session, model_id: UUID) -> str:
    """Return the word of a model's risk tier."""
    return str(current(session, model_id).document["risk_tier"])


def in_dossier(session: Session, model: ModelRow) -> dict[str, Any]:
    """Return what a dossier says of a model."""
    document = current(session, model.id).document
    recorded = [key for key in IN_DOSSIER_IF_RECORDED if key in document]
    return {"name": model.name, **{key: document[key] for key in (*IN_DOSSIER, *recorded)}}
