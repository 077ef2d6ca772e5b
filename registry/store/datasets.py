"""Datasets: their provenance, and the keyed digests of their patients."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, col, func, select

from registry.domain.errors import NotFoundError
from registry.domain.trail import instant_text
from registry.store import people, records
from registry.store.columns import Row, UtcInstant
from registry.store.records import RecordRow


class DatasetRow(Row, table=True):
    """One version of a dataset; its provenance stands in the newest record."""

    __tablename__ = "datasets"
    __table_args__ = (UniqueConstraint("name", "number"),)

    id: UUID = Field(primary_key=True)
    name: str = Field(max_length=64)
    number: int
    registered_by: UUID = Field(foreign_key="people.id")
    registered_at: datetime = Field(sa_type=UtcInstant)
    withdrawn_by: UUID | None = Field(default=None, foreign_key="people.id")
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    withdrawn_why: str | None = None


class DatasetRecordRow(RecordRow, table=True):
    """The provenance recorded of a dataset version."""

    __tablename__ = "dataset_records"
    __table_args__ = (UniqueConstraint("subject_id", "number"),)

    subject_id: UUID = Field(foreign_key="datasets.id", index=True)


class DatasetKeysRow(Row, table=True):
    """The patients of one partition, as one artifact of keyed digests; the newest counts."""

    __tablename__ = "dataset_keys"
    __table_args__ = (UniqueConstraint("dataset_id", "partition", "number"),)

    id: UUID = Field(primary_key=True)
    dataset_id: UUID = Field(foreign_key="datasets.id", index=True)
    partition: str = Field(max_length=40)
    number: int
    digest: str = Field(max_length=71)
    count: int
    recorded_by: UUID = Field(foreign_key="people.id")
    recorded_at: datetime = Field(sa_type=UtcInstant)


def find(session: Session, name: str, number: int) -> DatasetRow | None:
    """Return a dataset version, or None."""
    return session.exec(
        select(DatasetRow).where(DatasetRow.name == name, DatasetRow.number == number)
    ).one_or_none()


def get(session: Session, name: str, number: int) -> DatasetRow:
    """Return a dataset version.

    Raises
    ------
    NotFoundError
        When it is not registered.
    """
    dataset = find(session, name, number)
    if dataset is None:
        raise NotFoundError(f"No dataset is registered as {name}/{number}.")
    return dataset


def by_id(session: Session, dataset_id: UUID) -> DatasetRow:
    """Return the dataset version with an id that a row of ours refers to."""
    return session.exec(select(DatasetRow).where(DatasetRow.id == dataset_id)).one()


def all_datasets(session: Session) -> Sequence[DatasetRow]:
    """Return all dataset versions by name and number."""
    return session.exec(
        select(DatasetRow).order_by(col(DatasetRow.name), col(DatasetRow.number))
    ).all()


def next_number(session: Session, name: str) -> int:
    """Return the number of the next version of a dataset; numbers are never reused."""
    highest = session.exec(select(func.max(DatasetRow.number)).where(DatasetRow.name == name)).one()
    return (highest or 0) + 1


def current(session: Session, dataset_id: UUID) -> DatasetRecordRow:
    """Return the newest record of a dataset version."""
    return records.current(session, DatasetRecordRow, dataset_id)


def history(session: Session, dataset_id: UUID) -> Sequence[DatasetRecordRow]:
    """Return all records of a dataset version, oldest first."""
    return records.history(session, DatasetRecordRow, dataset_id)


def keys_rows(session: Session, dataset_id: UUID) -> list[DatasetKeysRow]:
    """Return the newest row of patients' keys of each partition, by partition."""
    rows = session.exec(
        select(DatasetKeysRow)
        .where(DatasetKeysRow.dataset_id == dataset_id)
        .order_by(col(DatasetKeysRow.number))
    ).all()
    newest = {row.partition: row for row in rows}
    return [newest[partition] for partition in sorted(newest)]


def keys_of(session: Session, dataset_id: UUID) -> list[tuple[str, str, int]]:
    """Return (partition, digest of its keys' artifact, patients) for each partition with keys.

    The artifact is the partition's distinct 32-byte keys in ascending order, one after the other.
    """
    return [(row.partition, row.digest, row.count) for row in keys_rows(session, dataset_id)]


def described(session: Session, dataset: DatasetRow) -> dict[str, Any]:
    """Return a dataset version as a dossier shows it."""
    keys = keys_of(session, dataset.id)
    return {
        "name": dataset.name,
        "number": dataset.number,
        **current(session, dataset.id).document,
        "patient_keys": sum(count for _, _, count in keys) if keys else None,
        "withdrawn": _withdrawal(session, dataset),
    }


def _withdrawal(session: Session, dataset: DatasetRow) -> dict[str, Any] | None:
    """Return who withdrew a dataset, when and why, or None."""
    if dataset.withdrawn_at is None or dataset.withdrawn_by is None:
        return None
    return {
        "at": instant_text(dataset.withdrawn_at),
        "by": people.reference(session, dataset.withdrawn_by),
        "why": dataset.withdrawn_why,
    }
