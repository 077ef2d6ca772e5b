"""Passkeys: the public halves of what people sign with, and by whose word they count."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Column
from sqlmodel import Field, Session, col, select

from registry.domain.errors import NotFoundError
from registry.domain.passkeys import ASSERTION, Party, PasskeyState
from registry.domain.signatures import sign
from registry.domain.trail import instant_text
from registry.store import people
from registry.store.columns import Row, UtcInstant, document
from registry.store.people import PersonRow


class PasskeyRow(Row, table=True):
    """One passkey: proposed by its person, confirmed by another, perhaps revoked."""

    __tablename__ = "passkeys"

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="people.id", index=True)
    credential: str = Field(max_length=1400, unique=True)
    public_key: str = Field(max_length=1400)
    name: str = Field(max_length=16, unique=True)
    label: str = Field(max_length=80)
    aaguid: str = Field(max_length=36)
    synced: bool
    backed_up: bool
    transports: list[str] = Field(sa_column=Column(document(), nullable=False))
    sign_count: int
    proposed_at: datetime = Field(sa_type=UtcInstant)
    confirmed_by: UUID | None = Field(default=None, foreign_key="people.id")
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    revoked_by: UUID | None = Field(default=None, foreign_key="people.id")
    revoked_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    revoked_why: str | None = None


def state_of(row: PasskeyRow) -> PasskeyState:
    """Return where a passkey stands."""
    if row.revoked_at is not None:
        return PasskeyState.REVOKED
    return PasskeyState.PROPOSED if row.confirmed_at is None else PasskeyState.CONFIRMED


def of_person(session: Session, person_id: UUID) -> Sequence[PasskeyRow]:
    """Return all passkeys of a person, oldest first."""
    return session.exec(
        select(PasskeyRow)
        .where(PasskeyRow.person_id == person_id)
        .order_by(col(PasskeyRow.proposed_at), col(PasskeyRow.name))
    ).all()


def usable(session: Session, person_id: UUID) -> list[PasskeyRow]:
    """Return the passkeys by which a person may sign now."""
    return [row for row in of_person(session, person_id) if state_of(row) is PasskeyState.CONFIRMED]


def answering(session: Session, person_id: UUID, credential: str) -> PasskeyRow | None:
    """Return the person's usable passkey with a credential id, held until the end, or None."""
    row = session.exec(
        select(PasskeyRow)
        .where(PasskeyRow.credential == credential, PasskeyRow.person_id == person_id)
        .with_for_update()
    ).one_or_none()
    return row if row is not None and state_of(row) is PasskeyState.CONFIRMED else None


def locked(session: Session, person: PersonRow, name: str) -> PasskeyRow:
    """Return a person's passkey, which nobody else changes until the transaction ends.

    Raises
    ------
    NotFoundError
        When the person has none of this name; the sentence names those they have.
    """
    wanted = select(PasskeyRow).where(PasskeyRow.person_id == person.id, PasskeyRow.name == name)
    row = session.exec(wanted.with_for_update()).one_or_none()
    if row is None:
        known = ", ".join(one.name for one in of_person(session, person.id)) or "none yet"
        raise NotFoundError(f"{person.login} has no passkey “{name}”; registered are: {known}.")
    return row


def enrolment_of(session: Session, row: PasskeyRow) -> dict[str, Any]:
    """Return what the registry vouches for of a confirmed passkey: whose it is, by whose word."""
    return {
        "schema": "cmr.passkey/1",
        "person": people.reference(session, row.person_id),
        "credential": row.credential,
        "public_key": row.public_key,
        "key": row.name,
        "aaguid": row.aaguid,
        "synced": row.synced,
        "proposed_at": instant_text(row.proposed_at),
        "confirmed_by": None
        if row.confirmed_by is None
        else people.reference(session, row.confirmed_by),
        "confirmed_at": None if row.confirmed_at is None else instant_text(row.confirmed_at),
    }


def assertion_document(
    session: Session,
    row: PasskeyRow,
    assertion: Mapping[str, Any],
    *,
    party: Party,
    key: Ed25519PrivateKey,
) -> dict[str, Any]:
    """Return what is kept of a passkey's answer; the registry's `key` vouches whose it is."""
    return {
        "schema": ASSERTION,
        "assertion": dict(assertion),
        "public_key": row.public_key,
        "party": {"id": party.id, "origin": party.origin},
        "enrolment": sign(enrolment_of(session, row), key).document(),
    }


def described(session: Session, row: PasskeyRow) -> dict[str, Any]:
    """Return a passkey as it is listed."""
    return {
        "login": people.by_id(session, row.person_id).login,
        "person": people.name_of(session, row.person_id),
        "key": row.name,
        "label": row.label,
        "state": state_of(row).value,
        "aaguid": row.aaguid,
        "synced": row.synced,
        "backed_up": row.backed_up,
        "transports": row.transports,
        "proposed_at": instant_text(row.proposed_at),
        "confirmed_by": row.confirmed_by and people.name_of(session, row.confirmed_by),
        "confirmed_at": row.confirmed_at and instant_text(row.confirmed_at),
        "revoked_by": row.revoked_by and people.name_of(session, row.revoked_by),
        "revoked_at": row.revoked_at and instant_text(row.revoked_at),
        "revoked_why": row.revoked_why,
    }
