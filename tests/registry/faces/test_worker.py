"""Worker: each job to its end, exactly once, whatever becomes of the workers."""

import dataclasses
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from registry.domain.errors import BusyError
from registry.domain.jobs import Job, JobStatus, LostJobError
from registry.faces import worker
from registry.faces.worker import Kind, Report
from registry.services import cards, evidence, notices, reviews, safety_cases
from registry.services.work import Work, Workshop
from registry.store import audit, jobs
from registry.store.jobs import JobRow
from reports.errors import FontsMissingError, SealAwayError
from tests.conftest import FrozenClock

ROOT = Path(__file__).resolve().parents[3]


class Fakes:
    """A kind of job that does what it is told, and what was abandoned of it."""

    def __init__(self, run: Callable[[Workshop, Job, Report], None]) -> None:
        self.abandoned: list[str] = []
        self.tidied = 0
        self.kinds = {"test.count": Kind(run=run, abandon=self.abandon, tidy=self.tidy)}

    def abandon(self, work: Work, job: Job, error: str) -> None:
        """Remember that a job was given up."""
        del work, job
        self.abandoned.append(error)

    def tidy(self, workshop: Workshop) -> None:
        """Remember that it was cleaned up after."""
        del workshop
        self.tidied += 1


def finish(workshop: Workshop, job: Job, report: Report) -> None:
    """End a job at once."""
    report("counting", 0.5)
    with workshop.begin(None) as work:
        jobs.finish(work.session, job, now=work.now(), result={"n": 1})


def fail(workshop: Workshop, job: Job, report: Report) -> None:
    """Fail as a full disk does."""
    del workshop, job, report
    raise OSError("no space left on device")


def ask(workshop: Workshop, *, max_attempts: int = 3, kind: str = "test.count") -> UUID:
    """Ask for a job and return its id."""
    with workshop.begin(None) as work:
        new = work.new_id()
        return jobs.enqueue(
            work.session, kind, {}, str(new), work.now(), new, max_attempts=max_attempts
        ).id


def found(workshop: Workshop, job: UUID) -> JobRow:
    """Return a job as it stands."""
    with workshop.begin(None, reads=True) as work:
        return jobs.get(work.session, job)


class TestKinds:
    """The table of what a worker knows to do."""

    def test_every_kind(self) -> None:
        """Tables are measured, papers printed, notices sent, what speaks against use found."""
        asked = {evidence.JOB, cards.JOB, reviews.JOB, notices.JOB, safety_cases.JOB}
        assert set(worker.KINDS) == asked


