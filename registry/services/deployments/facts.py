"""Facts: what the records say now of a version at a hospital, for its site dossier."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from registry.domain import scopes
from registry.domain.deployments import silence
from registry.domain.deployments.readiness import Facts
from registry.domain.deployments.states import RUNNING, State
from registry.domain.policies import DeploymentRules, Meaning, Policy, Rung, RungRules
from registry.domain.requirements import weigh
from registry.domain.scopes import Scope
from registry.services.work import Work
from registry.store import (
    approvals,
    deployments,
    dossiers,
    evidence,
    hazards,
    models,
    monitoring,
    protocols,
    safety_cases,
    sites,
    versions,
)
from registry.store import policies as policies_store
from registry.store.approvals import Approval
from registry.store.deployments import DeploymentMoveRow, DeploymentRow

LOCAL = "local acceptance"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the policy in force asks at a rung, and which policy that is."""

    policy: Policy
    digest: str
    tier: str
    rules: RungRules

    def document(self) -> dict[str, Any]:
        """Return which policy it is."""
        return {
            "label": self.policy.label,
            "digest": self.digest,
            "tier": self.tier,
        }


def asked(work: Work, row: DeploymentRow, rung: Rung) -> Asked:
    """Return what the policies that bind the model at the site ask of a deployment at a rung."""
    version = versions.by_id(work.session, row.version_id)
    policy = policies_store.over(work.session, version.model_id, [row.site_id])
    model = models.in_dossier(work.session, models.by_id(work.session, version.model_id))
    tier = policy.rules(model["risk_tier"])
    return Asked(
        policy=policy,
        digest=policies_store.digest(policy),
        tier=model["risk_tier"],
        rules=(tier.deployments or DeploymentRules()).at(rung.value),
    )


def gather(work: Work, row: DeploymentRow, plan: Mapping[str, Any], *, number: int) -> Facts:
    """Return what the records say of a deployment, beside what the hospital lays down.

    `number` is that of the site dossier: objections to earlier ones stand in it.
    """
    rung = Rung(plan["rung"])
    site = sites.by_id(work.session, row.site_id).name
    approval = approvals.covering(work.session, row.version_id, site=site, rung=rung)
    moves = deployments.moves_of(work.session, row.id)
    state = deployments.state_of(work.session, row.id)
    local = _local(work, row, site, asked(work, row, rung))
    return Facts(
        site=site,
        plan=plan,
        release=None if approval is None else approval.document(),
        against=[]
        if approval is None
        else approvals.bounds(work.session, work.artifacts, approval).against(work.now()),
        state=state,
        days=_days(moves, work.now()),
        local=local,
        criteria=_criteria(work, row, local, approval, site),
        silent=_silent(work, row, moves),
        verdicts=_verdicts(work, row, state),
        rollback=_rollback(work, row, plan["rollback"]),
        hazards=hazards.handed_to(work.session, work.artifacts, row.version_id, site),
        objections=_objections(work, row, number),
        safety_case=_safety_case(work, row, rung),
    )


def _safety_case(work: Work, row: DeploymentRow, rung: Rung) -> dict[str, Any] | None:
    """Return the signed safety case of the release, where the policy asks for one at the rung."""
    if not asked(work, row, rung).rules.safety_case:
        return None
    version = versions.by_id(work.session, row.version_id)
    return safety_cases.of_release(work.session, work.artifacts, version)


def _days(moves: Sequence[DeploymentMoveRow], now: datetime) -> int:
    """Return for how many whole days a deployment has been in its state."""
    since = None
    for move in reversed(moves):
        if move.state is not moves[-1].state:
            break
        since = move.moved_at
    return 0 if since is None else (now - since).days


def _local(work: Work, row: DeploymentRow, site: str, by: Asked) -> list[dict[str, Any]]:
    """Return the local acceptance evidence at a site that counts, as in a dossier."""
    found = [
        dossiers.measured(work.session, work.artifacts, one)
        for one in evidence.attached_to(work.session, row.version_id)
    ]
    return [
        one
        for one in weigh(found, by.policy.rules(by.tier))
        if one["purpose"] == LOCAL and one["counts"] and site in scopes.sites_in(one)
    ]


