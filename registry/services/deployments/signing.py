"""Signing: the hospital's safety officer and its executive, over the site dossier they saw."""

import json
from typing import Any
from uuid import UUID

from registry.domain.deployments import dossiers as rules
from registry.domain.deployments import readiness
from registry.domain.deployments.dossiers import SiteSignOff
from registry.domain.deployments.states import STATE_AT, MoveAct, replaces
from registry.domain.people import Action, Role
from registry.domain.policies import Meaning
from registry.domain.reviews import BlockedError, StaleDossierError
from registry.domain.signatures import Proof
from registry.domain.trail import Act
from registry.services.deployments import freezing, moving
from registry.services.work import Work
from registry.store import deployments, dossiers, people, sites, versions
from registry.store.deployments import DeploymentRow, SiteDossierRow, SiteSignOffRow


def sign(
    work: Work,
    deployment_id: UUID,
    *,
    role: Role,
    meaning: Meaning,
    reasons: str,
    dossier: str,
    proof: Proof,
) -> SiteSignOffRow:
    """Sign a site dossier; with the second signature that carries, the version starts there.

    Parameters
    ----------
    work : Work
        With the signer as its actor.
    deployment_id : UUID
    role : Role
        Site safety officer or site executive, held for this very site.
    meaning : Meaning
        Support of the one, acceptance of residual risk by the other; either may object.
    reasons : str
        Needed for an objection and for accepting residual risk.
    dossier : str
        The digest of the site dossier that the signer saw.
    proof : Proof

    Raises
    ------
    BlockedError, WaitingError
        When the site dossier lacks what its rung asks; an objection is never held up.
    StaleDossierError
        When another dossier is current, or the records have left this one behind.
    """
    work.require(Action.DEPLOYMENT_SIGN)
    row = deployments.get(work.session, deployment_id)
    site = sites.by_id(work.session, row.site_id)
    actor = work.require(Action.DEPLOYMENT_SIGN, sites=[site.name], role=role)
    deployments.lock(work.session, site.id)
    current = deployments.dossier_of(work.session, row.id)
    if current.digest != dossier:
        raise StaleDossierError("This is not the current site dossier; look at it again.")
    document = json.loads(work.artifacts.read(current.digest))
    rules.check_signoff(
        SiteSignOff(person=actor.id, name=actor.name, role=role, meaning=meaning),
        reasons=reasons,
        site=site.name,
        holds_role_here=actor.acts_at(role, [site.name]),
        authors=dossiers.authors(work.session, versions.by_id(work.session, row.version_id)),
        given=_given(work, current),
    )
    way = freezing.way_of(work, row, current.rung)
    if meaning is not Meaning.OBJECT:
        _require_whole(work, row, document)
    name = deployments.name_of(work.session, row)
    signature = work.countersign(
        role=role,
        meaning=meaning.value,
        subject=f"{name}, site dossier {current.number}, {current.rung} use",
        digest=current.digest,
        proof=proof,
        reasons=reasons,
        policy=document["policy"]["label"],
    )
    signed = SiteSignOffRow(
        id=work.new_id(),
        deployment_id=row.id,
        dossier=current.digest,
        person_id=actor.id,
        role=role,
        registration=people.record_of(work.session, actor.id).document.get("registration"),
        meaning=meaning,
        reasons=reasons.strip() or None,
        signed_at=work.now(),
        **signature.document(),
    )
    deployments.add_signoff(work.session, signed)
    work.record(
        Act.DEPLOYMENT_SIGNED,
        subject=name,
        why=reasons,
        after={
            "dossier": current.digest,
            "role": role.value,
            "meaning": meaning.value,
            "key": signature.key,
            "signature": signature.signature,
        },
    )
    if rules.carries(_given(work, current)):
        _start(work, row, current, way)
    return signed


def _given(work: Work, current: SiteDossierRow) -> list[SiteSignOff]:
    """Return the signatures over a site dossier as the rules see them."""
    return [
        SiteSignOff(
            person=one.person_id,
            name=people.name_of(work.session, one.person_id),
            role=one.role,
            meaning=one.meaning,
        )
        for one in deployments.signoffs_over(work.session, current.digest)
    ]


def _require_whole(work: Work, row: DeploymentRow, document: dict[str, Any]) -> None:
    """Refuse a signature over a site dossier that lacks something, or that is stale."""
    blocked = readiness.blockers(document["requirements"])
    if blocked:
        raise BlockedError.of(blocked)
    freezing.require_fresh(work, row, document)


def _start(work: Work, row: DeploymentRow, current: SiteDossierRow, way: MoveAct) -> None:
    """Move a deployment to the rung of its signed dossier; what it replaces stands by."""
    why = f"The hospital's two people signed site dossier {current.number}."
    moving.put(work, row, STATE_AT[current.rung], way, why=why, dossier=current.digest)
    mine = versions.by_id(work.session, row.version_id)
    for other in deployments.listed(work.session, site_id=row.site_id):
        version = versions.by_id(work.session, other.version_id)
        if other.id == row.id or version.model_id != mine.model_id:
            continue
        state = deployments.state_of(work.session, other.id)
        if replaces(current.rung, state):
            name = versions.name_of(work.session, mine)
            why = f"{name} began {current.rung} use in its place."
            moving.replace(work, other, why=why)
