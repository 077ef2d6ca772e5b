"""Evidence: what was measured about a version, by which protocol, from which table."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    CursorResult,
    Index,
    UniqueConstraint,
    func,
    text,
    update,
)
from sqlmodel import Field, Session, col, select

from registry.domain import overlap
from registry.domain.datasets import Use, unpacked
from registry.domain.errors import NotFoundError
from registry.domain.evidence import Custody, EvidenceState, ScoresFrom
from registry.domain.overlap import Patients
from registry.domain.trail import instant_text
from registry.store import datasets, people, protocols, versions
from registry.store.artifacts.filesystem import Artifacts
from registry.store.columns import Row, UtcInstant, word
from registry.store.datasets import DatasetRow
from registry.store.versions import VersionRow

_NOT_REFUSED = text("state <> 'refused'")


class EvidenceRow(Row, table=True):
    """One table measured by one protocol, and where what came of it is kept.

    The first half is written when the table is handed in; the second once, when its job ends,
    and never again. The rows themselves stand in staging under `staged` until `table_deleted_at`.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint("version_id", "number"),
        Index(
            "uq_evidence_version_id_protocol_id_table_digest",
            "version_id",
            "protocol_id",
            "table_digest",
            unique=True,
            sqlite_where=_NOT_REFUSED,
            postgresql_where=_NOT_REFUSED,
        ),
    )

    id: UUID = Field(primary_key=True)
    version_id: UUID = Field(foreign_key="versions.id", index=True)
    number: int
    protocol_id: UUID = Field(foreign_key="protocols.id", index=True)
    job_id: UUID = Field(foreign_key="jobs.id")
    scores_from: ScoresFrom = Field(sa_type=word(ScoresFrom))
    custody: Custody = Field(sa_type=word(Custody))
    dataset_id: UUID | None = Field(default=None, foreign_key="datasets.id", index=True)
    table_digest: str = Field(max_length=71, index=True)
    table_format: str = Field(max_length=20)
    table_size: int = Field(sa_column=Column(BigInteger, nullable=False))
    custodian: str = Field(max_length=200)
    location: str = Field(max_length=500)
    retained_until: date | None = None
    submitted_by: UUID = Field(foreign_key="people.id")
    submitted_at: datetime = Field(sa_type=UtcInstant)
    exploratory_because: str | None = None
    discounted_because: str | None = None
    staged: str = Field(max_length=64)
    table_deleted_at: datetime | None = Field(default=None, sa_type=UtcInstant)

    state: EvidenceState = Field(sa_type=word(EvidenceState))
    settled_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    refusal: str | None = None
    rows: int | None = Field(default=None, sa_column=Column(BigInteger))
    tally_digest: str | None = Field(default=None, max_length=71)
    assessment_digest: str | None = Field(default=None, max_length=71)
    engine: str | None = Field(default=None, max_length=80)
    keys_digest: str | None = Field(default=None, max_length=71)
    keys_count: int | None = None
    keys_coverage: float | None = None
    keys_unknown_because: str | None = None


def find(session: Session, evidence_id: UUID) -> EvidenceRow | None:
    """Return the evidence with an id, or None."""
    return session.get(EvidenceRow, evidence_id)


def get(session: Session, evidence_id: UUID) -> EvidenceRow:
    """Return the evidence with an id.

    Raises
    ------
    NotFoundError
        When there is none.
    """
    evidence = find(session, evidence_id)
    if evidence is None:
        raise NotFoundError(f"There is no evidence {evidence_id}.")
    return evidence


def of_version(session: Session, version_id: UUID) -> Sequence[EvidenceRow]:
    """Return everything handed in about a version, in its order, whatever came of it."""
    return session.exec(
        select(EvidenceRow)
        .where(EvidenceRow.version_id == version_id)
        .order_by(col(EvidenceRow.number))
    ).all()


def attached_to(session: Session, version_id: UUID) -> list[EvidenceRow]:
    """Return the evidence on a version whose assessment is kept, in its order."""
    return [row for row in of_version(session, version_id) if row.state is EvidenceState.ATTACHED]


def attached_since(session: Session, moment: datetime) -> Sequence[EvidenceRow]:
    """Return the evidence of every version attached since a moment, oldest first."""
    return session.exec(
        select(EvidenceRow)
        .where(EvidenceRow.state == EvidenceState.ATTACHED, col(EvidenceRow.settled_at) >= moment)
        .order_by(col(EvidenceRow.settled_at), col(EvidenceRow.id))
    ).all()


