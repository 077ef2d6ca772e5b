"""Site keys: the public halves of the keys with which hospitals sign their tallies."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, Session, col, select

from registry.domain.errors import NotFoundError
from registry.domain.site_keys import KeyState
from registry.domain.trail import instant_text
from registry.store import people
from registry.store.columns import Row, UtcInstant
from registry.store.sites import SiteRow


class SiteKeyRow(Row, table=True):
    """One public key: proposed by a person, confirmed by another, perhaps revoked."""

    __tablename__ = "site_keys"

    id: UUID = Field(primary_key=True)
    site_id: UUID = Field(foreign_key="sites.id", index=True)
    name: str = Field(max_length=16, unique=True)
    public: str = Field(max_length=64)
    proposed_by: UUID = Field(foreign_key="people.id")
    proposed_at: datetime = Field(sa_type=UtcInstant)
    confirmed_by: UUID | None = Field(default=None, foreign_key="people.id")
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    revoked_by: UUID | None = Field(default=None, foreign_key="people.id")
    revoked_at: datetime | None = Field(default=None, sa_type=UtcInstant)
    revoked_why: str | None = None


def state_of(row: SiteKeyRow) -> KeyState:
    """Return where a key stands."""
    if row.revoked_at is not None:
        return KeyState.REVOKED
    return KeyState.PROPOSED if row.confirmed_at is None else KeyState.CONFIRMED


def find(session: Session, name: str) -> SiteKeyRow | None:
    """Return the key of a name, of whatever site, or None."""
    return session.exec(select(SiteKeyRow).where(SiteKeyRow.name == name)).one_or_none()


def locked(session: Session, site: SiteRow, name: str) -> SiteKeyRow:
    """Return a site's key, which nobody else changes until the transaction ends.

    Raises
    ------
    NotFoundError
        When the site has no such key; the sentence names those it has.
    """
    wanted = select(SiteKeyRow).where(SiteKeyRow.site_id == site.id, SiteKeyRow.name == name)
    row = session.exec(wanted.with_for_update()).one_or_none()
    if row is None:
        known = ", ".join(key.name for key in of_site(session, site)) or "none yet"
        raise NotFoundError(f"{site.name} has no key “{name}”; registered are: {known}.")
    return row


def of_site(session: Session, site: SiteRow) -> Sequence[SiteKeyRow]:
    """Return all keys of a site, oldest first."""
    wanted = select(SiteKeyRow).where(SiteKeyRow.site_id == site.id)
    ordered = wanted.order_by(col(SiteKeyRow.proposed_at), col(SiteKeyRow.name))
    return session.exec(ordered).all()


def described(session: Session, site: SiteRow, row: SiteKeyRow) -> dict[str, Any]:
    """Return a key as a document."""
    said: dict[str, Any] = {
        "site": site.name,
        "key": row.name,
        "public": row.public,
        "state": state_of(row).value,
        "revoked_why": row.revoked_why,
    }
    acts = (
        ("proposed", row.proposed_by, row.proposed_at),
        ("confirmed", row.confirmed_by, row.confirmed_at),
        ("revoked", row.revoked_by, row.revoked_at),
    )
    for act, by, at in acts:
        said[f"{act}_by"] = None if by is None else people.name_of(session, by)
        said[f"{act}_at"] = None if at is None else instant_text(at)
    return said
