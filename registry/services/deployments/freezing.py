"""Freezing: from what the records and the hospital say to a site dossier under its digest."""

import json
from typing import Any
from uuid import UUID

from registry.domain.deployments import dossiers as rules
from registry.domain.deployments import plans
from registry.domain.deployments.states import STATE_AT, MoveAct, State, move
from registry.domain.digests import canonical
from registry.domain.people import Action
from registry.domain.policies import Rung
from registry.domain.reviews import StaleDossierError
from registry.domain.trail import Act, instant_text
from registry.services.deployments import counting, facts
from registry.services.work import Work
from registry.shapes.site_plans import SitePlanIn
from registry.store import deployments, people, sites, versions
from registry.store.deployments import DeploymentRow, SiteDossierRow


def freeze(work: Work, deployment_id: UUID, plan: SitePlanIn) -> SiteDossierRow:
    """Freeze a site dossier for a rung; signatures over an older one no longer carry anything.

    Raises
    ------
    BadInputError
        When the plan contradicts itself: names the field.
    MoveError
        When the deployment cannot come to that rung from where it stands.
    """
    work.require(Action.DEPLOYMENT_PREPARE)
    row = deployments.get(work.session, deployment_id)
    site = sites.by_id(work.session, row.site_id)
    actor = work.require(Action.DEPLOYMENT_PREPARE, sites=[site.name])
    deployments.lock(work.session, site.id)
    said = plan.model_dump(mode="json")
    plans.check(said, site=site.name)
    _require_baseline(work, row, said["monitoring"], site.name)
    way_of(work, row, Rung(plan.rung))
    earlier = deployments.dossiers_of(work.session, row.id)
    policy = facts.asked(work, row, Rung(plan.rung)).policy
    work.artifacts.put_bytes(canonical(policy.document()))
    frozen = {"by": people.reference(work.session, actor.id), "at": instant_text(work.now())}
    document = as_recorded(work, row, said, number=len(earlier) + 1, frozen=frozen)
    kept = SiteDossierRow(
        id=work.new_id(),
        deployment_id=row.id,
        number=len(earlier) + 1,
        rung=Rung(plan.rung),
        digest=work.artifacts.put_bytes(canonical(document)).digest,
        frozen_by=actor.id,
        frozen_at=work.now(),
    )
    work.session.add(kept)
    work.session.flush()
    work.record(
        Act.DEPLOYMENT_FROZEN,
        subject=deployments.name_of(work.session, row),
        before={"dossier": earlier[-1].digest} if earlier else None,
        after={
            "dossier": kept.digest,
            "rung": kept.rung.value,
            **deployments.facts_of(work.session, row),
        },
    )
    return kept


def _require_baseline(
    work: Work, row: DeploymentRow, monitoring: dict[str, Any] | None, site: str
) -> None:
    """Refuse a baseline that is no evidence on this version."""
    if monitoring is not None and monitoring["baseline"] is not None:
        counting.baseline(work, row.version_id, monitoring["baseline"], site)


def way_of(work: Work, row: DeploymentRow, rung: Rung) -> MoveAct:
    """Return by which act a deployment would come to a rung when both have signed.

    Raises
    ------
    MoveError
        When there is no way.
    """
    state = deployments.state_of(work.session, row.id)
    act = MoveAct.RESUME if state is State.SUSPENDED else MoveAct.START
    move(state, STATE_AT[rung], act)
    return act


def as_recorded(
    work: Work, row: DeploymentRow, plan: dict[str, Any], *, number: int, frozen: dict[str, Any]
) -> dict[str, Any]:
    """Return the site dossier that freezing would make now."""
    asked = facts.asked(work, row, Rung(plan["rung"]))
    version = versions.by_id(work.session, row.version_id)
    assembled = rules.assemble(
        facts.gather(work, row, plan, number=number),
        asked.rules,
        version={
            "name": versions.name_of(work.session, version),
            "artifacts": [one.digest for one in versions.artifacts_of(work.session, version.id)],
        },
        policy=asked.document(),
        number=number,
        frozen=frozen,
    )
    document: dict[str, Any] = json.loads(canonical(assembled))
    return document


def require_fresh(work: Work, row: DeploymentRow, document: dict[str, Any]) -> None:
    """Refuse to go on with a site dossier that the records have left behind.

    Raises
    ------
    StaleDossierError
        Names the parts that changed.
    """
    now = as_recorded(
        work, row, document["plan"], number=document["number"], frozen=document["frozen"]
    )
    parts = rules.changes(document, now)
    if parts:
        raise StaleDossierError(
            f"The records changed since the site dossier was frozen: {', '.join(parts)}. "
            f"Freeze it anew with `cmr deployment freeze {row.id}`; both sign afresh."
        )