def over_data_of(session: Session, row: EvidenceRow) -> Sequence[EvidenceRow]:
    """Return attached evidence of whatever model from the same data, this one included."""
    same = _same_data(row.dataset_id, row.table_digest)
    return session.exec(
        select(EvidenceRow)
        .where(EvidenceRow.state == EvidenceState.ATTACHED, same)
        .order_by(col(EvidenceRow.submitted_at), col(EvidenceRow.id))
    ).all()


def same_table(
    session: Session, *, version_id: UUID, protocol_id: UUID, table_digest: str
) -> EvidenceRow | None:
    """Return what was already handed in from the same bytes by the same protocol, or None."""
    return session.exec(
        select(EvidenceRow).where(
            EvidenceRow.version_id == version_id,
            EvidenceRow.protocol_id == protocol_id,
            EvidenceRow.table_digest == table_digest,
            col(EvidenceRow.state) != EvidenceState.REFUSED,
        )
    ).one_or_none()


def from_same_data(
    session: Session,
    *,
    version_ids: Sequence[UUID],
    dataset_id: UUID | None,
    table_digest: str,
    other_than: UUID,
) -> Sequence[EvidenceRow]:
    """Return earlier evidence on these versions from the same data by another protocol."""
    return session.exec(
        select(EvidenceRow)
        .where(
            col(EvidenceRow.version_id).in_(version_ids),
            col(EvidenceRow.protocol_id) != other_than,
            col(EvidenceRow.state) != EvidenceState.REFUSED,
            _same_data(dataset_id, table_digest),
        )
        .order_by(col(EvidenceRow.submitted_at), col(EvidenceRow.number))
    ).all()


def _same_data(dataset_id: UUID | None, table_digest: str) -> ColumnElement[bool]:
    """Return what makes data the same: the table byte for byte, or the dataset version named."""
    same = col(EvidenceRow.table_digest) == table_digest
    return same if dataset_id is None else same | (col(EvidenceRow.dataset_id) == dataset_id)


def lock_numbers(session: Session, version_id: UUID) -> None:
    """Let nobody else hand in evidence on a version until this transaction ends."""
    session.exec(select(VersionRow.id).where(VersionRow.id == version_id).with_for_update()).one()


def next_number(session: Session, version_id: UUID) -> int:
    """Return the number of the next evidence of a version; its numbers must be locked."""
    highest = session.exec(
        select(func.max(EvidenceRow.number)).where(EvidenceRow.version_id == version_id)
    ).one()
    return 1 + (highest or 0)


def settle(session: Session, evidence_id: UUID, values: Mapping[str, Any]) -> bool:
    """Write how a waiting piece of evidence ended; tell whether it was still waiting."""
    session.flush()
    done = session.connection().execute(
        update(EvidenceRow)
        .where(col(EvidenceRow.id) == evidence_id, col(EvidenceRow.state) == EvidenceState.WAITING)
        .values(**values)
    )
    session.refresh(get(session, evidence_id))
    return cast("CursorResult[Any]", done).rowcount == 1


def mark_table_deleted(session: Session, evidence_id: UUID, *, at: datetime) -> bool:
    """Write that the staged rows are gone; tell whether that was not yet written."""
    session.flush()
    done = session.connection().execute(
        update(EvidenceRow)
        .where(col(EvidenceRow.id) == evidence_id, col(EvidenceRow.table_deleted_at).is_(None))
        .values(table_deleted_at=at)
    )
    session.refresh(get(session, evidence_id))
    return cast("CursorResult[Any]", done).rowcount == 1


def with_staged_rows(session: Session) -> Sequence[EvidenceRow]:
    """Return the evidence whose rows are not yet known to be deleted, oldest first."""
    return session.exec(
        select(EvidenceRow)
        .where(col(EvidenceRow.table_deleted_at).is_(None))
        .order_by(col(EvidenceRow.submitted_at), col(EvidenceRow.number))
    ).all()


def staged_tokens(session: Session) -> frozenset[str]:
    """Return the tokens of staged files that belong to a record."""
    return frozenset(session.exec(select(EvidenceRow.staged)).all())


