"""Jobs as kept: leases, fences, retries, on both kinds of database."""

import threading
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from registry.domain.errors import NotFoundError
from registry.domain.jobs import Job, JobStatus, LostJobError
from registry.services.work import Workshop
from registry.store import jobs
from registry.store.jobs import JobRow
from tests.conftest import FrozenClock

LEASE = timedelta(seconds=30)


def ask(
    workshop: Workshop, key: str, *, max_attempts: int = 5, args: Mapping[str, Any] | None = None
) -> JobRow:
    """Ask for a job."""
    with workshop.begin(None) as work:
        return jobs.enqueue(
            work.session,
            "test.count",
            args or {},
            key,
            work.now(),
            work.new_id(),
            max_attempts=max_attempts,
        )


def claim(workshop: Workshop) -> Job | None:
    """Lease what is due."""
    with workshop.begin(None) as work:
        return jobs.claim(work.session, worker="one", now=work.now(), lease=LEASE)


def claimed(workshop: Workshop) -> Job:
    """Lease what must be due."""
    job = claim(workshop)
    assert job is not None
    return job


def row(workshop: Workshop, job: Job) -> JobRow:
    """Return a job as it stands."""
    with workshop.begin(None, reads=True) as work:
        return jobs.get(work.session, job.id)


class TestEnqueue:
    """Asking for work, in the transaction that needs it."""

    def test_same_key_is_one_job(self, workshop: Workshop) -> None:
        """Asking twice by one key gives the same job."""
        assert ask(workshop, "k").id == ask(workshop, "k").id

    def test_undone_with_its_transaction(self, workshop: Workshop) -> None:
        """A transaction that fails leaves no job."""

        def fail() -> None:
            with workshop.begin(None) as work:
                jobs.enqueue(work.session, "test.count", {}, "k", work.now(), work.new_id())
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail()
        assert claim(workshop) is None

    def test_two_at_once_are_one_job(self, workshop: Workshop) -> None:
        """Two threads that ask by one key at once get one job, and neither fails."""
        found: list[object] = []
        together = threading.Barrier(2)

        def race() -> None:
            together.wait()
            found.append(ask(workshop, "k").id)

        threads = [threading.Thread(target=race) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 2
        assert len(set(found)) == 1


class TestClaim:
    """Leasing."""

    def test_oldest_first(self, workshop: Workshop, clock: FrozenClock) -> None:
        """The job that has waited longest comes first."""
        first = ask(workshop, "first")
        clock.advance(seconds=1)
        ask(workshop, "second")
        assert claimed(workshop).id == first.id

    def test_leased_job_is_not_given_twice(self, workshop: Workshop) -> None:
        """While a lease holds nobody else gets the job."""
        ask(workshop, "k")
        claimed(workshop)
        assert claim(workshop) is None

    def test_silent_holder_loses_it(self, workshop: Workshop, clock: FrozenClock) -> None:
        """After the lease another worker gets the job under a higher fence."""
        ask(workshop, "k")
        first = claimed(workshop)
        clock.advance(seconds=31)
        second = claimed(workshop)
        assert (second.id, second.fence, second.attempts) == (first.id, first.fence + 1, 2)

    def test_two_workers_get_two_jobs(self, workshop: Workshop) -> None:
        """A job at which another transaction looks is skipped, or waited for on SQLite."""
        ask(workshop, "a")
        ask(workshop, "b")
        got: list[Job] = []
        together = threading.Barrier(2)

        def race() -> None:
            together.wait()
            got.append(claimed(workshop))

        threads = [threading.Thread(target=race) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len({job.id for job in got}) == 2

    def test_exhausted_is_not_claimed(self, workshop: Workshop, clock: FrozenClock) -> None:
        """A job that fell silent on its last attempt is for nobody to claim, and is named."""
        ask(workshop, "k", max_attempts=1)
        job = claimed(workshop)
        clock.advance(seconds=31)
        assert claim(workshop) is None
        with workshop.begin(None) as work:
            assert [one.id for one in jobs.exhausted(work.session, now=work.now())] == [job.id]


class TestHold:
    """Keeping a lease."""

    def test_prolongs(self, workshop: Workshop, clock: FrozenClock) -> None:
        """A lease that was prolonged after 20 of 30 seconds still holds after 40."""
        ask(workshop, "k")
        job = claimed(workshop)
        clock.advance(seconds=20)
        with workshop.begin(None) as work:
            jobs.hold(work.session, job, now=work.now(), lease=LEASE, step="counting", progress=0.4)
        clock.advance(seconds=20)
        assert claim(workshop) is None
        found = row(workshop, job)
        assert (found.step, found.progress) == ("counting", 0.4)


class TestFinish:
    """Ending a job."""

    def test_ends(self, workshop: Workshop) -> None:
        """A finished job is done, keeps its result, and is claimed no more."""
        ask(workshop, "k")
        job = claimed(workshop)
        with workshop.begin(None) as work:
            jobs.finish(work.session, job, now=work.now(), result={"n": 1})
        found = row(workshop, job)
        assert (found.status, found.result, found.progress) == (JobStatus.DONE, {"n": 1}, 1.0)
        assert claim(workshop) is None

    def test_overtaken_worker_leaves_nothing(self, workshop: Workshop, clock: FrozenClock) -> None:
        """What a worker wrote whose lease was taken over is undone with its transaction."""
        ask(workshop, "k")
        slow = claimed(workshop)
        clock.advance(seconds=31)
        quick = claimed(workshop)

        def finish_late() -> None:
            with workshop.begin(None) as work:
                jobs.enqueue(work.session, "effect", {}, "effect", work.now(), work.new_id())
                jobs.finish(work.session, slow, now=work.now(), result={})

        with pytest.raises(LostJobError):
            finish_late()
        with workshop.begin(None, reads=True) as work:
            assert jobs.by_key(work.session, "effect") is None
            assert jobs.get(work.session, quick.id).status is JobStatus.RUNNING

    def test_only_once(self, workshop: Workshop) -> None:
        """A job that has ended cannot be ended again by the same holder."""
        ask(workshop, "k")
        job = claimed(workshop)
        with workshop.begin(None) as work:
            jobs.finish(work.session, job, now=work.now(), result={})

        def again() -> None:
            with workshop.begin(None) as work:
                jobs.finish(work.session, job, now=work.now(), result={})

        with pytest.raises(LostJobError):
            again()


class TestPostpone:
    """Giving a job back."""

    def test_waits_its_pause(self, workshop: Workshop, clock: FrozenClock) -> None:
        """A job given back is due again after its pause and not before; it keeps the error."""
        ask(workshop, "k")
        job = claimed(workshop)
        with workshop.begin(None) as work:
            later = work.now() + timedelta(seconds=5)
            jobs.postpone(work.session, job, until=later, error="disk full")
            assert jobs.next_due(work.session) == later
        assert claim(workshop) is None
        clock.advance(seconds=5)
        assert claimed(workshop).attempts == 2
        assert row(workshop, job).error == "disk full"


class TestBury:
    """Giving a job up."""

    def test_dead(self, workshop: Workshop) -> None:
        """A buried job is dead, says why, and leaves nothing open."""
        ask(workshop, "k")
        job = claimed(workshop)
        with workshop.begin(None) as work:
            jobs.bury(work.session, job, now=work.now(), error="no use")
            assert jobs.next_due(work.session) is None
        assert (row(workshop, job).status, row(workshop, job).error) == (JobStatus.DEAD, "no use")


class TestWithdraw:
    """Taking a job back, whoever holds it."""

    def test_holder_loses_it(self, workshop: Workshop) -> None:
        """Whoever was at work on it cannot end it any more."""
        ask(workshop, "k")
        job = claimed(workshop)
        with workshop.begin(None) as work:
            jobs.withdraw(work.session, job.id, now=work.now(), error="too late")

        def finish() -> None:
            with workshop.begin(None) as work:
                jobs.finish(work.session, job, now=work.now(), result={})

        with pytest.raises(LostJobError):
            finish()
        assert row(workshop, job).status is JobStatus.DEAD

    def test_ended_job_stays(self, workshop: Workshop) -> None:
        """A job that is done stays done."""
        ask(workshop, "k")
        job = claimed(workshop)
        with workshop.begin(None) as work:
            jobs.finish(work.session, job, now=work.now(), result={})
        with workshop.begin(None) as work:
            jobs.withdraw(work.session, job.id, now=work.now(), error="too late")
        assert row(workshop, job).status is JobStatus.DONE

    def test_tells_whether(self, workshop: Workshop) -> None:
        """The first time it does, with the word that was given; the second time nothing is left."""
        ask(workshop, "k")
        job = claimed(workshop)
        for first in (True, False):
            with workshop.begin(None) as work:
                told = jobs.withdraw(
                    work.session,
                    job.id,
                    now=work.now(),
                    error="why",
                    status=JobStatus.CANCELLED,
                )
            assert told is first
        assert row(workshop, job).status is JobStatus.CANCELLED
        with pytest.raises(LostJobError), workshop.begin(None) as work:
            jobs.finish(work.session, job, now=work.now(), result={})


class TestGet:
    """Looking a job up."""

    def test_unknown(self, workshop: Workshop) -> None:
        """A job that is not there is an error that names the id."""
        with workshop.begin(None) as work:
            nobody = work.new_id()
            with pytest.raises(NotFoundError, match=str(nobody)):
                jobs.get(work.session, nobody)


class TestNewest:
    """The list."""

    def test_newest_first(self, workshop: Workshop, clock: FrozenClock) -> None:
        """The newest comes first, and the limit holds."""
        ask(workshop, "first")
        clock.advance(seconds=1)
        second = ask(workshop, "second")
        with workshop.begin(None, reads=True) as work:
            assert [job.id for job in jobs.newest(work.session, limit=1)] == [second.id]


class TestHasDue:
    """Looking without locking."""

    def test_due(self, workshop: Workshop, clock: FrozenClock) -> None:
        """A waiting job is due; a leased one is not until its holder falls silent."""
        seen: list[bool] = []
        for step in (lambda: ask(workshop, "k"), lambda: claim(workshop), lambda: None):
            if len(seen) == 2:
                clock.advance(seconds=31)
            step()
            with workshop.begin(None, reads=True) as work:
                seen.append(jobs.has_due(work.session, work.now()))
        assert seen == [True, False, True]


class TestReopen:
    """Letting a job be taken up again."""

    def test_counts_on(self, workshop: Workshop) -> None:
        """It is due at once, with so many attempts more, and its fence stays ahead."""
        ask(workshop, "k", max_attempts=1)
        job = claimed(workshop)
        with workshop.begin(None) as work:
            jobs.bury(work.session, job, now=work.now(), error="full disk")
            assert jobs.reopen(work.session, job.id, now=work.now(), attempts=2)
        again = claimed(workshop)
        assert (again.attempts, again.max_attempts) == (2, 3)
        assert again.fence > job.fence

    def test_running_stays(self, workshop: Workshop) -> None:
        """A job that somebody holds is left alone."""
        ask(workshop, "k")
        job = claimed(workshop)
        with workshop.begin(None) as work:
            assert not jobs.reopen(work.session, job.id, now=work.now(), attempts=2)
        assert row(workshop, job).status is JobStatus.RUNNING
