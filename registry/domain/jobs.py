"""Jobs: the words of durable work, and when a failed attempt is made again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from registry.domain.errors import BusyError, ConflictError, ForbiddenError
from registry.domain.people import Actor, Role

LEASE: Final = timedelta(seconds=30)
MAX_ATTEMPTS: Final = 5
LONGEST_PAUSE: Final = timedelta(minutes=1)


class JobStatus(StrEnum):
    """Where a job stands; done, dead and cancelled are its ends."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"
    CANCELLED = "cancelled"


ENDED: Final = frozenset({JobStatus.DONE, JobStatus.DEAD, JobStatus.CANCELLED})


class LostJobError(BusyError):
    """Another worker has the job, or nobody wants it; nothing of this attempt may be kept."""

    code = "job-lost"

    def __init__(self, job: UUID) -> None:
        self.job = job
        super().__init__(
            f"Job {job} was taken over by another worker, or cancelled; this attempt leaves "
            "nothing behind."
        )


@dataclass(frozen=True, kw_only=True)
class Job:
    """A job as the worker that leased it sees it.

    Attributes
    ----------
    id : UUID
    kind : str
        What is to be done, as "subject.verb".
    args : mapping
        JSON that says about what.
    fence : int
        Grows with every lease. Whatever an attempt writes is written only while the fence is
        still its own, so that a worker thought dead cannot come back and write twice.
    attempts : int
        How often it was begun, this time included.
    max_attempts : int
        After so many it is given up.
    """

    id: UUID
    kind: str
    args: Mapping[str, Any]
    fence: int
    attempts: int
    max_attempts: int

    @property
    def is_last_attempt(self) -> bool:
        """Whether no further attempt follows this one."""
        return self.attempts >= self.max_attempts


def pause_after(attempts: int, *, jitter: float, longest: timedelta = LONGEST_PAUSE) -> timedelta:
    """Return how long to wait after a failed attempt: doubling up to a bound, spread out.

    Parameters
    ----------
    attempts : int
        How many attempts have failed, at least 1.
    jitter : float
        Anything in [0, 1); it spreads workers that failed together over half of the pause.
    longest : timedelta
        The bound; a minute unless the kind of job is more patient.
    """
    whole = min(longest.total_seconds(), 2.0**attempts)
    return timedelta(seconds=whole * (0.5 + jitter / 2))


def require_own(actor: Actor, *, asked_by: UUID | None) -> None:
    """Refuse whoever neither asked for a job nor looks after the registry.

    Evidence would otherwise be at the mercy of those whom it does not please.

    Raises
    ------
    ForbiddenError
        When somebody else asked for it.
    """
    if actor.id != asked_by and Role.ADMINISTRATOR not in actor.roles:
        raise ForbiddenError(
            "Somebody else asked for this job; they or an administrator may cancel it or have it "
            "done again."
        )


def require_open(status: JobStatus) -> None:
    """Refuse to cancel a job that has ended.

    Raises
    ------
    ConflictError
        When it has; what it did stays done.
    """
    if status in ENDED:
        raise ConflictError(f"The job is {status.value} already; there is nothing to cancel.")


def require_retriable(status: JobStatus) -> None:
    """Refuse to have a job done again that is under way, or has ended as it was to end.

    Raises
    ------
    ConflictError
        Says what can be done instead.
    """
    if status is JobStatus.RUNNING:
        raise ConflictError("A worker is at it; if that one falls silent, another takes over.")
    if status in {JobStatus.DONE, JobStatus.CANCELLED}:
        raise ConflictError(f"The job is {status.value}; ask for it anew where it is asked for.")
