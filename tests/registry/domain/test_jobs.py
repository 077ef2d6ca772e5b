"""Jobs: the pauses between attempts, and what a worker knows of its job."""

from datetime import timedelta
from uuid import UUID

import pytest

from registry.domain.jobs import ENDED, Job, JobStatus, LostJobError, pause_after


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
