"""Identities: who is whom at the provider of identities, and logins under way there."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint, delete
from sqlmodel import Field, Session, col, select

from registry.domain.errors import NotFoundError
from registry.store.columns import Row, UtcInstant


class IdentityRow(Row, table=True):
    """The provider's name for a person: proposed by one and confirmed by another.

    It is never given to somebody else, also once revoked.
    """

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="people.id", index=True)
    issuer: str = Field(max_length=255)
    subject: str = Field(max_length=255)
    why: str
    proposed_by: UUID = Field(foreign_key="people.id")
    proposed_at: datetime = Field(sa_type=UtcInstant)
    confirmed_by: UUID | None = Field(default=None, foreign_key="people.id")
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    revoked_by: UUID | None = Field(default=None, foreign_key="people.id")
    revoked_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    revoked_why: str | None = None


class LoginRow(Row, table=True):
    """One login under way at the provider, or a fresh one that waits to sign once.

    `person_id` is set where a signed-in person is to show anew who they are. The state comes
    back through the browser and is kept as a digest; nonce and verifier stay here until then.
    """

    __tablename__ = "logins"

    id: UUID = Field(primary_key=True)
    state_hash: str = Field(max_length=64, unique=True)
    nonce: str = Field(max_length=64)
    verifier: str = Field(max_length=128)
    redirect_uri: str = Field(max_length=255)
    person_id: UUID | None = Field(default=None, foreign_key="people.id")
    begun_at: datetime = Field(sa_type=UtcInstant)
    expires_at: datetime = Field(sa_type=UtcInstant)
    returned_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    proof_hash: str | None = Field(default=None, max_length=64, unique=True)
    auth_time: datetime | None = Field(default=None, sa_type=UtcInstant)
    acr: str | None = Field(default=None, max_length=255)
    used_at: datetime | None = Field(default=None, sa_type=UtcInstant)


def find(session: Session, issuer: str, subject: str) -> IdentityRow | None:
    """Return the identity of a provider's subject, revoked or not, or None."""
    return session.exec(
        select(IdentityRow).where(IdentityRow.issuer == issuer, IdentityRow.subject == subject)
    ).one_or_none()


def of_person(session: Session, person_id: UUID) -> Sequence[IdentityRow]:
    """Return the identities of a person, revoked ones too, oldest first."""
    return session.exec(
        select(IdentityRow)
        .where(IdentityRow.person_id == person_id)
        .order_by(col(IdentityRow.proposed_at))
    ).all()


def get(session: Session, identity_id: UUID) -> IdentityRow:
    """Return one identity.

    Raises
    ------
    NotFoundError
        When there is none.
    """
    row = session.get(IdentityRow, identity_id)
    if row is None:
        raise NotFoundError(f"There is no identity {identity_id}.")
    return row


def login_by_state(session: Session, state_hash: str) -> LoginRow | None:
    """Return the login kept under the digest of its state, held until the transaction ends."""
    held = select(LoginRow).where(LoginRow.state_hash == state_hash).with_for_update()
    return session.exec(held.execution_options(populate_existing=True)).one_or_none()


def take_fresh(
    session: Session, proof_hash: str, *, person_id: UUID, now: datetime
) -> LoginRow | None:
    """Use up a person's fresh login and return it, or None where there is none to use.

    Each proves one signature; whether it is still recent enough, the caller asks
    `registry.domain.identities.still_fresh` of its `auth_time`.
    """
    held = select(LoginRow).where(LoginRow.proof_hash == proof_hash).with_for_update()
    row = session.exec(held.execution_options(populate_existing=True)).one_or_none()
    if row is None or row.person_id != person_id or row.used_at is not None:
        return None
    row.used_at = now
    session.add(row)
    return row


def forget_logins(session: Session, before: datetime) -> None:
    """Drop the logins that were over before a time."""
    session.exec(delete(LoginRow).where(col(LoginRow.expires_at) < before))