def described(session: Session, row: EvidenceRow) -> dict[str, Any]:
    """Return evidence as it stands now, without its assessment."""
    protocol = protocols.by_id(session, row.protocol_id)
    attached = row.state is EvidenceState.ATTACHED
    return {
        "id": str(row.id),
        "number": row.number,
        "version": versions.name_of(session, versions.by_id(session, row.version_id)),
        "state": row.state.value,
        "refusal": row.refusal,
        "job": str(row.job_id),
        "protocol": protocol.digest,
        "purpose": protocol.purpose,
        "tally": row.tally_digest,
        "assessment_digest": row.assessment_digest,
        "scores_from": row.scores_from.value,
        "custody": row.custody.value,
        "dataset": _dataset_of(session, row),
        "table": {
            "digest": row.table_digest,
            "rows": row.rows,
            "format": row.table_format,
            "custodian": row.custodian,
            "location": row.location,
            "retained_until": row.retained_until and row.retained_until.isoformat(),
            "deleted_at": row.table_deleted_at and instant_text(row.table_deleted_at),
        },
        "submitted": {
            "by": people.reference(session, row.submitted_by),
            "at": instant_text(row.submitted_at),
        },
        "exploratory": row.exploratory_because is not None,
        "counts": attached and row.discounted_because is None,
        "because": row.discounted_because if attached else f"The table is {row.state.value}.",
        "engine": row.engine,
    }


def _dataset_of(session: Session, row: EvidenceRow) -> dict[str, Any] | None:
    """Return the name and number of the dataset that a table comes from, if one was named."""
    if row.dataset_id is None:
        return None
    dataset = datasets.by_id(session, row.dataset_id)
    return {"name": dataset.name, "number": dataset.number}


def overlaps(session: Session, artifacts: Artifacts, version_id: UUID) -> list[dict[str, Any]]:
    """Return, for every dataset trained on and every table that tests, whether they share patients.

    Evidence of development is left out: it rests on the training patients by its nature.
    """
    trained = {
        dataset.id: dataset
        for dataset, use in versions.datasets_of(session, version_id)
        if use in {Use.TRAINING, Use.TUNING}
    }
    entries = []
    for row in attached_to(session, version_id):
        if protocols.by_id(session, row.protocol_id).purpose == "development":
            continue
        testing = tested_patients(artifacts, row)
        for dataset in trained.values():
            found = overlap.overlap(_trained_patients(session, artifacts, dataset), testing)
            entries.append(
                {
                    "training": f"{dataset.name}/{dataset.number}",
                    "testing": _testing_name(session, row),
                    "evidence": str(row.id),
                    "outcome": found.outcome.value,
                    "shared": found.shared,
                    "comparable": round(found.comparable, 6),
                    "because": found.because,
                }
            )
    return entries


def _testing_name(session: Session, row: EvidenceRow) -> str:
    """Return how a table that tests is called: by its dataset, else by its evidence."""
    named = _dataset_of(session, row)
    return f"{named['name']}/{named['number']}" if named else f"evidence {row.number}"


def tested_patients(artifacts: Artifacts, row: EvidenceRow) -> Patients:
    """Return the patients of a table as they were read from it."""
    if row.keys_digest is None:
        return Patients(unknown_because=row.keys_unknown_because)
    return Patients(
        keys=frozenset(unpacked(artifacts.read(row.keys_digest))),
        coverage=row.keys_coverage or 0.0,
    )


def _trained_patients(session: Session, artifacts: Artifacts, dataset: DatasetRow) -> Patients:
    """Return the patients of the partitions of a dataset that were trained on."""
    stated = datasets.current(session, dataset.id).document["partitions"]
    kept = {name: digest for name, digest, _ in datasets.keys_of(session, dataset.id)}
    trained = overlap.training_partitions(sorted(stated))
    keys = frozenset(
        key for name in trained if name in kept for key in unpacked(artifacts.read(kept[name]))
    )
    if not keys:
        return Patients(
            unknown_because=(
                f"No patients are recorded for {dataset.name}/{dataset.number}, so none can be "
                "compared; hand them in with `cmr dataset patients`."
            )
        )
    # Where nobody counted patients, exams stand in: the share is then understated, never over.
    declared = [stated[name]["patients"] or stated[name]["exams"] for name in trained]
    return Patients(keys=keys, coverage=overlap.coverage_of(len(keys), declared))
