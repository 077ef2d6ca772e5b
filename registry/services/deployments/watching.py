"""Watching: a window of monitoring is judged, and a stop rule that it fires acts by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from registry.domain import monitoring as rules
from registry.domain import scopes
from registry.domain.days import today_at
from registry.domain.deployments.plans import Action as Fired
from registry.domain.deployments.states import RUNNING, MoveAct, State, stretches
from registry.domain.digests import canonical
from registry.domain.errors import ConflictError, RuleBrokenError, WaitingError
from registry.domain.evidence import EvidenceState
from registry.domain.monitoring import Measured, Statement
from registry.domain.people import Action
from registry.domain.scopes import Scope
from registry.domain.trail import Act, instant_text
from registry.services.deployments import counting, moving
from registry.services.work import Work
from registry.store import (
    approvals,
    deployments,
    dossiers,
    evidence,
    monitoring,
    people,
    protocols,
    sites,
    versions,
)
from registry.store.deployments import DeploymentRow
from registry.store.evidence import EvidenceRow
from registry.store.monitoring import MonitoringWindowRow

MOVES = {Fired.HOLD: MoveAct.HOLD, Fired.SUSPEND: MoveAct.SUSPEND}


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where a window belongs: the deployment, its site, its dossier and what that lays down."""

    row: DeploymentRow
    site: str
    dossier: str
    plan: Mapping[str, Any]
    state: State


def submit(
    work: Work, deployment_id: UUID, evidence_id: UUID, statement: Statement
) -> MonitoringWindowRow:
    """Take in a window: evidence of monitoring, and what is said of how it came about.

    The registry counts and judges; a stop rule of the signed site dossier that fires holds or
    suspends the version in the same transaction, and everybody can see why.

    Raises
    ------
    RuleBrokenError
        When nothing ever ran there, or the evidence is about something else.
    WaitingError
        While the evidence is still being assessed.
    ConflictError
        When another window has the same days or the same evidence.
    """
    work.require(Action.MONITORING_SUBMIT)
    row = deployments.get(work.session, deployment_id)
    site = sites.by_id(work.session, row.site_id)
    actor = work.require(Action.MONITORING_SUBMIT, sites=[site.name])
    deployments.lock(work.session, site.id)
    place = _place(work, row, site.name, statement)
    measured = _measured(work, place, evidence_id)
    earlier = monitoring.of_deployment(work.session, row.id)
    document = _document(work, place, measured, statement, earlier)
    document["submitted"] = {
        "by": people.reference(work.session, actor.id),
        "at": instant_text(work.now()),
    }
    window = MonitoringWindowRow(
        id=work.new_id(),
        deployment_id=row.id,
        number=document["number"],
        evidence_id=measured.id,
        first=statement.first,
        last=statement.last,
        state=place.state,
        digest=work.artifacts.put_bytes(canonical(document)).digest,
        document=document,
        submitted_by=actor.id,
        submitted_at=work.now(),
    )
    monitoring.add(work.session, window)
    work.record(
        Act.MONITORING_RECEIVED,
        subject=deployments.name_of(work.session, row),
        after={
            "window": window.number,
            "digest": window.digest,
            "verdict": document["performance"]["verdict"],
        },
    )
    _act(work, row, document)
    return window


def listed(work: Work, deployment_id: UUID) -> list[dict[str, Any]]:
    """Return the windows of a deployment, oldest first."""
    work.require(Action.RECORD_READ)
    row = deployments.get(work.session, deployment_id)
    return [
        {**window.document, "digest": window.digest}
        for window in monitoring.of_deployment(work.session, row.id)
    ]


def _place(work: Work, row: DeploymentRow, site: str, statement: Statement) -> _Place:
    """Return where a window belongs, its days checked."""
    moves = deployments.moves_of(work.session, row.id)
    dossier = deployments.carried_in(moves)
    if dossier is None:
        raise RuleBrokenError("Nothing ever ran there, so that there is nothing to monitor.")
    zone = sites.current(work.session, row.site_id).document["time_zone"]
    dated = [(one.state, today_at(zone, one.moved_at)) for one in moves]
    known = [
        (one.number, one.first, one.last) for one in monitoring.of_deployment(work.session, row.id)
    ]
    began = next(day for state, day in dated if state in RUNNING)
    today = today_at(zone, work.now())
    rules.check(statement, began=began, today=today, others=known)
    return _Place(
        row=row,
        site=site,
        dossier=dossier,
        plan=deployments.plan_of(work.artifacts, dossier),
        state=_state_during(dated, statement, today),
    )


def _state_during(dated: Sequence[tuple[State, date]], statement: Statement, today: date) -> State:
    """Return the state in which a window lies wholly."""
    found = stretches(dated, first=statement.first, last=statement.last, today=today)
    if len(found) != 1:
        names = ", ".join(found) or "none in which it ran"
        raise RuleBrokenError(
            f"The window lies in several states ({names}); hand in one for each of them."
        )
    return found[0]


