"""Jobs: leasing one, keeping it, giving it back or up; and looking at them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from registry.domain.jobs import LEASE, Job, pause_after
from registry.domain.people import Action
from registry.services.work import Work
from registry.store import jobs
from registry.store.jobs import JobRow


def is_due(work: Work) -> bool:
    """Tell whether a worker would find something; locks nothing."""
    return jobs.has_due(work.session, work.now())


def next_due(work: Work) -> datetime | None:
    """Return when the next job can be taken up at the earliest, None when none is open."""
    return jobs.next_due(work.session)


def claim(work: Work, *, worker: str, lease: timedelta = LEASE) -> Job | None:
    """Lease the job that has waited longest, None when nothing is due."""
    return jobs.claim(work.session, worker=worker, now=work.now(), lease=lease)


def exhausted(work: Work) -> list[Job]:
    """Return the jobs whose last attempt fell silent."""
    return jobs.exhausted(work.session, now=work.now())


def hold(work: Work, job: Job, *, step: str, progress: float, lease: timedelta = LEASE) -> None:
    """Prolong the lease on a job and say how far it is.

    Raises
    ------
    LostJobError
        When another worker holds it by now.
    """
    jobs.hold(work.session, job, now=work.now(), lease=lease, step=step, progress=progress)


def give_back(work: Work, job: Job, *, error: str, jitter: float) -> None:
    """Give a job back after a failed attempt; it is taken up again after a pause."""
    until = work.now() + pause_after(job.attempts, jitter=jitter)
    jobs.postpone(work.session, job, until=until, error=error)


def give_up(work: Work, job: Job, *, error: str) -> None:
    """Give a job up for good."""
    jobs.bury(work.session, job, now=work.now(), error=error)


def show(work: Work, job_id: UUID) -> JobRow:
    """Return a job as it stands."""
    work.require(Action.RECORD_READ)
    return jobs.get(work.session, job_id)


def newest(work: Work, *, limit: int) -> Sequence[JobRow]:
    """Return the newest jobs."""
    work.require(Action.RECORD_READ)
    return jobs.newest(work.session, limit=limit)
