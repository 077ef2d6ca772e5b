"""Jobs: durable work, kept beside the records that asked for it.

A job is written in the transaction of the use case that needs it. A worker leases it, keeps the
lease alive while it works, and writes what came out together with the job's end in one
transaction, which holds only while the lease's fence is still its own: effects happen once.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Column, CursorResult, Index, and_, func, or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, col, select

from registry.domain.errors import NotFoundError
from registry.domain.jobs import ENDED, MAX_ATTEMPTS, Job, JobStatus, LostJobError
from registry.store.columns import Row, UtcInstant, document, word


class JobRow(Row, table=True):
    """One piece of durable work: what, where it stands, who holds it, and how it ended.

    `key` says what the job is for, so that asking twice is one job. `fence` grows with every
    lease. `args` and `result` hold ids and digests only, never a patient's row.
    """

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_status_run_after", "status", "run_after"),)

    id: UUID = Field(primary_key=True)
    kind: str = Field(max_length=60)
    key: str = Field(max_length=200, unique=True)
    args: dict[str, Any] = Field(sa_column=Column(document(), nullable=False))
    status: JobStatus = Field(sa_type=word(JobStatus))
    run_after: datetime = Field(sa_type=UtcInstant)
    attempts: int = 0
    max_attempts: int
    worker: str | None = Field(default=None, max_length=120)
    fence: int = 0
    lease_until: datetime | None = Field(default=None, sa_type=UtcInstant)
    step: str = Field(default="", max_length=200)
    progress: float = 0.0
    error: str | None = None
    result: dict[str, Any] | None = Field(default=None, sa_column=Column(document()))
    created_at: datetime = Field(sa_type=UtcInstant)
    ended_at: datetime | None = Field(default=None, sa_type=UtcInstant)


def enqueue(
    session: Session,
    kind: str,
    args: Mapping[str, Any],
    key: str,
    now: datetime,
    id: UUID,  # noqa: A002 -- the word of the column
    *,
    max_attempts: int = MAX_ATTEMPTS,
) -> JobRow:
    """Write a job into the present transaction; a key that is known gives the job it had."""
    known = by_key(session, key)
    if known is not None:
        return known
    job = JobRow(
        id=id,
        kind=kind,
        key=key,
        args=dict(args),
        status=JobStatus.QUEUED,
        run_after=now,
        max_attempts=max_attempts,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(job)
    except IntegrityError:  # another transaction asked for the same in the same moment
        return session.exec(select(JobRow).where(JobRow.key == key)).one()
    return job


def find(session: Session, job_id: UUID) -> JobRow | None:
    """Return the job with an id, or None."""
    return session.get(JobRow, job_id)


def get(session: Session, job_id: UUID) -> JobRow:
    """Return the job with an id.

    Raises
    ------
    NotFoundError
        When there is none.
    """
    job = find(session, job_id)
    if job is None:
        raise NotFoundError(f"There is no job {job_id}.")
    return job


def by_key(session: Session, key: str) -> JobRow | None:
    """Return the job that does what the key says, or None."""
    return session.exec(select(JobRow).where(JobRow.key == key)).one_or_none()


def newest(session: Session, *, limit: int) -> Sequence[JobRow]:
    """Return the newest jobs, newest first."""
    return session.exec(
        select(JobRow).order_by(col(JobRow.created_at).desc(), col(JobRow.id)).limit(limit)
    ).all()


def _is_due(now: datetime) -> Any:  # noqa: ANN401 -- SQLAlchemy's own expression
    """Say which jobs a worker may take up: those that wait, and those whose holder is silent."""
    return or_(
        and_(col(JobRow.status) == JobStatus.QUEUED, col(JobRow.run_after) <= now),
        and_(col(JobRow.status) == JobStatus.RUNNING, col(JobRow.lease_until) < now),
    )


def has_due(session: Session, now: datetime) -> bool:
    """Tell whether a worker would find something, without locking anything."""
    return session.exec(select(JobRow.id).where(_is_due(now)).limit(1)).first() is not None


def next_due(session: Session) -> datetime | None:
    """Return when the next job can be taken up at the earliest, None when none is open."""
    moments = (
        session.exec(
            select(func.min(JobRow.run_after)).where(col(JobRow.status) == JobStatus.QUEUED)
        ).one(),
        session.exec(
            select(func.min(JobRow.lease_until)).where(col(JobRow.status) == JobStatus.RUNNING)
        ).one(),
    )
    open_at = [moment for moment in moments if moment is not None]
    return min(open_at) if open_at else None


def claim(session: Session, *, worker: str, now: datetime, lease: timedelta) -> Job | None:
    """Lease the job that has waited longest; None when nothing is due.

    Jobs that another transaction is looking at are skipped, so that workers never queue up
    behind each other. Jobs without an attempt left are for `exhausted`.
    """
    row = session.exec(
        select(JobRow)
        .where(_is_due(now), col(JobRow.attempts) < col(JobRow.max_attempts))
        .order_by(col(JobRow.run_after), col(JobRow.created_at), col(JobRow.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if row is None:
        return None
    row.status = JobStatus.RUNNING
    row.worker = worker
    row.fence += 1
    row.attempts += 1
    row.lease_until = now + lease
    row.step, row.progress = "", 0.0
    session.add(row)
    session.flush()
    return _leased(row)


def exhausted(session: Session, *, now: datetime) -> list[Job]:
    """Return the jobs whose last attempt fell silent: nobody may take them up again."""
    rows = session.exec(
        select(JobRow)
        .where(_is_due(now), col(JobRow.attempts) >= col(JobRow.max_attempts))
        .with_for_update(skip_locked=True)
    )
    return [_leased(row) for row in rows]


def _leased(row: JobRow) -> Job:
    """Return a row as the value that its holder works with."""
    return Job(
        id=row.id,
        kind=row.kind,
        args=dict(row.args),
        fence=row.fence,
        attempts=row.attempts,
        max_attempts=row.max_attempts,
    )


def hold(
    session: Session, job: Job, *, now: datetime, lease: timedelta, step: str, progress: float
) -> None:
    """Prolong a lease and say how far the work is."""
    _write(session, job, lease_until=now + lease, step=step[:200], progress=progress)


def finish(session: Session, job: Job, *, now: datetime, result: Mapping[str, Any]) -> None:
    """End a job in the transaction of its effects.

    Raises
    ------
    LostJobError
        When another worker holds it by now; the transaction must not be committed.
    """
    _write(
        session,
        job,
        status=JobStatus.DONE,
        result=dict(result),
        error=None,
        progress=1.0,
        step="",
        lease_until=None,
        ended_at=now,
    )


def postpone(session: Session, job: Job, *, until: datetime, error: str) -> None:
    """Give a job back after a failed attempt, to be taken up again later."""
    _write(
        session, job, status=JobStatus.QUEUED, run_after=until, lease_until=None, error=error[:2000]
    )


def bury(session: Session, job: Job, *, now: datetime, error: str) -> None:
    """Give a job up for good after its last attempt."""
    _write(session, job, status=JobStatus.DEAD, lease_until=None, error=error[:2000], ended_at=now)


def withdraw(
    session: Session,
    job_id: UUID,
    *,
    now: datetime,
    error: str,
    status: JobStatus = JobStatus.DEAD,
) -> bool:
    """End a job that is no longer wanted, whoever holds it; tell whether it had not ended yet.

    The fence moves on, so that the holder hears of it at its next beat and can write nothing.
    """
    done = session.connection().execute(
        update(JobRow)
        .where(col(JobRow.id) == job_id, col(JobRow.status).not_in(ENDED))
        .values(
            status=status,
            fence=col(JobRow.fence) + 1,
            lease_until=None,
            error=error[:2000],
            ended_at=now,
        )
    )
    session.expire_all()
    return cast("CursorResult[Any]", done).rowcount == 1


def reopen(session: Session, job_id: UUID, *, now: datetime, attempts: int) -> bool:
    """Let a job that is dead, or waits out a pause, be taken up now; tell whether it was either.

    It gets so many attempts more; how often it was begun before stays known.
    """
    done = session.connection().execute(
        update(JobRow)
        .where(
            col(JobRow.id) == job_id,
            col(JobRow.status).in_([JobStatus.DEAD, JobStatus.QUEUED]),
        )
        .values(
            status=JobStatus.QUEUED,
            run_after=now,
            max_attempts=col(JobRow.attempts) + attempts,
            step="",
            progress=0.0,
            ended_at=None,
        )
    )
    session.expire_all()
    return cast("CursorResult[Any]", done).rowcount == 1


def _write(session: Session, job: Job, **values: Any) -> None:  # noqa: ANN401 -- columns differ
    """Change a job only while the lease is still the caller's.

    Raises
    ------
    LostJobError
        When another worker holds the job, or it has ended.
    """
    session.flush()
    done = session.connection().execute(
        update(JobRow)
        .where(
            col(JobRow.id) == job.id,
            col(JobRow.fence) == job.fence,
            col(JobRow.status) == JobStatus.RUNNING,
        )
        .values(**values)
    )
    if cast("CursorResult[Any]", done).rowcount != 1:
        raise LostJobError(job.id)
    session.refresh(get(session, job.id))
