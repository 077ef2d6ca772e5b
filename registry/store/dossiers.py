"""Dossiers: what the records say now about one version, gathered for freezing."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import Session

from registry.domain.dossiers import Parts
from registry.domain.scopes import Scope
from registry.domain.standings import State
from registry.domain.trail import instant_text
from registry.store import (
    datasets,
    evidence,
    failure_reviews,
    hazards,
    incidents,
    models,
    papers,
    people,
    protocols,
    reuse,
    reviews,
    standings,
    statements,
    suspensions,
    versions,
)
from registry.store.artifacts.filesystem import Artifacts
from registry.store.evidence import EvidenceRow
from registry.store.protocols import ProtocolRow
from registry.store.versions import VersionRow


def gather(session: Session, artifacts: Artifacts, version: VersionRow, scope: Scope) -> Parts:
    """Return every part of a version's dossier, as the records have it now."""
    model = models.by_id(session, version.model_id)
    attached = evidence.attached_to(session, version.id)
    tested = reuse.tested(session, artifacts, version)
    return Parts(
        model=models.in_dossier(session, model),
        version=versions.described(session, version),
        datasets=_datasets(session, version, attached),
        overlap=evidence.overlaps(session, artifacts, version.id),
        statements=statements.in_dossier(session, version.id),
        protocols=_protocols(session, attached),
        evidence=[
            measured(session, artifacts, row) | _tested(tested.get(str(row.id))) for row in attached
        ],
        in_use=_in_use(session, artifacts, version, scope),
        originally_approved=_originally_approved(session, version),
        thresholds=reuse.thresholds(session, artifacts, version),
        documents=papers.in_dossier(session, version),
        training=papers.training_in_dossier(session),
        **safety(session, artifacts, version),
    )


def safety(session: Session, artifacts: Artifacts, version: VersionRow) -> dict[str, Any]:
    """Return the parts on hazards, incidents and failures alone, as the records have them now."""
    attached = evidence.attached_to(session, version.id)
    return {
        "hazards": hazards.in_dossier(session, artifacts, version),
        "incidents": incidents.in_dossier(session, version),
        "failure_reviews": failure_reviews.in_dossier(session, attached),
    }


def authors(session: Session, version: VersionRow) -> dict[UUID, str]:
    """Return who made a part of a version's dossier, and which."""
    attached = evidence.attached_to(session, version.id)
    made = {row.submitted_by: f"evidence {row.number}" for row in attached}
    for row in attached:
        protocol = protocols.by_id(session, row.protocol_id)
        made[protocol.registered_by] = f"the protocol “{protocol.name}”"
    made[version.registered_by] = versions.name_of(session, version)
    return made


def _datasets(
    session: Session, version: VersionRow, attached: Sequence[EvidenceRow]
) -> list[dict[str, Any]]:
    """Return the provenance of every dataset that the version or its evidence rests on."""
    found = versions.datasets_in_dossier(session, version.id)
    named = {(one["name"], one["number"]) for one in found}
    tested = {row.dataset_id: None for row in attached if row.dataset_id is not None}
    for row in (datasets.by_id(session, dataset_id) for dataset_id in tested):
        if (row.name, row.number) not in named:
            found.append(datasets.described(session, row))
    return found


def _protocols(session: Session, attached: Sequence[EvidenceRow]) -> list[dict[str, Any]]:
    """Return the protocols under which a version was measured, each once."""
    used = dict.fromkeys(row.protocol_id for row in attached)
    return [_protocol(session, protocols.by_id(session, key)) for key in used]


def _protocol(session: Session, row: ProtocolRow) -> dict[str, Any]:
    """Return one protocol and who signed it."""
    return {
        "digest": row.digest,
        "document": row.document,
        "registered": _by(session, row.registered_by, instant_text(row.registered_at)),
        "signatures": [
            {
                "name": people.name_of(session, signature.person_id),
                "role": signature.role.value,
                "meaning": signature.meaning,
                "at": instant_text(signature.signed_at),
            }
            for signature in protocols.signatures_of(session, row.id)
        ],
    }


def measured(session: Session, artifacts: Artifacts, row: EvidenceRow) -> dict[str, Any]:
    """Return attached evidence as a dossier shows it, with its assessment.

    How far its job or the deletion of its rows has come lies outside: it changes no judgement.
    """
    entry = evidence.described(session, row)
    for outside in ("version", "state", "refusal", "job"):
        del entry[outside]
    del entry["table"]["deleted_at"]
    return {**entry, "assessment": json.loads(artifacts.read(str(row.assessment_digest)))}


def _in_use(
    session: Session, artifacts: Artifacts, version: VersionRow, scope: Scope
) -> dict[str, Any] | None:
    """Return the newest other version that may be used at a site of the scope, or None."""
    others = [one for one in versions.of_model(session, version.model_id) if one.id != version.id]
    for other in reversed(others):
        standing = standings.current(session, other.id)
        if standing is None or standing.state is not State.CURRENT:
            continue
        for digest in suspensions.standing_approvals(session, other.id):
            sites = json.loads(artifacts.read(digest))["scope"]["sites"]
            if set(sites) & set(scope.sites):
                return {
                    "model": models.by_id(session, other.model_id).name,
                    "number": other.number,
                    "since": instant_text(standing.since),
                    "evidence": None,
                }
    return None


def _tested(said: dict[str, Any] | None) -> dict[str, Any]:
    """Return what a dossier says of how often patients were used; nothing where nothing is."""
    return {} if said is None else {"tested": said}


def _originally_approved(session: Session, version: VersionRow) -> dict[str, Any] | None:
    """Return the other version of a model that was approved first, or None."""
    others = [one for one in versions.of_model(session, version.model_id) if one.id != version.id]
    approved = [
        (decision.decided_at, other)
        for other in others
        for review in reviews.listed(session, other.id)
        if (decision := reviews.decision_of(session, review.id)) is not None
        and decision.outcome.permits
    ]
    if not approved:
        return None
    at, first = min(approved, key=lambda pair: pair[0])
    return {
        "model": models.by_id(session, first.model_id).name,
        "number": first.number,
        "since": instant_text(at),
    }


def _by(session: Session, person: UUID, at: str) -> dict[str, Any]:
    """Return who did something and when."""
    return {"by": people.reference(session, person), "at": at}


def scope_of(session: Session, digest: str) -> Scope:
    """Return the scope of the review that froze a dossier."""
    return Scope.read(reviews.get(session, reviews.by_digest(session, digest).review_id).scope)
