"""Tallied: evidence from a tally that a site sends instead of its rows."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from registry.domain import evidence as rules
from registry.domain.digests import canonical
from registry.domain.errors import IntegrityError
from registry.domain.evidence import Custody, SiteKey
from registry.domain.people import Actor
from registry.services.evidence import reading
from registry.services.work import Workshop
from registry.store import evidence, site_keys, sites
from registry.store.evidence import EvidenceRow
from validation import assessment as assessments
from validation.federation.naming import renamed
from validation.federation.parts import Part, differs_because, part_of, parts_of
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

    Of a merged tally the parts are returned beside them, for the trail.

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
    merged = standings(workshop, content, known)
    if merged:
        because = rules.merged_because(
            merged,
            differs=differs_because(tally, parts_of(content)),
            merger=_merger_because(workshop, tally, signature),
        )
    else:
        because = _claimed_because(workshop, tally, signature, known)
    report("computing", 0.1)
    assessment = assessments.document(assessments.assess(with_own_names(tally, known), protocol))
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
    return found | ({"parts": [one.document() for one in merged]} if merged else {})


def parts(workshop: Workshop, actor: Actor | None, evidence_id: UUID) -> list[dict[str, Any]]:
    """Return the tallies that evidence rests on and who vouches for each, by the keys of today.

    Nothing where the evidence rests on a table.

    Raises
    ------
    WaitingError, BadInputError
        While the tally is not yet assessed, or when it was refused.
    """
    with workshop.begin(actor, reads=True) as work:
        content = b"".join(reading.tally(work, evidence_id))
        known = sites.known_as(work.session)
        if not is_tally(evidence.get(work.session, evidence_id)):
            return []
    found = standings(workshop, content, known)
    if not found:
        part = part_of(content)
        names = tuple(known.get(site, site) for site in part.sites)
        because = _claimed_because(
            workshop, tally_files.read(content), tally_files.signature_of(content), known
        )
        found = [rules.PartStanding(sites=names, tally=part.digest, key=part.key, because=because)]
    return [one.document() for one in found]


def is_tally(row: EvidenceRow) -> bool:
    """Tell whether evidence rests on a tally that was sent: it is kept just as it came."""
    return row.tally_digest is not None and row.tally_digest == row.table_digest


def with_own_names(tally: Tally, known: Mapping[str, str]) -> Tally:
    """Return a tally whose sites have the names under which they are registered.

    Raises
    ------
    TallyError
        When two of its sites are one by their names.
    """
    return renamed(tally, {alias: known.get(alias, alias) for alias in tally.levels["site"]})


def standings(
    workshop: Workshop, content: bytes, known: Mapping[str, str]
) -> list[rules.PartStanding]:
    """Return who vouches for each part of a merged tally, by the keys as they stand now.

    Nothing for a tally that was not merged.

    Raises
    ------
    TallyError
        When the list of parts, or one of them, is damaged.
    """
    return [
        rules.PartStanding(
            sites=tuple(known.get(site, site) for site in part.sites),
            tally=part.digest,
            key=part.key,
            because=_part_because(workshop, part, known),
        )
        for part in parts_of(content)
    ]


def _part_because(workshop: Workshop, part: Part, known: Mapping[str, str]) -> str | None:
    """Return why nobody vouches for a part, None where its one site does."""
    signature = part.signature
    return rules.claimed_because(
        signature,
        key=None if signature is None else _key(workshop, str(signature.get("key"))),
        site=known.get(part.sites[0]) if len(part.sites) == 1 else None,
        tally=part.digest,
        table=part.table_digest,
    )


def _merger_because(
    workshop: Workshop, tally: Tally, signature: Mapping[str, Any] | None
) -> str | None:
    """Return why the signature of whoever merged does not count; None without one, or if it does.

    Whose key it is does not matter: the exams are the sites', who signed the parts.
    """
    if signature is None:
        return None
    key = _key(workshop, str(signature.get("key")))
    return rules.claimed_because(
        signature,
        key=key,
        site=None if key is None else key.site,
        tally=tally.digest,
        table=tally.table_digest,
    )


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
