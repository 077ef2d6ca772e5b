"""Tokens: issued, rotated, listed and revoked; whatever its scopes, a token never signs."""

from datetime import timedelta
from uuid import UUID

from registry.domain.errors import ConflictError, ForbiddenError
from registry.domain.people import Action
from registry.domain.trail import Act
from registry.services.sessions.keeping import digest
from registry.services.work import Work
from registry.shapes.sessions import TokenIn
from registry.store import people
from registry.store.people import TokenRow


def issue_token(work: Work, token: TokenIn) -> tuple[TokenRow, str]:
    """Issue a token to the person who asks; return it with its secret, shown this once."""
    by = work.require(Action.TOKEN_ISSUE)
    row, secret = _new(work, by.id, token.name, sorted(set(token.scopes)), days=token.days)
    work.record(
        Act.TOKEN_ISSUED,
        subject=f"token {row.id}",
        after={"name": row.name, "scopes": row.scopes, "person": by.login, "days": token.days},
    )
    return row, secret


def _new(
    work: Work, person_id: UUID, name: str, scopes: list[str], *, days: int
) -> tuple[TokenRow, str]:
    """Keep a new token."""
    token_id = work.new_id()
    secret = f"reg_{token_id.hex}_{work.new_secret()}"
    row = TokenRow(
        id=token_id,
        person_id=person_id,
        name=name,
        secret_hash=digest(secret),
        scopes=scopes,
        issued_at=work.now(),
        expires_at=work.now() + timedelta(days=days),
    )
    work.session.add(row)
    return row, secret


def rotate_token(work: Work, token_id: UUID, *, overlap_hours: int) -> tuple[TokenRow, str]:
    """Issue a new token in place of one's own, for as many days; the old one dies.

    Parameters
    ----------
    work : Work
    token_id : UUID
        A token that has not ended.
    overlap_hours : int
        So long the old one still works; 0 ends it at once.

    Raises
    ------
    ConflictError
        When the old one has ended already.
    ForbiddenError
        When it is somebody else's, or a token asks.
    """
    by = work.require(Action.TOKEN_ISSUE)
    old = people.token(work.session, token_id)
    if old.person_id != by.id:
        raise ForbiddenError("Only the person whose token it is can rotate it.")
    if old.revoked_at is not None or work.now() >= old.expires_at:
        raise ConflictError("The token has ended already; issue a new one.")
    days = max(1, (old.expires_at - old.issued_at).days)
    row, secret = _new(work, by.id, old.name, list(old.scopes), days=days)
    until = work.now() + timedelta(hours=overlap_hours)
    if overlap_hours:
        old.expires_at = min(old.expires_at, until)
    else:
        old.revoked_at = work.now()
    work.session.add(old)
    work.record(
        Act.TOKEN_ROTATED,
        subject=f"token {row.id}",
        before={"token": str(old.id)},
        after={"name": row.name, "scopes": row.scopes, "overlap_hours": overlap_hours},
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