def _measured(work: Work, place: _Place, evidence_id: UUID) -> EvidenceRow:
    """Return the evidence of a window, once it is of this version and site and assessed."""
    found = evidence.get(work.session, evidence_id)
    if found.state is EvidenceState.WAITING:
        raise WaitingError(f"Evidence {found.number} is still being assessed.")
    if found.state is EvidenceState.REFUSED:
        raise RuleBrokenError(f"Evidence {found.number} was refused: {found.refusal}")
    known = monitoring.of_deployment(work.session, place.row.id)
    if any(one.evidence_id == found.id for one in known):
        raise ConflictError(f"Evidence {found.number} is a window of this deployment already.")
    version = versions.name_of(work.session, versions.by_id(work.session, place.row.version_id))
    rules.require_evidence(
        evidence.described(work.session, found),
        version=version,
        sites=counting.counted(work, found, None).sites,
        site=place.site,
    )
    return found


def _document(
    work: Work,
    place: _Place,
    measured: EvidenceRow,
    statement: Statement,
    earlier: Sequence[MonitoringWindowRow],
) -> dict[str, Any]:
    """Return a window as it is kept: what was said, counted and judged, and what it fires."""
    plan = place.plan["monitoring"]
    now = counting.counted(work, measured, place.site)
    against = None
    if plan is not None and plan["baseline"] is not None:
        against = counting.baseline(work, place.row.version_id, plan["baseline"], place.site)
    signals = counting.told(now, against, days=statement.days)
    counts = counting.fewest(signals)
    item = dossiers.measured(work.session, work.artifacts, measured)
    unfit = _unfit(plan, statement, counts, item)
    criteria = _judged(work, place, measured, item)
    verdict = rules.verdict(criteria, unfit)
    chart = [] if unfit else _chart(place, now, earlier)
    heights = [max(one["more"], one["fewer"]) for one in chart if one["undefined"] is None]
    found = Measured(signals=signals, verdict=verdict, chart=max(heights, default=None))
    limit = None if plan is None or plan["cusum"] is None else plan["cusum"]["limit"]
    return {
        "schema": rules.SCHEMA,
        "number": len(earlier) + 1,
        "deployment": deployments.name_of(work.session, place.row),
        "site_dossier": place.dossier,
        "state": place.state.value,
        "from": statement.first.isoformat(),
        "to": statement.last.isoformat(),
        "statement": statement.document(),
        "evidence": {
            "id": str(measured.id),
            "number": measured.number,
            "tally": measured.tally_digest,
            "assessment": measured.assessment_digest,
        },
        "counts": counts,
        "signals": signals,
        "performance": {"verdict": verdict, "unfit": unfit, "criteria": criteria},
        "cusum": chart,
        "fired": rules.fired(place.plan["stop_rules"], found, limit=limit),
    }


def _unfit(
    plan: Mapping[str, Any] | None,
    statement: Statement,
    counts: Mapping[str, int],
    item: Mapping[str, Any],
) -> list[str]:
    """Return why a window gives no verdict on performance."""
    if plan is None:
        return ["The site dossier has no monitoring plan, and so no label rule."]
    because = None if item["counts"] else str(item["because"])
    return rules.unfit_because(plan["labels"], statement, counts, discounted=because)


def _judged(
    work: Work, place: _Place, measured: EvidenceRow, item: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return the criteria of the window's protocol, judged over the site."""
    rung = RUNNING[place.state]
    approval = approvals.covering(work.session, place.row.version_id, site=place.site, rung=rung)
    scope = Scope(
        sites=(place.site,),
        population="" if approval is None else approval.scope.population,
        findings=() if approval is None else approval.scope.findings,
        use="" if approval is None else approval.scope.use,
        rung=rung,
    )
    protocol = protocols.by_id(work.session, measured.protocol_id)
    plans = [{"digest": protocol.digest, "document": protocol.document}]
    return scopes.judge([item], plans, scope)


def _chart(
    place: _Place, now: counting.Counted, earlier: Sequence[MonitoringWindowRow]
) -> list[dict[str, Any]]:
    """Return the chart after a window; it begins anew with each signed site dossier."""
    plan = place.plan["monitoring"]["cusum"]
    if plan is None:
        return []
    mine = [one.document for one in earlier if one.document["site_dossier"] == place.dossier]
    charts: list[list[dict[str, Any]]] = [one["cusum"] for one in mine if one["cusum"]]
    before = charts[-1] if charts else []
    return counting.charted(now, before, odds_ratio=plan["odds_ratio"])


def _act(work: Work, row: DeploymentRow, document: Mapping[str, Any]) -> None:
    """Do what the rules that fired say, by the hardest of them; an alert only tells."""
    fired = document["fired"]
    if not fired:
        return
    why = " ".join(f"{one['rule']}: {one['because']}" for one in fired)
    hardest = rules.hardest(fired)
    work.record(
        Act.MONITORING_FIRED,
        subject=deployments.name_of(work.session, row),
        why=why,
        after={
            "window": document["number"],
            "rules": [dict(one) for one in fired],
            "action": hardest,
            **deployments.facts_of(work.session, row),
        },
        by_system=True,
    )
    state = deployments.state_of(work.session, row.id)
    if hardest in MOVES and state in RUNNING:
        text = f"Window {document['number']} fired a stop rule. {why}"
        moving.put(work, row, State.SUSPENDED, MOVES[hardest], why=text)
