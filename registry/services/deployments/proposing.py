"""Proposing: a version at a hospital; and reading what became of it."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from registry.domain.deployments import readiness
from registry.domain.deployments.states import State
from registry.domain.errors import ConflictError
from registry.domain.people import Action
from registry.domain.reviews import Missing
from registry.domain.trail import Act, instant_text
from registry.services.deployments.falling_due import Planned, planned
from registry.services.work import Work
from registry.store import deployments, people, sites, versions
from registry.store.deployments import DeploymentRow


@dataclass(frozen=True, kw_only=True)
class View:
    """A deployment as it stands.

    Attributes
    ----------
    row : DeploymentRow
    version, site : str
    state : State
    proposed : dict
        By whom and when.
    dossier : dict or None
        Number, digest and rung of the current site dossier.
    carried_by : str or None
        Digest of the one under which it runs or last ran.
    missing : list of Missing
        What the current site dossier lacks.
    signoffs, moves : list of dict
    window : Planned
        The next monitoring window.
    """

    row: DeploymentRow
    version: str
    site: str
    state: State
    proposed: dict[str, Any]
    dossier: dict[str, Any] | None
    carried_by: str | None
    missing: list[Missing]
    signoffs: list[dict[str, Any]]
    moves: list[dict[str, Any]]
    window: Planned


def propose(work: Work, version_name: str, site: str) -> DeploymentRow:
    """Propose a version at a hospital; nothing runs there until two people of it have signed.

    Raises
    ------
    ConflictError
        When it is there already and was not withdrawn.
    """
    work.require(Action.DEPLOYMENT_PREPARE)
    version, place = versions.named(work.session, version_name), sites.get(work.session, site)
    actor = work.require(Action.DEPLOYMENT_PREPARE, sites=[site])
    deployments.lock(work.session, place.id)
    before = deployments.at(work.session, version.id, place.id)
    if before is not None and deployments.state_of(work.session, before.id) is not State.WITHDRAWN:
        raise ConflictError(f"{version_name} is at {site} already: deployment {before.id}.")
    row = DeploymentRow(
        id=work.new_id(),
        version_id=version.id,
        site_id=place.id,
        number=1 if before is None else before.number + 1,
        proposed_by=actor.id,
        proposed_at=work.now(),
    )
    work.session.add(row)
    work.session.flush()
    work.record(
        Act.DEPLOYMENT_PROPOSED,
        subject=deployments.name_of(work.session, row),
        after={"deployment": str(row.id), "number": row.number},
    )
    return row


def view(work: Work, deployment_id: UUID) -> View:
    """Return a deployment as it stands."""
    work.require(Action.RECORD_READ)
    return _view(work, deployments.get(work.session, deployment_id))


def listed(work: Work, *, version: str | None = None, site: str | None = None) -> list[View]:
    """Return the deployments of a version, at a site, or all, oldest first."""
    work.require(Action.RECORD_READ)
    rows = deployments.listed(
        work.session,
        version_id=None if version is None else versions.named(work.session, version).id,
        site_id=None if site is None else sites.get(work.session, site).id,
    )
    return [_view(work, row) for row in rows]


def dossier(work: Work, deployment_id: UUID, number: int | None = None) -> tuple[str, bytes]:
    """Return digest and bytes of a site dossier: the current one, or one by its number.

    Raises
    ------
    NotFoundError
        When there is none.
    """
    work.require(Action.RECORD_READ)
    deployments.get(work.session, deployment_id)
    row = deployments.dossier_of(work.session, deployment_id, number)
    return row.digest, work.artifacts.read(row.digest)


def _view(work: Work, row: DeploymentRow) -> View:
    """Return a deployment with its dossier, signatures and moves."""
    rows = deployments.dossiers_of(work.session, row.id)
    current = rows[-1] if rows else None
    frozen = {} if current is None else json.loads(work.artifacts.read(current.digest))
    moves = deployments.moves_of(work.session, row.id)
    return View(
        row=row,
        version=versions.name_of(work.session, versions.by_id(work.session, row.version_id)),
        site=sites.by_id(work.session, row.site_id).name,
        state=moves[-1].state if moves else State.PROPOSED,
        proposed={
            "by": people.reference(work.session, row.proposed_by),
            "at": instant_text(row.proposed_at),
        },
        dossier=None
        if current is None
        else {"number": current.number, "digest": current.digest, "rung": current.rung.value},
        carried_by=deployments.carried_in(moves),
        missing=readiness.blockers(frozen.get("requirements", [])),
        signoffs=[
            deployments.signoff_document(work.session, one)
            for one in deployments.signoffs_of(work.session, row.id)
        ],
        moves=[deployments.move_document(work.session, one) for one in moves],
        window=planned(work, row),
    )
