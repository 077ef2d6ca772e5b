"""People: who is enrolled, their roles, sessions, tokens and failed sign-ins.

Secrets are kept as digests only: a password as argon2id, a session or token as SHA-256.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hmac import compare_digest
from uuid import UUID

from sqlalchemy import Column, UniqueConstraint, delete, func
from sqlmodel import Field, Session, col, select

from registry.domain.errors import NotFoundError
from registry.domain.people import Actor, Role
from registry.store import emergencies, records, sites
from registry.store.columns import Row, UtcInstant, document, word
from registry.store.records import RecordRow


class PersonRow(Row, table=True):
    """One person; what is known of them stands in the newest record."""

    __tablename__ = "people"

    id: UUID = Field(primary_key=True)
    login: str = Field(max_length=64, unique=True)
    password_hash: str = Field(max_length=255)
    enrolled_by: UUID | None = Field(default=None, foreign_key="people.id")
    enrolled_at: datetime = Field(sa_type=UtcInstant)
    suspended_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class PersonRecordRow(RecordRow, table=True):
    """What is recorded of a person: name, registration, qualification."""

    __tablename__ = "person_records"
    __table_args__ = (UniqueConstraint("subject_id", "number"),)

    subject_id: UUID = Field(foreign_key="people.id", index=True)


class PersonRoleRow(Row, table=True):
    """A role granted to a person; a revocation is written beside the grant, never over it."""

    __tablename__ = "person_roles"

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="people.id", index=True)
    role: Role = Field(sa_type=word(Role))
    site_id: UUID | None = Field(default=None, foreign_key="sites.id")
    why: str
    granted_by: UUID | None = Field(default=None, foreign_key="people.id")
    granted_at: datetime = Field(sa_type=UtcInstant)
    revoked_by: UUID | None = Field(default=None, foreign_key="people.id")
    revoked_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    revoked_why: str | None = None


class SessionRow(Row, table=True):
    """One signed-in person; ends by idleness, by age, or by signing out."""

    __tablename__ = "sessions"

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="people.id", index=True)
    secret_hash: str = Field(max_length=64, unique=True)
    by: str | None = Field(default=None, max_length=16)
    auth_time: datetime | None = Field(default=None, sa_type=UtcInstant)
    opened_at: datetime = Field(sa_type=UtcInstant)
    seen_at: datetime = Field(sa_type=UtcInstant)
    expires_at: datetime = Field(sa_type=UtcInstant)
    closed_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class TokenRow(Row, table=True):
    """One API token of a person, for scripts."""

    __tablename__ = "tokens"

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(foreign_key="people.id", index=True)
    name: str = Field(max_length=80)
    secret_hash: str = Field(max_length=64)
    scopes: list[str] = Field(sa_column=Column(document(), nullable=False))
    issued_at: datetime = Field(sa_type=UtcInstant)
    expires_at: datetime = Field(sa_type=UtcInstant)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcInstant)


class FailedSignInRow(Row, table=True):
    """One failed sign-in under a login, whether or not anybody bears it."""

    __tablename__ = "failed_signins"

    id: UUID = Field(primary_key=True)
    login: str = Field(max_length=64, index=True)
    address: str | None = Field(default=None, max_length=45, index=True)
    at: datetime = Field(sa_type=UtcInstant)


def find(session: Session, login: str) -> PersonRow | None:
    """Return the person of a login, or None."""
    return session.exec(select(PersonRow).where(PersonRow.login == login)).one_or_none()


def get(session: Session, login: str) -> PersonRow:
    """Return the person of a login.

    Raises
    ------
    NotFoundError
        When nobody bears it.
    """
    person = find(session, login)
    if person is None:
        raise NotFoundError(f"Nobody is enrolled under the login “{login}”.")
    return person


def by_id(session: Session, person_id: UUID) -> PersonRow:
    """Return the person with an id.

    Raises
    ------
    NotFoundError
        When there is none.
    """
    person = session.get(PersonRow, person_id)
    if person is None:
        raise NotFoundError(f"Nobody is enrolled with the id {person_id}.")
    return person


def everyone(session: Session) -> Sequence[PersonRow]:
    """Return all people by login."""
    return session.exec(select(PersonRow).order_by(col(PersonRow.login))).all()


def is_empty(session: Session) -> bool:
    """Tell whether nobody is enrolled yet."""
    return session.exec(select(PersonRow.id).limit(1)).first() is None


def record_of(session: Session, person_id: UUID) -> PersonRecordRow:
    """Return the newest record of a person."""
    return records.current(session, PersonRecordRow, person_id)


def name_of(session: Session, person_id: UUID) -> str:
    """Return a person's printed name."""
    return str(record_of(session, person_id).document["name"])


def password_hash_of(session: Session, person_id: UUID) -> str:
    """Return the argon2id digest of a person's password."""
    return by_id(session, person_id).password_hash


def grants_of(session: Session, person_id: UUID) -> Sequence[PersonRoleRow]:
    """Return the roles that a person holds now, in the order they were granted."""
    held = (
        select(PersonRoleRow)
        .where(PersonRoleRow.person_id == person_id, col(PersonRoleRow.revoked_at).is_(None))
        .order_by(col(PersonRoleRow.granted_at), col(PersonRoleRow.role))
    )
    return session.exec(held).all()


def roles_of(session: Session, person_id: UUID) -> frozenset[Role]:
    """Return the roles that a person holds now."""
    return frozenset(grant.role for grant in grants_of(session, person_id))


def posts_of(session: Session, person_id: UUID) -> frozenset[tuple[Role, str]]:
    """Return the roles that a person holds only for a site, each with the site's name."""
    grants = grants_of(session, person_id)
    everywhere = {grant.role for grant in grants if grant.site_id is None}
    return frozenset(
        (grant.role, sites.by_id(session, grant.site_id).name)
        for grant in grants
        if grant.site_id is not None and grant.role not in everywhere
    )


