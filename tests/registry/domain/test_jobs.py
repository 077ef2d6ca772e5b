"""Jobs: the pauses between attempts, and what a worker knows of its job."""

from datetime import timedelta
from uuid import UUID

import pytest

from registry.domain.errors import ConflictError, ForbiddenError
from registry.domain.jobs import (
    ENDED,
    Job,
    JobStatus,
    LostJobError,
    pause_after,
    require_open,
    require_own,
    require_retriable,
)
from registry.domain.people import Actor, Role


def job(**changes: int) -> Job:
    """Return a leased job."""
    known = {"fence": 1, "attempts": 1, "max_attempts": 5} | changes
    return Job(id=UUID(int=1), kind="test.count", args={}, **known)


class TestPauseAfter:
    """Doubling from two seconds, spread over the upper half, at most a minute."""

    @pytest.mark.parametrize(
        ("attempts", "jitter", "seconds"),
        [(1, 0.0, 1.0), (1, 0.5, 1.5), (3, 0.0, 4.0), (6, 0.0, 30.0), (50, 0.5, 45.0)],
    )
    def test_hand_worked(self, attempts: int, jitter: float, seconds: float) -> None:
        """2^attempts, but at most 60 seconds, times one half plus half the jitter."""
        assert pause_after(attempts, jitter=jitter) == timedelta(seconds=seconds)


class TestJob:
    """What a worker knows of its job."""

    def test_last_attempt(self) -> None:
        """The fifth of five is the last."""
        assert job(attempts=5).is_last_attempt

    def test_earlier_attempt(self) -> None:
        """The fourth of five is not."""
        assert not job(attempts=4).is_last_attempt


class TestJobStatus:
    """The words."""

    def test_ends(self) -> None:
        """A job that waits or runs has not ended."""
        assert set(JobStatus) - ENDED == {JobStatus.QUEUED, JobStatus.RUNNING}


class TestLostJobError:
    """What a slow worker is told."""

    def test_names_the_job(self) -> None:
        """The sentence names the job, the attribute too."""
        error = LostJobError(UUID(int=7))
        assert str(UUID(int=7)) in str(error)
        assert error.job == UUID(int=7)


def actor(*roles: Role) -> Actor:
    """Return a signed-in person."""
    return Actor(id=UUID(int=7), login="a", name="A", roles=frozenset(roles), via="session")


class TestRequireOwn:
    """Whose a job is."""

    @pytest.mark.parametrize(
        ("roles", "asked_by"),
        [
            ((Role.DATA_STEWARD,), UUID(int=7)),
            ((Role.ADMINISTRATOR,), UUID(int=8)),
            ((Role.ADMINISTRATOR,), None),
        ],
    )
    def test_own(self, roles: tuple[Role, ...], asked_by: UUID | None) -> None:
        """Whoever asked for it may, and so may an administrator."""
        require_own(actor(*roles), asked_by=asked_by)

    @pytest.mark.parametrize("asked_by", [UUID(int=8), None])
    def test_another(self, asked_by: UUID | None) -> None:
        """Nobody else may, whatever their role."""
        with pytest.raises(ForbiddenError):
            require_own(actor(*set(Role) - {Role.ADMINISTRATOR}), asked_by=asked_by)


class TestRequireOpen:
    """What can be cancelled."""

    @pytest.mark.parametrize("status", list(JobStatus))
    def test_every_status(self, status: JobStatus) -> None:
        """What has ended cannot; what waits or runs can."""
        if status in ENDED:
            with pytest.raises(ConflictError, match=f"is {status.value} already"):
                require_open(status)
        else:
            require_open(status)


class TestRequireRetriable:
    """What can be done again."""

    @pytest.mark.parametrize("status", list(JobStatus))
    def test_every_status(self, status: JobStatus) -> None:
        """What was given up, and what waits."""
        if status in {JobStatus.DEAD, JobStatus.QUEUED}:
            require_retriable(status)
        else:
            with pytest.raises(ConflictError):
                require_retriable(status)
