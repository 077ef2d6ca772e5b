"""Versions: numbered sets of files, where they come from, and the stage they have reached."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint, update
from sqlmodel import Field, Session, col, func, select

from registry.domain.errors import BadInputError, ConflictError, NotFoundError
from registry.domain.stages import Stage
from registry.domain.trail import instant_text
from registry.store import datasets, models, people, records
from registry.store.columns import Row, UtcInstant, word
from registry.store.datasets import DatasetRow
from registry.store.records import RecordRow


class VersionRow(Row, table=True):
    """One numbered version of a model."""

    __tablename__ = "versions"
    __table_args__ = (UniqueConstraint("model_id", "number"),)

    id: UUID = Field(primary_key=True)
    model_id: UUID = Field(foreign_key="models.id", index=True)
    number: int
    stage: Stage = Field(default=Stage.REGISTERED, sa_type=word(Stage))
    registered_by: UUID = Field(foreign_key="people.id")
    registered_at: datetime = Field(sa_type=UtcInstant)


class VersionRecordRow(RecordRow, table=True):
    """What is recorded of a version beside its files.

    Its document names parents and datasets; the link tables hold them to what is registered.
    """

    __tablename__ = "version_records"
    __table_args__ = (UniqueConstraint("subject_id", "number"),)

    subject_id: UUID = Field(foreign_key="versions.id", index=True)


class VersionArtifactRow(Row, table=True):
    """One file of a version; a version's files never change."""

    __tablename__ = "version_artifacts"
    __table_args__ = (UniqueConstraint("version_id", "path"),)

    id: UUID = Field(primary_key=True)
    version_id: UUID = Field(foreign_key="versions.id", index=True)
    path: str = Field(max_length=400)
    digest: str = Field(max_length=71, index=True)
    size: int
    kind: str = Field(max_length=40)
    content: str = Field(max_length=40)


class VersionParentRow(Row, table=True):
    """One parent of a version, as one of its records names it."""

    __tablename__ = "version_parents"
    __table_args__ = (UniqueConstraint("record_id", "parent_id"),)

    id: UUID = Field(primary_key=True)
    record_id: UUID = Field(foreign_key="version_records.id", index=True)
    parent_id: UUID = Field(foreign_key="versions.id", index=True)
    relation: str = Field(max_length=40)


class VersionDatasetRow(Row, table=True):
    """One dataset that a version used, as one of its records names it."""

    __tablename__ = "version_datasets"
    __table_args__ = (UniqueConstraint("record_id", "dataset_id", "use"),)

    id: UUID = Field(primary_key=True)
    record_id: UUID = Field(foreign_key="version_records.id", index=True)
    dataset_id: UUID = Field(foreign_key="datasets.id", index=True)
    use: str = Field(max_length=40)


class ReleaseCandidateRow(Row, table=True):
    """A version named a release candidate: from then on it may go into review."""

    __tablename__ = "release_candidates"

    version_id: UUID = Field(primary_key=True, foreign_key="versions.id")
    why: str
    named_by: UUID = Field(foreign_key="people.id")
    named_at: datetime = Field(sa_type=UtcInstant)


def find(session: Session, model: str, number: int) -> VersionRow | None:
    """Return a version of a model, or None."""
    row = models.find(session, model)
    if row is None:
        return None
    return session.exec(
        select(VersionRow).where(VersionRow.model_id == row.id, VersionRow.number == number)
    ).one_or_none()


def get(session: Session, model: str, number: int) -> VersionRow:
    """Return a version of a model.

    Raises
    ------
    NotFoundError
        When the model or the version is not registered.
    """
    version = find(session, model, number)
    if version is None:
        models.get(session, model)
        raise NotFoundError(f"{model} has no version {number}.")
    return version


def named(session: Session, reference: str, *, field: str = "version") -> VersionRow:
    """Return the version that text like ``heart-cad/2`` names."""
    model, _, number = reference.rpartition("/")
    if not model or not number.isdecimal():
        raise BadInputError(f"“{reference}” is not a version; write model/number.", field=field)
    return get(session, model, int(number))


def has_file(session: Session, digest: str) -> bool:
    """Tell whether some version has a file of this digest."""
    found = select(VersionArtifactRow.id).where(VersionArtifactRow.digest == digest).limit(1)
    return session.exec(found).first() is not None


def by_id(session: Session, version_id: UUID) -> VersionRow:
    """Return the version with an id that a row of ours refers to."""
    return session.exec(select(VersionRow).where(VersionRow.id == version_id)).one()


