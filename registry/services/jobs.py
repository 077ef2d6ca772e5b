"""Jobs: leasing one, keeping it, giving it back or up; looking at, cancelling and redoing one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from registry.domain import jobs as rules
from registry.domain.jobs import LEASE, LONGEST_PAUSE, MAX_ATTEMPTS, Job, JobStatus, pause_after
from registry.domain.people import Action, Actor
from registry.domain.trail import Act
from registry.services.work import Work, Workshop
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


def give_back(
    work: Work, job: Job, *, error: str, jitter: float, longest: timedelta = LONGEST_PAUSE
) -> None:
    """Give a job back after a failed attempt; it is taken up again after a pause."""
    until = work.now() + pause_after(job.attempts, jitter=jitter, longest=longest)
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


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a kind of job is to somebody who no longer wants it, or wants it again.

    Attributes
    ----------
    asked_by : callable
        Returns who asked for it.
    cancelled : callable
        Records what follows from its being cancelled, before the job is ended: in the order in
        which a worker writes, so that the two never wait for each other.
    tidy : callable
        Cleans up outside the database once it was cancelled.
    require_retriable : callable
        Refuses where what the job needs is no longer there.
    """

    asked_by: Callable[[Work, JobRow], UUID | None]
    cancelled: Callable[[Work, JobRow, str], None]
    tidy: Callable[[Workshop, JobRow], object]
    require_retriable: Callable[[Work, JobRow], None]


def _nobody(work: Work, job: JobRow) -> None:
    """Return no person: an act or the time asked for it."""
    del work, job


def _nothing(work: Work, job: JobRow, why: str) -> None:
    """Leave things as they were: nothing rests on it."""
    del work, job, why


def _leave(held: Work | Workshop, job: JobRow) -> None:
    """Leave things as they are: it can always be done again, and leaves nothing behind."""
    del held, job


UNASKED = Wish(asked_by=_nobody, cancelled=_nothing, tidy=_leave, require_retriable=_leave)
"""What a job is that nobody asked for in person."""


def cancel(
    workshop: Workshop,
    actor: Actor | None,
    job_id: UUID,
    *,
    why: str,
    wishes: Mapping[str, Wish],
) -> JobRow:
    """End a job that waits or runs; nothing of a running attempt is kept.

    Raises
    ------
    ForbiddenError
        When somebody else asked for it.
    ConflictError
        When it has ended.
    """
    with workshop.begin(actor) as work:
        asking = work.require(Action.JOB_CANCEL)
        row = jobs.get(work.session, job_id)
        wish = wishes.get(row.kind)
        rules.require_own(asking, asked_by=None if wish is None else wish.asked_by(work, row))
        rules.require_open(row.status)
        told = f"Cancelled by {asking.name}: {why.strip()}"
        before = {"status": row.status.value, "attempts": row.attempts, "kind": row.kind}
        if wish is not None:
            wish.cancelled(work, row, told)
        if not jobs.withdraw(
            work.session, job_id, now=work.now(), error=told, status=JobStatus.CANCELLED
        ):
            rules.require_open(jobs.get(work.session, job_id).status)
        work.record(Act.JOB_CANCELLED, subject=f"job {job_id}", why=why.strip(), before=before)
        ended = jobs.get(work.session, job_id)
    if wish is not None:
        wish.tidy(workshop, ended)
    return ended


def retry(work: Work, job_id: UUID, *, wishes: Mapping[str, Wish]) -> JobRow:
    """Let a job be taken up now that was given up, or that waits out the pause after a failure.

    Raises
    ------
    ForbiddenError
        When somebody else asked for it.
    ConflictError
        When it runs or has ended as it was to end, or what it needs is no longer there.
    """
    asking = work.require(Action.JOB_RETRY)
    row = jobs.get(work.session, job_id)
    wish = wishes.get(row.kind)
    rules.require_own(asking, asked_by=None if wish is None else wish.asked_by(work, row))
    rules.require_retriable(row.status)
    if wish is not None:
        wish.require_retriable(work, row)
    before = {"status": row.status.value, "attempts": row.attempts, "kind": row.kind}
    if not jobs.reopen(work.session, job_id, now=work.now(), attempts=MAX_ATTEMPTS):
        rules.require_retriable(jobs.get(work.session, job_id).status)
    work.record(Act.JOB_RETRIED, subject=f"job {job_id}", before=before)
    return jobs.get(work.session, job_id)
