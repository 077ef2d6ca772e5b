"""Tallied: evidence from a tally that a site sends instead of its rows."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from registry.domain import evidence as rules
from registry.domain.digests import canonical
from registry.domain.errors import IntegrityError
from registry.domain.evidence import Custody, SiteKey
from registry.services.work import Workshop
from registry.store import site_keys, sites
from registry.store.evidence import EvidenceRow
from validation import assessment as assessments
from validation.federation.naming import renamed
from validation.protocols.shape import Protocol
from validation.tallies import Tally
from validation.tallies import files as tally_files

NO_PATIENTS = "This is a tally: no patient left the site, so patient overlap cannot be checked."


def measure(
    workshop: Workshop,
    row: EvidenceRow,
    protocol: Protocol,
    known: Mapping[str, str],
    report: Callable[[str, float], None],
) -> dict[str, Any]:
    """Return the columns of evidence measured on a tally; its artifacts are kept by then.

    Parameters
    ----------
    workshop : Workshop
    row : EvidenceRow
    protocol : Protocol
    known : mapping of str to str
        Every name and alias of a site, with the site's name.
    report : callable
        Told of each step and the share of the work that is done.

    Raises
    ------
    TallyError
        When the file is damaged, or was made under another measured plan than the protocol's.
    """
    content = workshop.staging.path(row.staged).read_bytes()
    if f"sha256:{hashlib.sha256(content).hexdigest()}" != row.table_digest:
        raise IntegrityError("The staged tally is not the one that was uploaded.")
    tally, signature = tally_files.read(content), tally_files.signature_of(content)
    because = _claimed_because(workshop, tally, signature, known)
    report("computing", 0.1)
    named = renamed(tally, {alias: known.get(alias, alias) for alias in tally.levels["site"]})
    assessment = assessments.document(assessments.assess(named, protocol))
    report("keeping", 0.9)
    found: dict[str, Any] = {
        "rows": tally.rows,
        "tally_digest": workshop.artifacts.put_bytes(content).digest,
        "assessment_digest": workshop.artifacts.put_bytes(canonical(assessment)).digest,
        "engine": str(assessment["engine"]),
        "keys_unknown_because": NO_PATIENTS,
    }
    if because is not None:
        whole = " ".join(part for part in (because, row.discounted_because) if part)
        found |= {"custody": Custody.CLAIMED, "discounted_because": whole}
    return found


def _claimed_because(
    workshop: Workshop,
    tally: Tally,
    signature: Mapping[str, Any] | None,
    known: Mapping[str, str],
) -> str | None:
    """Return why nobody vouches for a tally, None where its one site does."""
    key = None if signature is None else _key(workshop, str(signature.get("key")))
    names = tally.levels["site"]
    return rules.claimed_because(
        signature,
        key=key,
        site=known.get(names[0]) if len(names) == 1 else None,
        tally=tally.digest,
        table=tally.table_digest,
    )


def _key(workshop: Workshop, name: str) -> SiteKey | None:
    """Return the registered key of a name, or None."""
    with workshop.begin(None, reads=True) as work:
        row = site_keys.find(work.session, name)
        if row is None:
            return None
        return SiteKey(
            site=sites.by_id(work.session, row.site_id).name,
            public=base64.b64decode(row.public),
            state=site_keys.state_of(row),
        )
