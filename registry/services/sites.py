"""Sites: registering hospitals and correcting what is recorded of them."""

from typing import Any

from registry.domain.errors import ConflictError
from registry.domain.people import Action
from registry.domain.sites import (
    WEEKEND,
    require_a_week,
    require_time_zone,
    require_unambiguous,
)
from registry.domain.trail import Act
from registry.services.work import Work
from registry.shapes.sites import SiteIn, SiteRecordFields, SiteRecordIn
from registry.store import records, sites
from registry.store.sites import SiteRecordRow, SiteRow


def register(work: Work, site: SiteIn) -> dict[str, Any]:
    """Register a site and return it."""
    by = work.require(Action.SITE_REGISTER)
    if sites.find(work.session, site.name) is not None:
        raise ConflictError(f"A site named “{site.name}” is registered; supersede its record.")
    document = _checked(work, site.name, site)
    row = SiteRow(id=work.new_id(), name=site.name, registered_by=by.id, registered_at=work.now())
    work.session.add(row)
    work.session.flush()
    work.session.add(work.new_record(SiteRecordRow, row.id, document, why="registration"))
    work.session.flush()
    work.record(Act.SITE_REGISTERED, subject=f"site {row.name}", after=document)
    return sites.described(work.session, row)


def supersede(work: Work, name: str, record: SiteRecordIn) -> dict[str, Any]:
    """Correct what is recorded of a site and return it."""
    work.require(Action.SITE_REGISTER)
    row = sites.get(work.session, name)
    document = _checked(work, name, record)
    newer = work.new_record(SiteRecordRow, row.id, document, why=record.why)
    older = records.supersede(work.session, newer)
    work.record(
        Act.SITE_SUPERSEDED,
        subject=f"site {row.name}",
        why=record.why,
        before=older.document,
        after=document,
    )
    return sites.described(work.session, row)


def _checked(work: Work, name: str, fields: SiteRecordFields) -> dict[str, Any]:
    """Return a site's document, found sound; the usual week is left out of it."""
    require_time_zone(fields.time_zone)
    require_unambiguous(name, fields.aliases, sites.known_as(work.session))
    aliases = sorted({alias.strip() for alias in fields.aliases} - {name})
    found: dict[str, Any] = {
        "aliases": aliases,
        "time_zone": fields.time_zone,
        "country": fields.country,
    }
    weekend = require_a_week(fields.weekend)
    if weekend != list(WEEKEND):
        found["weekend"] = weekend
    if fields.holidays:
        found["holidays"] = sorted({day.isoformat() for day in fields.holidays})
    return found


def show(work: Work, name: str) -> dict[str, Any]:
    """Return a site as it is recorded now."""
    work.require(Action.RECORD_READ)
    return sites.described(work.session, sites.get(work.session, name))


def listed(work: Work) -> list[dict[str, Any]]:
    """Return all sites by name."""
    work.require(Action.RECORD_READ)
    return [sites.described(work.session, row) for row in sites.all_sites(work.session)]
