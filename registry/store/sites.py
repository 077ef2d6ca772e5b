"""Sites: hospitals, their records, and the names by which tables know them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, UniqueConstraint
from sqlmodel import Field, Session, col, select

from registry.domain.errors import NotFoundError
from registry.store.columns import Row, UtcInstant, document


class SiteRow(Row, table=True):
    """One hospital by its name; what is known of it stands in the newest record."""

    __tablename__ = "sites"

    id: UUID = Field(primary_key=True)
    name: str = Field(max_length=120, unique=True)
    registered_by: UUID = Field(foreign_key="people.id")
    registered_at: datetime = Field(sa_type=UtcInstant)


class SiteRecordRow(Row, table=True):
    """What is recorded of a site (aliases, time zone, country); the newest is current."""

    __tablename__ = "site_records"
    __table_args__ = (UniqueConstraint("site_id", "number"),)

    id: UUID = Field(primary_key=True)
    site_id: UUID = Field(foreign_key="sites.id", index=True)
    number: int
    document: dict[str, Any] = Field(sa_column=Column(document(), nullable=False))
    recorded_by: UUID = Field(foreign_key="people.id")
    recorded_at: datetime = Field(sa_type=UtcInstant)
    why: str


def find(session: Session, name: str) -> SiteRow | None:
    """Return the site of a name, or None."""
    return session.exec(select(SiteRow).where(SiteRow.name == name)).one_or_none()


def get(session: Session, name: str) -> SiteRow:
    """Return the site of a name.

    Raises
    ------
    NotFoundError
        When it is not registered; the sentence names those that are.
    """
    site = find(session, name)
    if site is None:
        known = ", ".join(row.name for row in everyone(session)[:20]) or "none yet"
        raise NotFoundError(f"No site is named “{name}”; registered are: {known}.")
    return site


def everyone(session: Session) -> Sequence[SiteRow]:
    """Return all sites by name."""
    return session.exec(select(SiteRow).order_by(col(SiteRow.name))).all()


def records_of(session: Session, site_id: UUID) -> Sequence[SiteRecordRow]:
    """Return all records of a site, oldest first."""
    return session.exec(
        select(SiteRecordRow)
        .where(SiteRecordRow.site_id == site_id)
        .order_by(col(SiteRecordRow.number))
    ).all()


def current(session: Session, site_id: UUID) -> SiteRecordRow:
    """Return the newest record of a site."""
    return records_of(session, site_id)[-1]


def known_as(session: Session) -> dict[str, str]:
    """Return every name and alias by which a table may call a site, with the site's name."""
    names: dict[str, str] = {}
    for site in everyone(session):
        names[site.name] = site.name
        names.update(dict.fromkeys(current(session, site.id).document["aliases"], site.name))
    return names
