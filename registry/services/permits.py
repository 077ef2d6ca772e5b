"""Permits: the signed answer to whether a version may run at a hospital now, yes or no."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry.domain import permits as rules
from registry.domain import signatures
from registry.domain.deployments.states import MoveAct, State
from registry.domain.people import Action
from registry.domain.permits import Asked, Facts, Terms
from registry.domain.reviews import Missing
from registry.domain.trail import Act
from registry.services.work import Work
from registry.store import approvals, deployments, sites, standings, versions
from registry.store.approvals import Approval
from registry.store.deployments import DeploymentMoveRow, DeploymentRow
from registry.store.versions import VersionRow


@dataclass(frozen=True, kw_only=True)
class _Found:
    """What the records hold of what is asked, and when that on which a yes rests ends."""

    facts: Facts
    release: str | None
    site_dossier: str | None
    ends: Sequence[datetime]


def ask(work: Work, asked: Asked) -> dict[str, Any]:
    """Return a signed permit: a short-lived yes, or a no with its reasons; both are on the trail.

    Raises
    ------
    NotFoundError
        When the version or the site is not registered.
    """
    work.require(Action.PERMIT_ASK)
    version = versions.named(work.session, asked.version)
    work.require(Action.PERMIT_ASK, sites=[asked.site])
    found = _found(work, version, asked)
    dossier = found.site_dossier
    plan = {} if dossier is None else deployments.plan_of(work.artifacts, dossier)
    terms = Terms(
        registry=work.settings.origin,
        site_dossier=dossier,
        release=found.release,
        minutes=plan.get("permit_minutes", 0),
        grace=plan.get("grace_minutes", 0),
        ends=found.ends,
    )
    document = rules.unsigned(asked, found.facts, terms, now=work.now())
    signed = signatures.sign(document, work.keys.signing())
    _record(work, document)
    return {**document, "signature": {"key": signed.key, "value": signed.signature}}


def _found(work: Work, version: VersionRow, asked: Asked) -> _Found:
    """Return what the records say of a version at a hospital."""
    site = sites.get(work.session, asked.site)
    row = deployments.at(work.session, version.id, site.id)
    moves = [] if row is None else deployments.moves_of(work.session, row.id)
    replaced_by = _went_back_from(work, version, moves)
    approval = approvals.covering(
        work.session, version.id, site=site.name, rung=asked.rung, replaced_by=replaced_by
    )
    against, ends = _bounds(work, version, approval)
    files = versions.artifacts_of(work.session, version.id)
    return _Found(
        facts=Facts(
            state=_state(row, moves),
            why=moves[-1].why if moves else "",
            artifacts=tuple(one.digest for one in files),
            use=None if approval is None else approval.scope.use,
            against=against,
        ),
        release=None if approval is None else approval.decision.dossier,
        site_dossier=deployments.carried_in(moves),
        ends=ends,
    )


def _bounds(
    work: Work, version: VersionRow, approval: Approval | None
) -> tuple[list[Missing], list[datetime]]:
    """Return what stands against the version and its approval today, and when the latter ends."""
    if approval is None:
        return approvals.standing_against(work.session, version.id), []
    found = approvals.bounds(work.session, work.artifacts, approval)
    ends = rules.ends(
        found.conditions,
        waivers=found.waivers,
        valid_until=found.valid_until,
        time_zone=found.time_zone,
    )
    return found.against(work.now()), ends


def _state(row: DeploymentRow | None, moves: Sequence[DeploymentMoveRow]) -> State | None:
    """Return where a deployment stands, None where there is none."""
    if row is None:
        return None
    return moves[-1].state if moves else State.PROPOSED


def _went_back_from(
    work: Work, version: VersionRow, moves: Sequence[DeploymentMoveRow]
) -> str | None:
    """Return the version that superseded this one, where the hospital went back from it."""
    if not moves or moves[-1].act is not MoveAct.RETURN:
        return None
    standing = standings.current(work.session, version.id)
    by = None if standing is None else standing.document["by"]
    return None if by is None else str(by)


def _record(work: Work, document: dict[str, Any]) -> None:
    """Put an answer on the trail."""
    work.record(
        Act.PERMIT_GIVEN if document["permit"] == "yes" else Act.PERMIT_REFUSED,
        subject=f"{document['version']} at {document['site']}",
        why=" ".join(one["what"] for one in document["reasons"]),
        after={
            key: document[key]
            for key in ("rung", "use", "state", "site_dossier", "release", "expires_at")
        },
    )


def public_key(work: Work) -> bytes:
    """Return the 32 public bytes by which a permit is verified."""
    work.require(Action.RECORD_READ)
    return work.keys.public()