def _criteria(
    work: Work,
    row: DeploymentRow,
    local: Sequence[Mapping[str, Any]],
    approval: Approval | None,
    site: str,
) -> list[dict[str, Any]]:
    """Return the criteria of local evidence, judged over the site alone."""
    if not local or approval is None:
        return []
    here = Scope(
        sites=(site,),
        population=approval.scope.population,
        findings=approval.scope.findings,
        use=approval.scope.use,
        rung=approval.scope.rung,
    )
    return scopes.judge(local, _protocols(work, row), here)


def _protocols(work: Work, row: DeploymentRow) -> list[dict[str, Any]]:
    """Return the protocols by which a version was measured, each once."""
    used = dict.fromkeys(
        one.protocol_id for one in evidence.attached_to(work.session, row.version_id)
    )
    found = [protocols.by_id(work.session, key) for key in used]
    return [{"digest": one.digest, "document": one.document} for one in found]


def _silent(
    work: Work, row: DeploymentRow, moves: Sequence[DeploymentMoveRow]
) -> dict[str, Any] | None:
    """Return what the silent run came to, None where it never ran silently."""
    ran = [move for move in moves if move.state is State.SILENT and move.dossier is not None]
    if not ran:
        return None
    plan = deployments.plan_of(work.artifacts, str(ran[-1].dossier))["silent_plan"]
    if plan is None:
        return None
    windows = [
        window.document
        for window in monitoring.of_deployment(work.session, row.id)
        if window.state is State.SILENT
    ]
    return silence.results(plan, [_counted(window) for window in windows])


def _counted(window: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a silent run's plan asks of a window."""
    return {
        "number": window["number"],
        "from": window["from"],
        "to": window["to"],
        "blinded": window["statement"]["blinded"],
        **{key: window["counts"][key] for key in ("exams", "positives", "unscored")},
    }


def _verdicts(work: Work, row: DeploymentRow, state: State) -> list[str]:
    """Return the verdicts on performance of the windows handed in where a deployment stands."""
    if state not in RUNNING:
        return []
    return [
        str(window.document["performance"]["verdict"])
        for window in monitoring.of_deployment(work.session, row.id)
        if window.state is state and window.document["performance"]["verdict"] is not None
    ]


def _rollback(work: Work, row: DeploymentRow, target: str | None) -> dict[str, Any] | None:
    """Return the version to go back to and what is against it, if one is named."""
    if target is None:
        return None
    return {"version": target, "against": against_rollback(work, row, target)}


def against_rollback(work: Work, row: DeploymentRow, target: str) -> str | None:
    """Return why a version cannot take over again at a site, None where it can.

    Its own approval must be valid, be it that only the version it follows has superseded it, and
    its deployment at the site signed and not withdrawn.
    """
    version = versions.named(work.session, target, field="rollback")
    if version.id == row.version_id:
        return "It is the version itself."
    if version.model_id != versions.by_id(work.session, row.version_id).model_id:
        return "It is a version of another model."
    site = sites.by_id(work.session, row.site_id).name
    other = deployments.at(work.session, version.id, row.site_id)
    rung = None if other is None else rung_of(work, other)
    if other is None or rung is None:
        return f"It never ran at {site}."
    state = deployments.state_of(work.session, other.id)
    if state is State.WITHDRAWN:
        return f"It was withdrawn from {site}."
    mine = versions.name_of(work.session, versions.by_id(work.session, row.version_id))
    approval = approvals.covering(work.session, version.id, site=site, rung=rung, replaced_by=mine)
    if approval is None:
        return f"No approval that stands covers {rung} use at {site}."
    held_up = approvals.bounds(work.session, work.artifacts, approval).against(work.now())
    return held_up[0].what if held_up else None


def rung_of(work: Work, row: DeploymentRow) -> Rung | None:
    """Return the rung at which a deployment runs or ran last, None where it never did."""
    for move in reversed(deployments.moves_of(work.session, row.id)):
        if move.state in RUNNING:
            return RUNNING[move.state]
    return None


def _objections(work: Work, row: DeploymentRow, number: int) -> list[dict[str, Any]]:
    """Return who objected to a site dossier before this one, and why."""
    rows = deployments.dossiers_of(work.session, row.id)
    earlier = {one.digest for one in rows if one.number < number}
    return [
        {
            key: value
            for key, value in deployments.signoff_document(work.session, one).items()
            if key in {"person", "role", "reasons", "dossier", "at"}
        }
        for one in deployments.signoffs_of(work.session, row.id)
        if one.meaning is Meaning.OBJECT and one.dossier in earlier
    ]
