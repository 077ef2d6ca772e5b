"""Jobs: the words of durable work, and when a failed attempt is made again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from registry.domain.errors import BusyError

LEASE: Final = timedelta(seconds=30)
MAX_ATTEMPTS: Final = 5
_LONGEST_PAUSE: Final = 60.0


class JobStatus(StrEnum):
    """Where a job stands; done and dead are its ends."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


ENDED: Final = frozenset({JobStatus.DONE, JobStatus.DEAD})


class LostJobError(BusyError):
    """Another worker has taken the job over; nothing of this attempt may be kept."""

    code = "job-lost"

    def __init__(self, job: UUID) -> None:
        self.job = job
        super().__init__(
            f"Another worker has taken over job {job}; this attempt leaves nothing behind."
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


def pause_after(attempts: int, *, jitter: float) -> timedelta:
    """Return how long to wait after a failed attempt: doubling, at most a minute, spread out.

    Parameters
    ----------
    attempts : int
        How many attempts have failed, at least 1.
    jitter : float
        Anything in [0, 1); it spreads workers that failed together over half of the pause.
    """
    whole = min(_LONGEST_PAUSE, 2.0**attempts)
    return timedelta(seconds=whole * (0.5 + jitter / 2))
