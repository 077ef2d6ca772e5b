"""Sites: hospitals, their records, and the names by which tables know them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, col, select

from registry.domain.errors import NotFoundError
from registry.store import records
from registry.store.columns import Row, UtcInstant
from registry.store.records import RecordRow


class SiteRow(Row, table=True):
    """One hospital by its name; what is known of it stands in the newest record."""

    __tablename__ = "sites"

    id: UUID = Field(primary_key=True)
    name: str = Field(max_length=120, unique=True)
    registered_by: UUID = Field(foreign_key="people.id")
    registered_at: datetime = Field(sa_type=UtcInstant)


class SiteRecordRow(RecordRow, table=True):
    """What is recorded of a site: aliases, time zone, country."""

    __tablename__ = "site_records"
    __table_args__ = (UniqueConstraint("subject_id", "number"),)

    subject_id: UUID = Field(foreign_key="sites.id", index=True)


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
        known = ", ".join(row.name for row in all_sites(session)[:20]) or "none yet"
        raise NotFoundError(f"No site is named “{name}”; registered are: {known}.")
    return site


def by_id(session: Session, site_id: UUID) -> SiteRow:
    """Return the site with an id that a row of ours refers to."""
    return session.exec(select(SiteRow).where(SiteRow.id == site_id)).one()


def all_sites(session: Session) -> Sequence[SiteRow]:
    """Return all sites by name."""
    return session.exec(select(SiteRow).order_by(col(SiteRow.name))).all()


def current(session: Session, site_id: UUID) -> SiteRecordRow:
    """Return the newest record of a site."""
    return records.current(session, SiteRecordRow, site_id)


def zone_of(session: Session, name: str) -> str:
    """Return the time zone in which a site counts its days."""
    zone: str = current(session, get(session, name).id).document["time_zone"]
    return zone


def described(session: Session, site: SiteRow) -> dict[str, Any]:
    """Return a site as a document."""
    record = current(session, site.id)
    return {"name": site.name, "record": record.number, **record.document}


def known_as(session: Session) -> dict[str, str]:
    """Return every name and alias by which a table may call a site, with the site's name."""
    names: dict[str, str] = {}
    for site in all_sites(session):
        names[site.name] = site.name
        names.update(dict.fromkeys(current(session, site.id).document["aliases"], site.name))
    return names
