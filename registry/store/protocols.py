"""Protocols: what was registered for a model, and who has signed it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, UniqueConstraint
from sqlmodel import Field, Session, col, select

from registry.domain.errors import NotFoundError
from registry.domain.people import Role
from registry.domain.protocols import Signed, in_force_since, missing_roles
from registry.domain.trail import instant_text
from registry.store import models, people
from registry.store.columns import Row, UtcInstant, document, word


class ProtocolRow(Row, table=True):
    """One protocol, never changed: a later plan is another protocol.

    `digest` is that of the canonical JSON with defaults filled in and the operating point
    resolved; `source_digest` that of the text as it was sent, which is kept, too.
    """

    __tablename__ = "protocols"

    id: UUID = Field(primary_key=True)
    model_id: UUID = Field(foreign_key="models.id", index=True)
    digest: str = Field(max_length=71, unique=True)
    measure_digest: str = Field(max_length=71)
    source_digest: str = Field(max_length=71)
    name: str = Field(max_length=300)
    purpose: str = Field(max_length=40)
    document: dict[str, Any] = Field(sa_column=Column(document(), nullable=False))
    registered_by: UUID = Field(foreign_key="people.id")
    registered_at: datetime = Field(sa_type=UtcInstant)


class ProtocolSignatureRow(Row, table=True):
    """One person's signature under a protocol, in one role; added, never edited."""

    __tablename__ = "protocol_signatures"
    __table_args__ = (
        UniqueConstraint("protocol_id", "role"),
        UniqueConstraint("protocol_id", "person_id"),
    )

    id: UUID = Field(primary_key=True)
    protocol_id: UUID = Field(foreign_key="protocols.id", index=True)
    person_id: UUID = Field(foreign_key="people.id")
    role: Role = Field(sa_type=word(Role))
    meaning: str = Field(max_length=80)
    statement: dict[str, Any] = Field(sa_column=Column(document(), nullable=False))
    signature: str = Field(max_length=120)
    key: str = Field(max_length=64)
    method: str = Field(max_length=40)
    signed_at: datetime = Field(sa_type=UtcInstant)


def find(session: Session, digest: str) -> ProtocolRow | None:
    """Return the protocol with a digest, or None."""
    return session.exec(select(ProtocolRow).where(ProtocolRow.digest == digest)).one_or_none()


def get(session: Session, digest: str) -> ProtocolRow:
    """Return the protocol with a digest.

    Raises
    ------
    NotFoundError
        When none is registered.
    """
    protocol = find(session, digest)
    if protocol is None:
        raise NotFoundError(
            f"No protocol is registered as {digest}; register it with `cmr protocol register`."
        )
    return protocol


def by_id(session: Session, protocol_id: UUID) -> ProtocolRow:
    """Return a protocol that a record names."""
    return session.exec(select(ProtocolRow).where(ProtocolRow.id == protocol_id)).one()


def of_model(session: Session, model_id: UUID) -> Sequence[ProtocolRow]:
    """Return the protocols of a model, oldest first."""
    return session.exec(
        select(ProtocolRow)
        .where(ProtocolRow.model_id == model_id)
        .order_by(col(ProtocolRow.registered_at), col(ProtocolRow.digest))
    ).all()


def signatures_of(session: Session, protocol_id: UUID) -> Sequence[ProtocolSignatureRow]:
    """Return the signatures under a protocol, oldest first."""
    return session.exec(
        select(ProtocolSignatureRow)
        .where(ProtocolSignatureRow.protocol_id == protocol_id)
        .order_by(col(ProtocolSignatureRow.signed_at), col(ProtocolSignatureRow.role))
    ).all()


def signed(session: Session, protocol_id: UUID) -> list[Signed]:
    """Return the signatures under a protocol as the rules see them."""
    return [
        Signed(role=row.role, person=row.person_id, at=row.signed_at)
        for row in signatures_of(session, protocol_id)
    ]


def described(session: Session, row: ProtocolRow) -> dict[str, Any]:
    """Return a protocol as it stands: its document, its signatures, and who must still sign."""
    given = signed(session, row.id)
    since = in_force_since(given)
    return {
        "digest": row.digest,
        "measure_digest": row.measure_digest,
        "source_digest": row.source_digest,
        "model": models.by_id(session, row.model_id).name,
        "name": row.name,
        "purpose": row.purpose,
        "document": row.document,
        "registered": {
            "by": people.reference(session, row.registered_by),
            "at": instant_text(row.registered_at),
        },
        "signatures": [
            {
                "by": people.reference(session, one.person_id),
                "role": one.role.value,
                "meaning": one.meaning,
                "at": instant_text(one.signed_at),
                "method": one.method,
                "key": one.key,
                "signature": one.signature,
                "statement": one.statement,
            }
            for one in signatures_of(session, row.id)
        ],
        "needs_signatures": [role.value for role in missing_roles(given)],
        "in_force_since": since and instant_text(since),
    }