class TestRunOne:
    """One job."""

    def test_nothing_due(self, workshop: Workshop) -> None:
        """Without a job there is nothing to do."""
        assert worker.run_one(workshop) is False

    def test_to_its_end(self, workshop: Workshop) -> None:
        """A job that is due is done, with its result."""
        job = ask(workshop)
        assert worker.run_one(workshop, kinds=Fakes(finish).kinds) is True
        assert (found(workshop, job).status, found(workshop, job).result) == (
            JobStatus.DONE,
            {"n": 1},
        )

    def test_failure_is_tried_again_later(self, workshop: Workshop, clock: FrozenClock) -> None:
        """A failed attempt waits its pause with its error, and then succeeds."""
        job = ask(workshop)
        worker.run_one(workshop, kinds=Fakes(fail).kinds)
        assert found(workshop, job).error == "OSError: no space left on device"
        assert worker.run_one(workshop, kinds=Fakes(finish).kinds) is False
        clock.advance(seconds=2)
        worker.run_one(workshop, kinds=Fakes(finish).kinds)
        after = found(workshop, job)
        assert (after.status, after.attempts, after.error) == (JobStatus.DONE, 2, None)

    def test_a_refusal_of_our_own_is_not_tried_again(self, workshop: Workshop) -> None:
        """Missing fonts stay missing: the job is given up at once, with the sentence for people."""

        def refuse(workshop: Workshop, job: Job, report: Report) -> None:
            del workshop, job, report
            raise FontsMissingError(["Inter-Regular.ttf"], folder="here")

        job = ask(workshop)
        worker.run_one(workshop, kinds=Fakes(refuse).kinds)
        after = found(workshop, job)
        assert (after.status, after.attempts) == (JobStatus.DEAD, 1)
        assert str(after.error).startswith("The card's fonts are missing from here")

    @pytest.mark.parametrize(
        "error", [BusyError("The database is busy."), SealAwayError("The server is away.")]
    )
    def test_what_passes_is_tried_again(self, workshop: Workshop, error: Exception) -> None:
        """Somebody else's lock passes, and a timestamp server comes back."""

        def wait(workshop: Workshop, job: Job, report: Report) -> None:
            del workshop, job, report
            raise error

        job = ask(workshop)
        worker.run_one(workshop, kinds=Fakes(wait).kinds)
        assert found(workshop, job).status is JobStatus.QUEUED

    def test_last_failure_gives_it_up(self, workshop: Workshop) -> None:
        """After the last attempt the job is dead, and what follows from that is recorded."""
        fakes = Fakes(fail)
        job = ask(workshop, max_attempts=1)
        worker.run_one(workshop, kinds=fakes.kinds)
        assert found(workshop, job).status is JobStatus.DEAD
        assert fakes.abandoned == ["OSError: no space left on device"]
        assert fakes.tidied == 1

    def test_silent_on_the_last_attempt(self, workshop: Workshop, clock: FrozenClock) -> None:
        """A job whose last worker died is given up by the next one that looks."""
        fakes = Fakes(finish)
        job = ask(workshop, max_attempts=1)
        with workshop.begin(None) as work:
            jobs.claim(work.session, worker="x", now=work.now(), lease=timedelta(seconds=1))
        clock.advance(seconds=2)
        assert worker.run_one(workshop, kinds=fakes.kinds) is False
        assert found(workshop, job).status is JobStatus.DEAD
        assert fakes.abandoned == ["The worker fell silent during the last attempt."]

    def test_unknown_kind(self, workshop: Workshop) -> None:
        """A kind that this release does not know waits for a worker that does."""
        job = ask(workshop, kind="test.unknown")
        worker.run_one(workshop)
        assert found(workshop, job).status is JobStatus.QUEUED
        assert "does not know the job" in str(found(workshop, job).error)

    def test_unknown_kind_is_given_up_in_the_end(self, workshop: Workshop) -> None:
        """Nobody knows it: after the last attempt it is dead."""
        job = ask(workshop, kind="test.unknown", max_attempts=1)
        worker.run_one(workshop)
        assert found(workshop, job).status is JobStatus.DEAD

    def test_overtaken(self, workshop: Workshop, clock: FrozenClock) -> None:
        """A worker whose job was taken over leaves the other's lease alone."""

        def slow(workshop: Workshop, job: Job, report: Report) -> None:
            clock.advance(minutes=5)
            with workshop.begin(None) as work:
                jobs.claim(work.session, worker="y", now=work.now(), lease=timedelta(minutes=1))
            finish(workshop, job, report)

        job = ask(workshop)
        assert worker.run_one(workshop, kinds=Fakes(slow).kinds) is True
        after = found(workshop, job)
        assert (after.status, after.worker, after.error) == (JobStatus.RUNNING, "y", None)

    def test_overtaken_and_failing(self, workshop: Workshop, clock: FrozenClock) -> None:
        """A worker that lost its job and then fails does not give the other's job back."""

        def slow(workshop: Workshop, job: Job, report: Report) -> None:
            clock.advance(minutes=5)
            with workshop.begin(None) as work:
                jobs.claim(work.session, worker="y", now=work.now(), lease=timedelta(minutes=1))
            fail(workshop, job, report)

        job = ask(workshop)
        worker.run_one(workshop, kinds=Fakes(slow).kinds)
        assert found(workshop, job).status is JobStatus.RUNNING


class TestHeartbeat:
    """Keeping a lease while the work goes on."""

    def test_tells_how_far(self, workshop: Workshop) -> None:
        """What is reported can be read while the job runs."""
        job = ask(workshop)
        seen: list[tuple[str, float]] = []

        def watched(workshop: Workshop, leased: Job, report: Report) -> None:
            report("counting", 0.25)
            deadline = time.monotonic() + 10
            while time.monotonic() < deadline and not seen:
                row = found(workshop, job)
                if row.step:
                    seen.append((row.step, row.progress))
                time.sleep(0.05)
            finish(workshop, leased, report)

        worker.run_one(workshop, kinds=Fakes(watched).kinds)
        assert seen == [("counting", 0.25)]

    def test_lost_lease_ends_the_attempt(self, workshop: Workshop) -> None:
        """Who has lost a job hears of it at the next report and stops."""
        job = ask(workshop)
        heard: list[bool] = []

        def robbed(workshop: Workshop, leased: Job, report: Report) -> None:
            with workshop.begin(None) as work:
                jobs.withdraw(work.session, leased.id, now=work.now(), error="withdrawn")
            deadline = time.monotonic() + 10
            try:
                while time.monotonic() < deadline:
                    report(f"counting {time.monotonic()}", 0.1)
                    time.sleep(0.05)
            except LostJobError:
                heard.append(True)
                raise

        worker.run_one(workshop, kinds=Fakes(robbed).kinds)
        assert heard == [True]
        assert found(workshop, job).error == "withdrawn"

    def test_outlives_its_first_lease(self, workshop: Workshop) -> None:
        """A lease of 0.6 s is prolonged every 0.2 s, so that no other worker sees it run out."""
        real = dataclasses.replace(workshop, clock=lambda: datetime.now(UTC))
        ask(real)
        other: list[bool] = []

        def long(workshop: Workshop, job: Job, report: Report) -> None:
            time.sleep(1.5)
            with workshop.begin(None, reads=True) as work:
                other.append(jobs.has_due(work.session, work.now()))
            finish(workshop, job, report)

        worker.run_one(real, lease=timedelta(seconds=0.6), kinds=Fakes(long).kinds)
        assert other == [False]


