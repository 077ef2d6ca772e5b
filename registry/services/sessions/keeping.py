"""Keeping: sessions opened, recognised, listed and ended; their secrets are kept as digests."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from registry.domain.errors import ForbiddenError, NotFoundError, NotSignedInError
from registry.domain.people import Actor
from registry.domain.trail import Act
from registry.services.work import Work
from registry.store import people
from registry.store.people import PersonRow, SessionRow

_SESSION_SECRET = re.compile(r"cmrs_[A-Za-z0-9_-]{40,64}")
_TOKEN_SECRET = re.compile(r"reg_([0-9a-f]{32})_([A-Za-z0-9_-]{40,64})")


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A session just opened; the secret is shown this once."""

    secret: str
    expires_at: datetime
    person: PersonRow


def digest(secret: str) -> str:
    """Return the SHA-256 of a secret of 256 random bits, as hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def opened(
    work: Work,
    row: PersonRow,
    *,
    by: str,
    auth_time: datetime,
    replaces: str | None,
    until: datetime | None = None,
) -> Opened:
    """Keep a new session; the one it replaces, if it is the same person's, ends.

    Parameters
    ----------
    work : Work
    row : PersonRow
    by : str
        "password" or "provider": by what the person showed who they are.
    auth_time : datetime
        When they did.
    replaces : str or None
        The secret of a session that was presented at sign-in.
    until : datetime or None
        When it ends in any case; as the settings say without it.
    """
    if replaces is not None:
        older = people.session_by_secret(work.session, digest(replaces))
        if older is not None and older.closed_at is None and older.person_id == row.id:
            close(work, older)
    secret = f"cmrs_{work.new_secret()}"
    now = work.now()
    session = SessionRow(
        id=work.new_id(),
        person_id=row.id,
        secret_hash=digest(secret),
        by=by,
        auth_time=auth_time,
        opened_at=now,
        seen_at=now,
        expires_at=until or now + timedelta(hours=work.settings.session_hours),
    )
    work.session.add(session)
    work.record(
        Act.SESSION_OPENED,
        subject=f"person {row.login}",
        after={"session": str(session.id), "by": by},
    )
    return Opened(secret=secret, expires_at=session.expires_at, person=row)


def close(work: Work, session: SessionRow) -> None:
    """End a session."""
    session.closed_at = work.now()
    work.session.add(session)
    work.record(Act.SESSION_CLOSED, subject=f"session {session.id}")


def renew(work: Work, secret: str) -> Opened:
    """Give one's session a new secret; the old one dies, and the end in any case stays.

    Raises
    ------
    NotFoundError
        When the secret is of no open session.
    """
    actor = _person(work)
    older = people.session_by_secret(work.session, digest(secret))
    if older is None or older.closed_at is not None or older.person_id != actor.id:
        raise NotFoundError("There is no open session to renew; sign in.")
    row = people.by_id(work.session, actor.id)
    return opened(
        work,
        row,
        by=older.by or "password",
        auth_time=older.auth_time or older.opened_at,
        replaces=secret,
        until=older.expires_at,
    )


def sign_out(work: Work, secret: str) -> None:
    """End the session of a secret."""
    session = people.session_by_secret(work.session, digest(secret))
    if session is None or session.closed_at is not None:
        raise NotFoundError("There is no open session to end; a token is revoked instead.")
    close(work, session)


def recognise(work: Work, secret: str) -> Actor:
    """Return who presents a session or a token.

    Raises
    ------
    NotSignedInError
        When it is unknown, has expired, was closed or revoked, or its person is suspended.
    """
    actor = None
    if _SESSION_SECRET.fullmatch(secret):
        idle = timedelta(minutes=work.settings.session_idle_minutes)
        kept = digest(secret)
        actor = people.actor_for_session(work.session, kept, work.now(), idle=idle)
        if actor is not None:
            people.touch_session(work.session, kept, work.now())
    elif token := _TOKEN_SECRET.fullmatch(secret):
        token_id = UUID(token[1])
        actor = people.actor_for_token(work.session, token_id, digest(secret), work.now())
        if actor is not None:
            people.touch_token(work.session, token_id, work.now())
    if actor is None:
        raise NotSignedInError("The session or token is unknown or has ended; use `cmr login`.")
    return actor


def sessions(work: Work, secret: str | None) -> Sequence[tuple[SessionRow, bool]]:
    """Return the open sessions of the person who asks, each with whether it is this one.

    Raises
    ------
    NotSignedInError
        When nobody is signed in.
    """
    actor = _person(work)
    idle = timedelta(minutes=work.settings.session_idle_minutes)
    here = None if secret is None else digest(secret)
    return [
        (row, row.secret_hash == here)
        for row in people.open_sessions_of(work.session, actor.id)
        if work.now() < min(row.expires_at, row.seen_at + idle)
    ]


def end_session(work: Work, session_id: UUID) -> None:
    """End one of one's own sessions.

    Raises
    ------
    NotFoundError
        When the person who asks has no such open session.
    """
    actor = _person(work)
    rows = people.open_sessions_of(work.session, actor.id)
    found = next((row for row in rows if row.id == session_id), None)
    if found is None:
        raise NotFoundError(f"You have no open session {session_id}; see `cmr session list`.")
    close(work, found)


def _person(work: Work) -> Actor:
    """Return the signed-in person; a token looks after no session."""
    if work.actor is None:
        raise NotSignedInError("Nobody is signed in; use `cmr login`.")
    if work.actor.via != "session":
        raise ForbiddenError("A token looks after no session; sign in as yourself.")
    return work.actor
