"""Sessions: signing in and out, tokens, and recognising who presents which secret."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from registry.domain.errors import BusyError, ConflictError, NotFoundError, NotSignedInError
from registry.domain.people import FAILURES, FAILURES_WITHIN, Action, Actor
from registry.domain.trail import Act
from registry.services.work import PASSWORDS, Work
from registry.shapes.people import TokenIn
from registry.store import people
from registry.store.people import FailedSignInRow, PersonRow, SessionRow, TokenRow

_SESSION_SECRET = re.compile(r"cmrs_[A-Za-z0-9_-]{40,64}")
_TOKEN_SECRET = re.compile(r"reg_([0-9a-f]{32})_([A-Za-z0-9_-]{40,64})")


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A session just opened; the secret is shown this once."""

    secret: str
    expires_at: datetime
    person: PersonRow


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """What came of a sign-in: a session, or the error to answer with.

    A refusal is a result, not something raised, because its record must be committed first.
    """

    opened: Opened | None = None
    refused: BusyError | NotSignedInError | None = None

    def result(self) -> Opened:
        """Return the session, or raise the refusal once its record is safe."""
        if self.opened is None:
            raise self.refused or NotSignedInError("The sign-in was refused.")
        return self.opened


def sign_in(work: Work, *, login: str, password: str) -> SignIn:
    """Open a session for a login and password, or say why not.

    A wrong password and an unknown login take the same time and get the same answer; after five
    failures within fifteen minutes a login is refused without looking.
    """
    recent = people.failures_since(work.session, login, work.now() - FAILURES_WITHIN)
    if recent >= FAILURES:
        busy = BusyError(
            f"Too many failed sign-ins for “{login[:64]}”; try again in fifteen minutes."
        )
        return SignIn(refused=busy)
    row = people.find(work.session, login)
    known = _dummy_hash() if row is None else row.password_hash
    fits = PASSWORDS.verify(password, known)
    if row is None or not fits or row.suspended_at is not None:
        return _refused(work, login)
    people.forget_failures(work.session, login)
    return SignIn(opened=_opened(work, row))


def _refused(work: Work, login: str) -> SignIn:
    """Note a failed sign-in; the password is nowhere in it."""
    work.session.add(FailedSignInRow(id=work.new_id(), login=login[:64], at=work.now()))
    work.record(Act.SESSION_REFUSED, subject=f"login {login[:64]}")
    return SignIn(refused=NotSignedInError("The login or the password is wrong."))


def _opened(work: Work, row: PersonRow) -> Opened:
    """Keep a new session."""
    secret = f"cmrs_{work.new_secret()}"
    now = work.now()
    expires_at = now + timedelta(hours=work.settings.session_hours)
    session = SessionRow(
        id=work.new_id(),
        person_id=row.id,
        secret_hash=_digest(secret),
        opened_at=now,
        seen_at=now,
        expires_at=expires_at,
    )
    work.session.add(session)
    work.record(
        Act.SESSION_OPENED, subject=f"person {row.login}", after={"session": str(session.id)}
    )
    return Opened(secret=secret, expires_at=expires_at, person=row)


def sign_out(work: Work, secret: str) -> None:
    """End the session of a secret."""
    session = people.session_by_secret(work.session, _digest(secret))
    if session is None or session.closed_at is not None:
        raise NotFoundError("There is no open session to end; a token is revoked instead.")
    session.closed_at = work.now()
    work.session.add(session)
    work.record(Act.SESSION_CLOSED, subject=f"session {session.id}")


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
        digest = _digest(secret)
        actor = people.actor_for_session(work.session, digest, work.now(), idle=idle)
        if actor is not None:
            people.touch_session(work.session, digest, work.now())
    elif token := _TOKEN_SECRET.fullmatch(secret):
        actor = people.actor_for_token(work.session, UUID(token[1]), _digest(secret), work.now())
    if actor is None:
        raise NotSignedInError("The session or token is unknown or has ended; use `cmr login`.")
    return actor


def issue_token(work: Work, token: TokenIn) -> tuple[TokenRow, str]:
    """Issue a token to the person who asks; return it with its secret, shown this once."""
    by = work.require(Action.TOKEN_ISSUE)
    token_id = work.new_id()
    secret = f"reg_{token_id.hex}_{work.new_secret()}"
    row = TokenRow(
        id=token_id,
        person_id=by.id,
        name=token.name,
        secret_hash=_digest(secret),
        scopes=sorted(set(token.scopes)),
        issued_at=work.now(),
        expires_at=work.now() + timedelta(days=token.days),
    )
    work.session.add(row)
    work.record(
        Act.TOKEN_ISSUED,
        subject=f"token {row.id}",
        after={"name": row.name, "scopes": row.scopes, "person": by.login, "days": token.days},
    )
    return row, secret


def tokens(work: Work) -> list[TokenRow]:
    """Return the tokens of the person who asks."""
    actor = work.require(Action.RECORD_READ)
    return list(people.tokens_of(work.session, actor.id))


def revoke_token(work: Work, token_id: UUID) -> None:
    """End a token: one's own, or anybody's by who may enrol people."""
    actor = work.require(Action.RECORD_READ)
    row = people.token(work.session, token_id)
    if row.person_id != actor.id:
        work.require(Action.PERSON_ENROL)
    if row.revoked_at is not None:
        raise ConflictError("The token was revoked already.")
    row.revoked_at = work.now()
    work.session.add(row)
    work.record(Act.TOKEN_REVOKED, subject=f"token {row.id}")


def _digest(secret: str) -> str:
    """Return the SHA-256 of a secret of 256 random bits, as hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


@cache
def _dummy_hash() -> str:
    """Return a digest to compare with where nobody bears the login, so that time tells nothing."""
    return PASSWORDS.hash("nobody bears this login")
