"""Site keys: one person registers a hospital's public key, another confirms it."""

import base64
from typing import Any

from registry.domain import site_keys as rules
from registry.domain.errors import BadInputError, ConflictError
from registry.domain.people import Action
from registry.domain.sealing import public_bytes
from registry.domain.signatures import key_name
from registry.domain.trail import Act
from registry.services.work import Work
from registry.store import site_keys, sites
from registry.store.site_keys import SiteKeyRow
from registry.store.sites import SiteRow


def propose(work: Work, site_name: str, pem: str) -> dict[str, Any]:
    """Propose a public key as a site's and return it; it counts once another person confirms it.

    Raises
    ------
    BadInputError
        When it is not the public half of an Ed25519 key.
    ConflictError
        When the key is registered already, of this site or of another.
    """
    by = work.require(Action.SITE_KEY)
    site = sites.get(work.session, site_name)
    public = public_bytes(pem.encode())
    name = key_name(public)
    known = site_keys.find(work.session, name)
    if known is not None:
        whose = sites.by_id(work.session, known.site_id).name
        raise ConflictError(
            f"The key {name} is registered for {whose} already: {site_keys.state_of(known)}."
        )
    row = SiteKeyRow(
        id=work.new_id(),
        site_id=site.id,
        name=name,
        public=base64.b64encode(public).decode(),
        proposed_by=by.id,
        proposed_at=work.now(),
    )
    return _changed(work, site, row, Act.SITE_KEY_PROPOSED)


def confirm(work: Work, site_name: str, name: str) -> dict[str, Any]:
    """Confirm that a key is the site's, as another person than who proposed it."""
    by = work.require(Action.SITE_KEY)
    site = sites.get(work.session, site_name)
    row = site_keys.locked(work.session, site, name)
    rules.require_confirmable(name, site_keys.state_of(row), proposed_by=row.proposed_by, by=by.id)
    row.confirmed_by, row.confirmed_at = by.id, work.now()
    return _changed(work, site, row, Act.SITE_KEY_CONFIRMED)


def revoke(work: Work, site_name: str, name: str, *, why: str) -> dict[str, Any]:
    """Revoke a key: no tally that it signed is taken from now on."""
    by = work.require(Action.SITE_KEY)
    if not why.strip():
        raise BadInputError("Say why the key is revoked.", field="why")
    site = sites.get(work.session, site_name)
    row = site_keys.locked(work.session, site, name)
    rules.require_revocable(name, site_keys.state_of(row))
    row.revoked_by, row.revoked_at, row.revoked_why = by.id, work.now(), why.strip()
    return _changed(work, site, row, Act.SITE_KEY_REVOKED, why=why.strip())


def listed(work: Work, site_name: str) -> list[dict[str, Any]]:
    """Return all keys of a site, oldest first."""
    work.require(Action.RECORD_READ)
    site = sites.get(work.session, site_name)
    rows = site_keys.of_site(work.session, site)
    return [site_keys.described(work.session, site, row) for row in rows]


def _changed(work: Work, site: SiteRow, row: SiteKeyRow, act: Act, why: str = "") -> dict[str, Any]:
    """Keep a key with the act that changed it, and return it."""
    work.session.add(row)
    work.session.flush()
    work.record(act, subject=f"site {site.name}", why=why, after={"key": row.name})
    return site_keys.described(work.session, site, row)