def holders_of(session: Session, role: Role) -> frozenset[UUID]:
    """Return the people, none of them suspended, who hold a role now."""
    held = (
        select(PersonRoleRow.person_id)
        .join(PersonRow, col(PersonRow.id) == col(PersonRoleRow.person_id))
        .where(
            PersonRoleRow.role == role,
            col(PersonRoleRow.revoked_at).is_(None),
            col(PersonRow.suspended_at).is_(None),
        )
    )
    return frozenset(session.exec(held).all())


def session_by_secret(session: Session, secret_hash: str) -> SessionRow | None:
    """Return the session kept under the SHA-256 hex digest of its secret, or None."""
    return session.exec(
        select(SessionRow).where(SessionRow.secret_hash == secret_hash)
    ).one_or_none()


def actor_for_session(
    session: Session, secret_hash: str, now: datetime, *, idle: timedelta
) -> Actor | None:
    """Return who is signed in by a session secret, or None when it no longer holds.

    Parameters
    ----------
    session : Session
        The transaction.
    secret_hash : str
        SHA-256 of the whole secret (``cmrs_…``), as 64 hex digits.
    now : datetime
        Aware time of the request.
    idle : timedelta
        How long a session lives without a request.
    """
    row = session_by_secret(session, secret_hash)
    if row is None or row.closed_at is not None:
        return None
    if now >= row.expires_at or now >= row.seen_at + idle:
        return None
    return actor_of(session, row.person_id, now)


def touch_session(session: Session, secret_hash: str, now: datetime) -> None:
    """Note that a session was used; at most once a minute, since it costs a write."""
    row = session_by_secret(session, secret_hash)
    if row is not None and now - row.seen_at >= timedelta(minutes=1):
        row.seen_at = now
        session.add(row)


def actor_for_token(
    session: Session, token_id: UUID, secret_hash: str, now: datetime
) -> Actor | None:
    """Return whose token this is, or None when it is unknown, revoked or too old."""
    row = session.get(TokenRow, token_id)
    if row is None or row.revoked_at is not None or now >= row.expires_at:
        return None
    if not compare_digest(row.secret_hash, secret_hash):
        return None
    return _actor(session, row.person_id, token=row)


def actor_of(session: Session, person_id: UUID, now: datetime) -> Actor | None:
    """Return a person as who they are when signed in, or None when suspended."""
    actor, found = (
        _actor(session, person_id, token=None),
        emergencies.open_of(session, person_id, now),
    )
    return actor if actor is None or found is None else replace(actor, emergency=found.id)


def _actor(session: Session, person_id: UUID, *, token: TokenRow | None) -> Actor | None:
    """Return a person as an actor, or None when suspended."""
    person = by_id(session, person_id)
    if person.suspended_at is not None:
        return None
    return Actor(
        id=person.id,
        login=person.login,
        name=name_of(session, person.id),
        roles=roles_of(session, person.id),
        via="session" if token is None else "token",
        scopes=frozenset() if token is None else frozenset(token.scopes),
        posts=posts_of(session, person.id),
    )


def open_sessions_of(session: Session, person_id: UUID) -> Sequence[SessionRow]:
    """Return the sessions of a person that were not closed."""
    return session.exec(
        select(SessionRow).where(
            SessionRow.person_id == person_id, col(SessionRow.closed_at).is_(None)
        )
    ).all()


def close_sessions(session: Session, person_id: UUID, now: datetime) -> None:
    """End every session of a person."""
    for row in open_sessions_of(session, person_id):
        row.closed_at = now
        session.add(row)


def tokens_of(session: Session, person_id: UUID) -> Sequence[TokenRow]:
    """Return a person's tokens, newest first."""
    return session.exec(
        select(TokenRow)
        .where(TokenRow.person_id == person_id)
        .order_by(col(TokenRow.issued_at).desc())
    ).all()


def token(session: Session, token_id: UUID) -> TokenRow:
    """Return one token.

    Raises
    ------
    NotFoundError
        When there is none.
    """
    row = session.get(TokenRow, token_id)
    if row is None:
        raise NotFoundError(f"There is no token {token_id}.")
    return row


def failures_since(session: Session, login: str, since: datetime) -> int:
    """Return how many sign-ins under a login failed since a time."""
    return session.exec(
        select(func.count())
        .select_from(FailedSignInRow)
        .where(FailedSignInRow.login == login, col(FailedSignInRow.at) >= since)
    ).one()


def failures_from(session: Session, address: str, since: datetime) -> int:
    """Return how many sign-ins from a network address failed since a time."""
    return session.exec(
        select(func.count())
        .select_from(FailedSignInRow)
        .where(FailedSignInRow.address == address, col(FailedSignInRow.at) >= since)
    ).one()


def touch_token(session: Session, token_id: UUID, now: datetime) -> None:
    """Note that a token was used; at most once a minute, since it costs a write."""
    row = session.get(TokenRow, token_id)
    if row is not None and (
        row.last_used_at is None or now - row.last_used_at >= timedelta(minutes=1)
    ):
        row.last_used_at = now
        session.add(row)


def forget_failures(session: Session, login: str) -> None:
    """Drop the failed sign-ins of a login, once somebody has signed in under it."""
    session.exec(delete(FailedSignInRow).where(col(FailedSignInRow.login) == login))


def reference(session: Session, person_id: UUID) -> dict[str, str]:
    """Return a person as documents name them: id and printed name."""
    return {"id": str(person_id), "name": name_of(session, person_id)}
