"""Evidence: what was measured about a version, by which protocol, from which table."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import BigInteger, Column, CursorResult, Index, UniqueConstraint, func, text, update
from sqlmodel import Field, Session, col, select

from registry.domain.errors import NotFoundError
from registry.domain.evidence import Custody, EvidenceState, ScoresFrom
from registry.store.columns import Row, UtcInstant, word

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
    """Return earlier evidence on these versions from the same data by another protocol.

    Data are the same when the table is, byte for byte, or the dataset that was named.
    """
    same = col(EvidenceRow.table_digest) == table_digest
    if dataset_id is not None:
        same = same | (col(EvidenceRow.dataset_id) == dataset_id)
    return session.exec(
        select(EvidenceRow)
        .where(
            col(EvidenceRow.version_id).in_(version_ids),
            col(EvidenceRow.protocol_id) != other_than,
            col(EvidenceRow.state) != EvidenceState.REFUSED,
            same,
        )
        .order_by(col(EvidenceRow.submitted_at), col(EvidenceRow.number))
    ).all()


def next_number(session: Session, version_id: UUID) -> int:
    """Return the number of the next evidence of a version; the version row must be locked."""
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
    _reread(session, evidence_id)
    return cast("CursorResult[Any]", done).rowcount == 1


def mark_table_deleted(session: Session, evidence_id: UUID, *, at: datetime) -> bool:
    """Write that the staged rows are gone; tell whether that was not yet written."""
    session.flush()
    done = session.connection().execute(
        update(EvidenceRow)
        .where(col(EvidenceRow.id) == evidence_id, col(EvidenceRow.table_deleted_at).is_(None))
        .values(table_deleted_at=at)
    )
    _reread(session, evidence_id)
    return cast("CursorResult[Any]", done).rowcount == 1


def _reread(session: Session, evidence_id: UUID) -> None:
    """Bring what the session holds of a row up to what was just written."""
    row = session.get(EvidenceRow, evidence_id)
    if row is not None:
        session.refresh(row)


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