class TestRun:
    """A worker that goes on until told to stop."""

    def test_takes_up_what_comes(self, workshop: Workshop) -> None:
        """A job asked for while the worker runs is taken up; told to stop, the worker ends."""
        stop = threading.Event()
        thread = threading.Thread(target=worker.run, args=(workshop, stop))
        thread.start()
        job = ask(workshop, kind="test.unknown", max_attempts=1)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and found(workshop, job).status is not JobStatus.DEAD:
            time.sleep(0.02)
        stop.set()
        thread.join(timeout=10)
        assert found(workshop, job).status is JobStatus.DEAD
        assert not thread.is_alive()

    def test_trouble_is_not_the_end(
        self, workshop: Workshop, caplog: pytest.LogCaptureFixture
    ) -> None:
        """A worker whose database fails says so and goes on waiting to be told to stop."""
        broken = dataclasses.replace(workshop, clock=_broken_clock)
        stop = threading.Event()
        thread = threading.Thread(target=worker.run, args=(broken, stop))
        thread.start()
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline and "in trouble" not in caplog.text:
            time.sleep(0.02)
        assert thread.is_alive()
        stop.set()
        thread.join(timeout=10)
        assert not thread.is_alive()
        assert "in trouble" in caplog.text


def _broken_clock() -> datetime:
    """Fail as a machine in trouble does."""
    raise OSError("no clock")


class TestDrain:
    """Every open job to its end."""

    def test_waits_out_the_pauses(self, workshop: Workshop) -> None:
        """An attempt that fails is made again after its pause, until the job has ended."""
        real = dataclasses.replace(workshop, clock=lambda: datetime.now(UTC))
        job = ask(real, kind="test.unknown", max_attempts=2)
        assert worker.drain(real) == 2
        assert found(real, job).status is JobStatus.DEAD


class Killing:
    """Workers in processes of their own that are killed while they hold a job."""

    def __init__(self, workshop: Workshop, database: str, home: Path) -> None:
        self.workshop = workshop
        self.command = [
            sys.executable, "-m", "tests.registry.faces.counting_worker", database, str(home),
        ]  # fmt: skip

    def start(self) -> "subprocess.Popen[bytes]":
        """Start a worker."""
        return subprocess.Popen(self.command, cwd=ROOT)

    def kill_holder(self, *, after: float = 0.0) -> None:
        """Start a worker, wait until it holds a job that is not a dead one's, and kill it."""
        with self.workshop.begin(None, reads=True) as work:
            before = {job.id: job.fence for job in jobs.newest(work.session, limit=50)}
        process = self.start()
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with self.workshop.begin(None, reads=True) as work:
                now = jobs.newest(work.session, limit=50)
            if any(j.status is JobStatus.RUNNING and j.fence > before[j.id] for j in now):
                break
            time.sleep(0.01)
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)

    def nothing_open(self) -> bool:
        """Tell whether every job has ended."""
        with self.workshop.begin(None, reads=True) as work:
            return jobs.next_due(work.session) is None

    def finish_all(self) -> None:
        """Let one worker live until nothing is open."""
        process = self.start()
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and not self.nothing_open():
            time.sleep(0.05)
        process.kill()
        process.wait(timeout=10)


class TestKill:
    """kill -9 while a job is held, again and again."""

    def test_effects_happen_once(self, workshop: Workshop, database: str, tmp_path: Path) -> None:
        """Three jobs, two killed workers: each job's effect is on the trail exactly once."""
        real = dataclasses.replace(workshop, clock=lambda: datetime.now(UTC))
        asked = {ask(real, max_attempts=20) for _ in range(3)}
        killing = Killing(real, database, tmp_path / "home")
        for _ in range(2):
            killing.kill_holder()
        killing.finish_all()
        self.require_one_effect_each(workshop, asked)

    @pytest.mark.soak
    def test_a_hundred_kills(self, workshop: Workshop, database: str, tmp_path: Path) -> None:
        """A hundred workers killed at any moment of a job of 0.4 s, or just after its end."""
        real = dataclasses.replace(workshop, clock=lambda: datetime.now(UTC))
        killing = Killing(real, database, tmp_path / "home")
        moments = np.random.default_rng(20261123).uniform(0, 0.7, size=100)
        asked = set()
        for after in moments:
            if killing.nothing_open():
                asked |= {ask(real, max_attempts=50) for _ in range(2)}
            killing.kill_holder(after=float(after))
        killing.finish_all()
        self.require_one_effect_each(workshop, asked)

    @staticmethod
    def require_one_effect_each(workshop: Workshop, asked: set[UUID]) -> None:
        """Require that every job was done, some were taken up again, and each has one effect."""
        done = [found(workshop, job) for job in asked]
        assert {job.status for job in done} == {JobStatus.DONE}
        assert sum(job.attempts for job in done) > len(done), "no kill hit a running job"
        with workshop.begin(None, reads=True) as work:
            entries = [json.loads(bytes(body)) for _, body, _ in audit.entries(work.session)]
        counted = [e["subject"] for e in entries if e["act"] == "artifact.kept"]
        assert sorted(counted) == sorted(str(job) for job in asked)
