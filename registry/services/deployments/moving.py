"""Moving: a deployment's next state, by the table of moves, kept beside the earlier ones."""

from typing import Any

from registry.domain.deployments.states import Move, MoveAct, State, move
from registry.domain.signatures import Signature
from registry.domain.trail import Act
from registry.services.work import Work
from registry.store import deployments
from registry.store.deployments import DeploymentMoveRow, DeploymentRow


def put(
    work: Work,
    row: DeploymentRow,
    wanted: State,
    act: MoveAct,
    *,
    why: str,
    dossier: str | None = None,
    signature: Signature | None = None,
    emergency: bool = False,
) -> DeploymentMoveRow:
    """Move a deployment and put the move on the trail; the site is held by the caller.

    A move that the registry may make itself a person may make by emergency access.

    Raises
    ------
    MoveError
        When the table has no such move.
    """
    before = deployments.state_of(work.session, row.id)
    last = deployments.last_move(work.session, row.id)
    rule = move(before, wanted, act)
    alone = rule.system and not rule.both and signature is None and not emergency
    moved = DeploymentMoveRow(
        id=work.new_id(),
        deployment_id=row.id,
        number=1 if last is None else last.number + 1,
        state=wanted,
        act=act,
        why=why,
        dossier=dossier,
        signed=None if signature is None else signature.document(),
        moved_by=None if alone or work.actor is None else work.actor.id,
        moved_at=work.now(),
    )
    deployments.add_move(work.session, moved)
    after: dict[str, Any] = {"state": wanted.value, "act": act.value, "move": moved.number}
    after |= deployments.facts_of(work.session, row)
    if dossier is not None:
        after["dossier"] = dossier
    if signature is not None:
        after |= {"key": signature.key, "signature": signature.signature}
    work.record(
        Act.DEPLOYMENT_MOVED,
        subject=deployments.name_of(work.session, row),
        why=why,
        before={"state": before.value},
        after=after,
        by_system=alone,
    )
    return moved


def may_move(work: Work, row: DeploymentRow, wanted: State, act: MoveAct) -> Move:
    """Return who must sign for a move from where a deployment stands."""
    return move(deployments.state_of(work.session, row.id), wanted, act)


def replace(work: Work, row: DeploymentRow, *, why: str) -> DeploymentMoveRow:
    """Let a deployment stand by, since another version runs in its place."""
    return put(work, row, State.SUSPENDED, MoveAct.REPLACE, why=why)
