"""Stopping: suspending, ending a hold, going back and withdrawing, each by one signature."""

from uuid import UUID

from registry.domain.deployments.states import RUNNING, STATE_AT, MoveAct, State, signers
from registry.domain.digests import canonical, document_digest
from registry.domain.errors import BadInputError, ConflictError, ForbiddenError, RuleBrokenError
from registry.domain.people import Action, Actor, Role
from registry.domain.signatures import Proof, Signature
from registry.services.deployments import facts, moving
from registry.services.work import Work
from registry.store import deployments, sites, versions
from registry.store.deployments import DeploymentMoveRow, DeploymentRow

SCHEMA = "cmr.deployment_move/1"


def suspend(work: Work, deployment_id: UUID, *, reasons: str, proof: Proof) -> DeploymentMoveRow:
    """Suspend a version at a hospital at once; permits are refused from this moment."""
    row = _held(work, deployment_id)
    signature = _signed(work, row, MoveAct.SUSPEND, State.SUSPENDED, reasons=reasons, proof=proof)
    return moving.put(
        work, row, State.SUSPENDED, MoveAct.SUSPEND, why=reasons.strip(), signature=signature
    )


def suspend_in_emergency(work: Work, deployment_id: UUID, *, reasons: str) -> DeploymentMoveRow:
    """Suspend a version at a hospital by emergency access, which was signed when it was opened.

    It runs again as after any suspension: by the signatures of the hospital's two people.

    Raises
    ------
    ForbiddenError
        When the actor has no emergency access open.
    """
    actor = work.require(Action.EMERGENCY_STOP)
    row = deployments.get(work.session, deployment_id)
    deployments.lock(work.session, row.site_id)
    if not reasons.strip():
        raise BadInputError("say why.", field="reasons")
    why = f"Emergency access of {actor.name}: {reasons.strip()}"
    return moving.put(work, row, State.SUSPENDED, MoveAct.SUSPEND, why=why, emergency=True)


def withdraw(work: Work, deployment_id: UUID, *, reasons: str, proof: Proof) -> DeploymentMoveRow:
    """Withdraw a version from a hospital for good; it can be proposed there anew."""
    row = _held(work, deployment_id)
    signature = _signed(work, row, MoveAct.WITHDRAW, State.WITHDRAWN, reasons=reasons, proof=proof)
    return moving.put(
        work, row, State.WITHDRAWN, MoveAct.WITHDRAW, why=reasons.strip(), signature=signature
    )


def release(work: Work, deployment_id: UUID, *, reasons: str, proof: Proof) -> DeploymentMoveRow:
    """End a hold: the safety officer looked at the signal and lets the version run again.

    Raises
    ------
    RuleBrokenError
        When it is suspended for another reason: then both sign a new site dossier.
    """
    row = _held(work, deployment_id)
    last = deployments.last_move(work.session, row.id)
    if last is None or last.act is not MoveAct.HOLD:
        raise RuleBrokenError(
            "Only a hold is ended by the safety officer alone; after a suspension both sign a "
            "new site dossier, which `cmr deployment freeze` makes."
        )
    wanted = _ran_as(work, row)
    signature = _signed(work, row, MoveAct.RELEASE, wanted, reasons=reasons, proof=proof)
    return moving.put(work, row, wanted, MoveAct.RELEASE, why=reasons.strip(), signature=signature)


def roll_back(work: Work, deployment_id: UUID, *, reasons: str, proof: Proof) -> DeploymentMoveRow:
    """Go back to the version that the site dossier names, or to the downtime procedure.

    Both moves stand in one transaction: either the earlier version runs again, or nothing moved.

    Returns
    -------
    DeploymentMoveRow
        The move of the version that is stopped.

    Raises
    ------
    RuleBrokenError
        When the earlier version cannot take over: says why. Suspend instead.
    """
    row = _held(work, deployment_id)
    carried = deployments.carried_by(work.session, row.id)
    if carried is None:
        raise ConflictError("It never ran here, so that there is nothing to go back from.")
    target = deployments.plan_of(work.artifacts, carried)["rollback"]
    earlier = None if target is None else _earlier(work, row, target)
    signature = _signed(work, row, MoveAct.ROLL_BACK, State.SUSPENDED, reasons=reasons, proof=proof)
    moved = moving.put(
        work, row, State.SUSPENDED, MoveAct.ROLL_BACK, why=reasons.strip(), signature=signature
    )
    if earlier is not None and deployments.state_of(work.session, earlier.id) not in RUNNING:
        name = versions.name_of(work.session, versions.by_id(work.session, row.version_id))
        why = f"The hospital went back from {name}: {reasons.strip()}"
        wanted = _ran_as(work, earlier)
        moving.put(work, earlier, wanted, MoveAct.RETURN, why=why, signature=signature)
    return moved


def _earlier(work: Work, row: DeploymentRow, target: str) -> DeploymentRow:
    """Return the deployment to go back to, once nothing is against it."""
    why = facts.against_rollback(work, row, target)
    version = versions.named(work.session, target, field="rollback")
    found = deployments.at(work.session, version.id, row.site_id)
    if why is not None or found is None:
        raise RuleBrokenError(
            f"{target} cannot take over again: {why} Suspend instead; the downtime procedure "
            "then applies."
        )
    last = deployments.last_move(work.session, found.id)
    stands_by = last is not None and (last.state in RUNNING or last.act is MoveAct.REPLACE)
    if not stands_by:
        raise RuleBrokenError(
            f"{target} cannot take over again: it was itself suspended. Suspend instead; the "
            "downtime procedure then applies."
        )
    return found


def _ran_as(work: Work, row: DeploymentRow) -> State:
    """Return the state in which a deployment ran last."""
    rung = facts.rung_of(work, row)
    if rung is None:
        raise ConflictError("It never ran here.")
    return STATE_AT[rung]


def _held(work: Work, deployment_id: UUID) -> DeploymentRow:
    """Return a deployment, held against anybody else's act at its site."""
    work.require(Action.DEPLOYMENT_STOP)
    row = deployments.get(work.session, deployment_id)
    deployments.lock(work.session, row.site_id)
    return row


def _signed(
    work: Work,
    row: DeploymentRow,
    act: MoveAct,
    wanted: State,
    *,
    reasons: str,
    proof: Proof,
) -> Signature:
    """Return a person's signature for a move, in the first of its roles that they hold here."""
    site = sites.by_id(work.session, row.site_id).name
    actor = work.require(Action.DEPLOYMENT_STOP)
    role = _role_here(actor, signers(act), site)
    if not reasons.strip():
        raise BadInputError("say why.", field="reasons")
    moving.may_move(work, row, wanted, act)
    name = deployments.name_of(work.session, row)
    last = deployments.last_move(work.session, row.id)
    document = {
        "schema": SCHEMA,
        "deployment": str(row.id),
        "subject": name,
        "number": 1 if last is None else last.number + 1,
        "act": act.value,
        "state": wanted.value,
        "reasons": reasons.strip(),
    }
    signature = work.countersign(
        role=role,
        meaning=act.value,
        subject=name,
        digest=document_digest(document),
        proof=proof,
        reasons=reasons,
    )
    work.artifacts.put_bytes(canonical(document))
    return signature


def _role_here(actor: Actor, roles: frozenset[Role], site: str) -> Role:
    """Return the role by which a person may act at a site."""
    for role in Role:
        if role in roles and actor.acts_at(role, [site]):
            return role
    wanted = " or ".join(role.value for role in Role if role in roles)
    raise ForbiddenError(f"{actor.name} may not do this at {site}; it is for its {wanted}.")