def of_model(session: Session, model_id: UUID) -> Sequence[VersionRow]:
    """Return the versions of a model in order."""
    return session.exec(
        select(VersionRow).where(VersionRow.model_id == model_id).order_by(col(VersionRow.number))
    ).all()


def everyone(session: Session) -> Sequence[VersionRow]:
    """Return the versions of every model, oldest first."""
    order = (col(VersionRow.registered_at), col(VersionRow.number))
    return session.exec(select(VersionRow).order_by(*order)).all()


def in_stages(session: Session, stages: Sequence[Stage]) -> Sequence[VersionRow]:
    """Return the versions that stand in one of some stages, by model and number."""
    order = (col(VersionRow.model_id), col(VersionRow.number))
    return session.exec(
        select(VersionRow).where(col(VersionRow.stage).in_(stages)).order_by(*order)
    ).all()


def name_of(session: Session, version: VersionRow) -> str:
    """Return a version's printed name, such as ``heart-cad/2``."""
    return f"{models.by_id(session, version.model_id).name}/{version.number}"


def next_number(session: Session, model_id: UUID) -> int:
    """Return the number of a model's next version; numbers are never reused."""
    highest = session.exec(
        select(func.max(VersionRow.number)).where(VersionRow.model_id == model_id)
    ).one()
    return (highest or 0) + 1


def move(session: Session, version_id: UUID, *, expected: Stage, wanted: Stage) -> None:
    """Move a version from one stage to another.

    Raises
    ------
    ConflictError
        When it no longer stands where the caller saw it.
    """
    moved = session.connection().execute(
        update(VersionRow)
        .where(col(VersionRow.id) == version_id, col(VersionRow.stage) == expected)
        .values(stage=wanted)
    )
    if moved.rowcount != 1:
        raise ConflictError(f"The version is no longer {expected.value}; look again.")
    session.expire(by_id(session, version_id), ["stage"])


def current(session: Session, version_id: UUID) -> VersionRecordRow:
    """Return the newest record of a version."""
    return records.current(session, VersionRecordRow, version_id)


def history(session: Session, version_id: UUID) -> Sequence[VersionRecordRow]:
    """Return all records of a version, oldest first."""
    return records.history(session, VersionRecordRow, version_id)


def artifacts_of(session: Session, version_id: UUID) -> Sequence[VersionArtifactRow]:
    """Return the files of a version by path."""
    return session.exec(
        select(VersionArtifactRow)
        .where(VersionArtifactRow.version_id == version_id)
        .order_by(col(VersionArtifactRow.path))
    ).all()


def parents_of(session: Session, version_id: UUID) -> list[tuple[VersionRow, str]]:
    """Return the parents of a version, each with its relation, as the newest record has them."""
    found = session.exec(
        select(VersionParentRow, VersionRow)
        .join(VersionRow, col(VersionRow.id) == col(VersionParentRow.parent_id))
        .where(VersionParentRow.record_id == current(session, version_id).id)
    ).all()
    pairs = [(version, link.relation) for link, version in found]
    return sorted(pairs, key=lambda pair: name_of(session, pair[0]))


def datasets_of(session: Session, version_id: UUID) -> list[tuple[DatasetRow, str]]:
    """Return the datasets of a version, each with its use, as the newest record has them."""
    found = session.exec(
        select(VersionDatasetRow, DatasetRow)
        .join(DatasetRow, col(DatasetRow.id) == col(VersionDatasetRow.dataset_id))
        .where(VersionDatasetRow.record_id == current(session, version_id).id)
        .order_by(col(DatasetRow.name), col(DatasetRow.number), col(VersionDatasetRow.use))
    ).all()
    return [(dataset, link.use) for link, dataset in found]


def described(session: Session, version: VersionRow) -> dict[str, Any]:
    """Return a version as a dossier shows it."""
    return {
        "model": models.by_id(session, version.model_id).name,
        "number": version.number,
        **current(session, version.id).document,
        "registered": {
            "by": people.reference(session, version.registered_by),
            "at": instant_text(version.registered_at),
        },
        "artifacts": [
            row.model_dump(include={"path", "digest", "size", "kind", "content"})
            for row in artifacts_of(session, version.id)
        ],
    }


def candidacy(session: Session, version_id: UUID) -> ReleaseCandidateRow | None:
    """Return who named a version a release candidate and why, or None."""
    return session.get(ReleaseCandidateRow, version_id)


def datasets_in_dossier(session: Session, version_id: UUID) -> list[dict[str, Any]]:
    """Return the full provenance of every dataset a version used, each once."""
    used = {row.id: row for row, _ in datasets_of(session, version_id)}
    return [datasets.described(session, row) for row in used.values()]
