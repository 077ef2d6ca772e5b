"""Falling due: by when a monitoring window is to be there, and telling once when it is late."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from registry.domain.days import today_at
from registry.domain.deployments.states import RUNNING
from registry.domain.monitoring import due
from registry.domain.trail import Act
from registry.services.work import Work, Workshop
from registry.store import deployments, monitoring, sites
from registry.store.deployments import DeploymentRow
from registry.store.monitoring import MonitoringReminderRow


@dataclass(frozen=True, kw_only=True)
class Planned:
    """The next window of a deployment: its last day, who hands it in, and whether it is late.

    Nothing where nothing runs, or nothing is planned.
    """

    due: date | None = None
    owner: str = ""
    late: bool = False


def planned(work: Work, row: DeploymentRow) -> Planned:
    """Return by when the next monitoring window is to have ended."""
    last = deployments.last_move(work.session, row.id)
    carried = deployments.carried_by(work.session, row.id)
    if last is None or carried is None or last.state not in RUNNING:
        return Planned()
    plan = deployments.plan_of(work.artifacts, carried)["monitoring"]
    if plan is None:
        return Planned()
    zone = sites.current(work.session, row.site_id).document["time_zone"]
    windows = monitoring.of_deployment(work.session, row.id)
    newest = windows[-1].last if windows else None
    began = today_at(zone, last.moved_at)
    last_day = due(began, newest, every_days=plan["every_days"])
    today = today_at(zone, work.now())
    # Labels may come as late as the label rule bears.
    late = (today - last_day).days > plan["labels"]["delay_days"]
    return Planned(due=last_day, owner=plan["owner"], late=late)


def sweep(workshop: Workshop) -> int:
    """Tell, once for each due date, that a monitoring window is late; return how many are."""
    with workshop.begin(None, reads=True) as work:
        late = [row.id for row in deployments.listed(work.session) if _untold(work, row)]
    for deployment_id in late:
        with workshop.begin(None) as work:
            _tell(work, deployment_id)
    return len(late)


def _untold(work: Work, row: DeploymentRow) -> bool:
    """Tell whether a window is late and nobody was told."""
    found = planned(work, row)
    return (
        found.late
        and found.due is not None
        and not monitoring.was_told(work.session, row.id, found.due)
    )


def _tell(work: Work, deployment_id: UUID) -> None:
    """Put on the trail that a window is late, unless somebody else did meanwhile."""
    row = deployments.get(work.session, deployment_id)
    deployments.lock(work.session, row.site_id)
    found = planned(work, row)
    if found.due is None or not _untold(work, row):
        return
    work.session.add(
        MonitoringReminderRow(
            id=work.new_id(), deployment_id=row.id, due=found.due, told_at=work.now()
        )
    )
    work.record(
        Act.MONITORING_OVERDUE,
        subject=deployments.name_of(work.session, row),
        after={
            "due": found.due.isoformat(),
            "owner": found.owner,
            **deployments.facts_of(work.session, row),
        },
    )
