"""Jobs: who may cancel one or have it done again, and what follows from it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from registry.domain.errors import ConflictError, ForbiddenError, NotFoundError, NotSignedInError
from registry.domain.jobs import MAX_ATTEMPTS, Job, JobStatus, LostJobError
from registry.domain.people import Role
from registry.faces import worker
from registry.faces.api.jobs import WISHES
from registry.faces.worker import Report
from registry.services import audit, cards, evidence, jobs
from registry.services.work import Workshop
from registry.store import jobs as kept
from registry.store.jobs import JobRow
from tests.conftest import FrozenClock
from tests.factories.evidence import hand_in, make_evidence, make_signed_protocol, shown
from tests.factories.people import Registry
from tests.factories.reviews import make_case

WHY = "The export was of the wrong year."


@pytest.fixture
def waiting(registry: Registry) -> UUID:
    """Return evidence that the data steward handed in and nobody measured yet."""
    return hand_in(registry, make_signed_protocol(registry))


def job_of(registry: Registry, evidence_id: UUID) -> UUID:
    """Return the job that measures evidence."""
    return UUID(shown(registry, evidence_id)["job"])


def found(registry: Registry, job: UUID) -> JobRow:
    """Return a job as it stands."""
    with registry.work(Role.AUDITOR) as work:
        return jobs.show(work, job)


def cancel(registry: Registry, job: UUID, role: Role = Role.DATA_STEWARD) -> JobRow:
    """Cancel a job as a role's person."""
    person = registry.people[role]
    return jobs.cancel(registry.workshop, person, job, why=WHY, wishes=WISHES)


def retry(registry: Registry, job: UUID, role: Role = Role.DATA_STEWARD) -> JobRow:
    """Have a job done again as a role's person."""
    with registry.work(role) as work:
        return jobs.retry(work, job, wishes=WISHES)


def acts(registry: Registry) -> list[dict[str, Any]]:
    """Return the whole trail."""
    with registry.work(Role.AUDITOR) as work:
        return audit.read(work, start=0, limit=1000)


def end(registry: Registry, job: UUID, status: JobStatus) -> None:
    """Let a job have ended somehow."""
    with registry.workshop.begin(None) as work:
        kept.withdraw(work.session, job, now=work.now(), error="so it was", status=status)


class TestWishes:
    """The table of what follows from a wish."""

    def test_every_kind(self) -> None:
        """Each kind that a worker does can be cancelled."""
        assert set(WISHES) == set(worker.KINDS)


class TestCancel:
    """Ending a job that waits or runs."""

    def test_waiting(self, registry: Registry, waiting: UUID) -> None:
        """The job is cancelled, the evidence refused, the rows gone, and no worker finds it."""
        job = job_of(registry, waiting)
        ended = cancel(registry, job)
        assert (ended.status, ended.ended_at) == (JobStatus.CANCELLED, registry.workshop.clock())
        after = shown(registry, waiting)
        assert after["state"] == "refused"
        assert WHY in str(after["refusal"])
        assert after["table"]["deleted_at"] is not None
        assert list(registry.workshop.staging.path("a").parent.iterdir()) == []
        assert worker.drain(registry.workshop) == 0

    def test_on_the_trail(self, registry: Registry, waiting: UUID) -> None:
        """Who, why and as what it stood; the evidence's refusal and the rows' end follow."""
        job = job_of(registry, waiting)
        cancel(registry, job)
        told = {one["act"]: one for one in acts(registry)[-3:]}
        assert set(told) == {"job.cancelled", "evidence.refused", "table.deleted"}
        assert told["job.cancelled"]["why"] == WHY
        assert told["job.cancelled"]["before"]["status"] == "queued"
        assert told["evidence.refused"]["after"] == {"code": "cancelled"}

    def test_running(self, registry: Registry, waiting: UUID) -> None:
        """A worker hears of it at its next checkpoint, and nothing of its attempt is kept."""
        job = job_of(registry, waiting)
        heard: list[str] = []

        def robbed(workshop: Workshop, leased: Job, report: Report) -> None:
            cancel(registry, job)
            try:
                with workshop.begin(None) as work:
                    kept.finish(work.session, leased, now=work.now(), result={"n": 1})
            except LostJobError as lost:
                heard.append(str(lost))
                raise
            report("never", 1.0)

        kinds = {
            evidence.JOB: worker.Kind(run=robbed, abandon=evidence.abandon, tidy=evidence.sweep)
        }
        assert worker.run_one(registry.workshop, kinds=kinds) is True
        assert len(heard) == 1
        assert "or cancelled" in heard[0]
        after = found(registry, job)
        assert (after.status, after.result, after.attempts) == (JobStatus.CANCELLED, None, 1)

    def test_real_measuring_is_cut_short(self, registry: Registry, waiting: UUID) -> None:
        """Cancelled between counting and keeping, a real table leaves no evidence."""
        job = job_of(registry, waiting)
        steps: list[str] = []

        def measured(workshop: Workshop, leased: Job, report: Report) -> None:
            def watched(step: str, share: float) -> None:
                if step == "computing":
                    cancel(registry, job)
                steps.append(step)
                report(step, share)

            worker.KINDS[evidence.JOB].run(workshop, leased, watched)

        kinds = {
            evidence.JOB: worker.Kind(run=measured, abandon=evidence.abandon, tidy=evidence.sweep)
        }
        worker.run_one(registry.workshop, kinds=kinds)
        assert "computing" in steps
        assert shown(registry, waiting)["state"] == "refused"
        assert "evidence.attached" not in {one["act"] for one in acts(registry)}
        assert found(registry, job).status is JobStatus.CANCELLED

    def test_ended(self, registry: Registry) -> None:
        """What is done stays done."""
        made = make_evidence(registry, make_signed_protocol(registry))
        with pytest.raises(ConflictError, match="done already"):
            cancel(registry, job_of(registry, made))
        assert shown(registry, made)["state"] == "attached"

    def test_twice(self, registry: Registry, waiting: UUID) -> None:
        """A second cancellation is refused and adds nothing to the trail."""
        job = job_of(registry, waiting)
        cancel(registry, job)
        entries = len(acts(registry))
        with pytest.raises(ConflictError, match="cancelled already"):
            cancel(registry, job)
        assert len(acts(registry)) == entries

    def test_somebody_elses(self, registry: Registry, waiting: UUID) -> None:
        """A model's owner cannot make a steward's table vanish; an administrator can."""
        job = job_of(registry, waiting)
        with pytest.raises(ForbiddenError, match="Somebody else asked"):
            cancel(registry, job, Role.MODEL_OWNER)
        assert cancel(registry, job, Role.ADMINISTRATOR).status is JobStatus.CANCELLED

    def test_who_may_not(self, registry: Registry, waiting: UUID) -> None:
        """An auditor changes nothing, and nobody may nothing."""
        job = job_of(registry, waiting)
        with pytest.raises(ForbiddenError):
            cancel(registry, job, Role.AUDITOR)
        with pytest.raises(NotSignedInError):
            jobs.cancel(registry.workshop, None, job, why=WHY, wishes=WISHES)

    def test_not_there(self, registry: Registry) -> None:
        """An unknown job is not found."""
        with pytest.raises(NotFoundError):
            cancel(registry, UUID(int=9))

    def test_a_kind_without_a_wish(self, registry: Registry) -> None:
        """A job of which nobody is known to have asked is an administrator's."""
        with registry.workshop.begin(None) as work:
            job = kept.enqueue(work.session, "test.count", {}, "k", work.now(), work.new_id()).id
        with pytest.raises(ForbiddenError):
            cancel(registry, job)
        assert cancel(registry, job, Role.ADMINISTRATOR).status is JobStatus.CANCELLED


class TestRetry:
    """Having a job done again."""

    def test_a_pause_is_cut_short(
        self, registry: Registry, waiting: UUID, clock: FrozenClock
    ) -> None:
        """What waits after a failure is due at once, with all its attempts anew."""
        job = job_of(registry, waiting)
        with registry.workshop.begin(None) as work:
            leased = kept.claim(work.session, worker="x", now=work.now(), lease=timedelta(1))
            assert leased is not None
            kept.postpone(
                work.session, leased, until=clock() + timedelta(hours=1), error="full disk"
            )
        assert worker.run_one(registry.workshop) is False
        again = retry(registry, job)
        assert (again.status, again.attempts) == (JobStatus.QUEUED, 1)
        assert again.max_attempts == 1 + MAX_ATTEMPTS
        worker.run_one(registry.workshop)
        assert shown(registry, waiting)["state"] == "attached"
        assert acts(registry)[-3]["act"] == "job.retried"

    def test_dead_with_its_rows(self, registry: Registry, waiting: UUID) -> None:
        """A job that an older worker gave up, not knowing its kind, is done by a newer one."""
        job = job_of(registry, waiting)
        end(registry, job, JobStatus.DEAD)
        assert shown(registry, waiting)["state"] == "waiting"
        retry(registry, job)
        worker.drain(registry.workshop)
        assert shown(registry, waiting)["state"] == "attached"
        assert found(registry, job).status is JobStatus.DONE

    def test_dead_without_its_rows(self, registry: Registry, waiting: UUID) -> None:
        """Where the rows are gone the table must be uploaded again."""
        job = job_of(registry, waiting)
        end(registry, job, JobStatus.DEAD)
        for staged in registry.workshop.staging.path("a").parent.iterdir():
            staged.unlink()
        with pytest.raises(ConflictError, match="upload the table again"):
            retry(registry, job)

    def test_given_up(self, registry: Registry, waiting: UUID) -> None:
        """Evidence that was refused with its job stays refused."""
        job = job_of(registry, waiting)
        with registry.workshop.begin(None) as work:
            leased = kept.claim(work.session, worker="x", now=work.now(), lease=timedelta(1))
            assert leased is not None
            kept.bury(work.session, leased, now=work.now(), error="full disk")
            evidence.abandon(work, leased, "full disk")
        with pytest.raises(ConflictError, match="is refused and its rows are not kept"):
            retry(registry, job)

    @pytest.mark.parametrize("status", [JobStatus.DONE, JobStatus.CANCELLED])
    def test_ended_as_it_was_to_end(
        self, registry: Registry, waiting: UUID, status: JobStatus
    ) -> None:
        """What is done or cancelled is asked for anew, not done again."""
        job = job_of(registry, waiting)
        end(registry, job, status)
        with pytest.raises(ConflictError, match="ask for it anew"):
            retry(registry, job)

    def test_running(self, registry: Registry, waiting: UUID) -> None:
        """What a worker is at is left to it."""
        with registry.workshop.begin(None) as work:
            kept.claim(work.session, worker="x", now=work.now(), lease=timedelta(1))
        with pytest.raises(ConflictError, match="A worker is at it"):
            retry(registry, job_of(registry, waiting))

    def test_who_may_not(self, registry: Registry, waiting: UUID) -> None:
        """Another's job is not retried, and an auditor retries none."""
        job = job_of(registry, waiting)
        for role in (Role.MODEL_OWNER, Role.AUDITOR):
            with pytest.raises(ForbiddenError):
                retry(registry, job, role)


class TestCards:
    """A card that nobody wants, and one that is wanted after all."""

    def test_there_and_back(self, workshop: Workshop) -> None:
        """Who asked for a card may cancel it; asked for anew it is another job."""
        case = make_case(workshop)
        case.open()
        registry = case.registry
        with registry.work(Role.MODEL_OWNER) as work:
            job = cards.issue(work, "heart-cad/1").id
        assert cancel(registry, job, Role.MODEL_OWNER).status is JobStatus.CANCELLED
        with registry.work(Role.MODEL_OWNER) as work:
            again = cards.issue(work, "heart-cad/1").id
        assert again != job
        end(registry, again, JobStatus.DEAD)
        assert retry(registry, again, Role.MODEL_OWNER).status is JobStatus.QUEUED

    def test_of_a_decision(self, workshop: Workshop) -> None:
        """A card that was asked for by no person is an administrator's to cancel."""
        registry = make_case(workshop).registry
        args = {"version": str(UUID(int=1)), "asked_by": None}
        with workshop.begin(None) as work:
            job = kept.enqueue(work.session, cards.JOB, args, "k", work.now(), work.new_id()).id
        with pytest.raises(ForbiddenError):
            cancel(registry, job, Role.MODEL_OWNER)
        assert cancel(registry, job, Role.ADMINISTRATOR).status is JobStatus.CANCELLED


def _measured(registry: Registry, clock: FrozenClock, job: UUID) -> None:
    del clock, job
    worker.run_one(registry.workshop)


def _failed(registry: Registry, clock: FrozenClock, job: UUID) -> None:
    """Let a worker fail in a way in which every attempt would."""

    def fail(workshop: Workshop, job: Job, report: Report) -> None:
        del workshop, job, report
        raise ConflictError("no use in trying again")

    del clock, job
    kinds = {evidence.JOB: replace(worker.KINDS[evidence.JOB], run=fail)}
    worker.run_one(registry.workshop, kinds=kinds)


def _fallen_silent(registry: Registry, clock: FrozenClock, job: UUID) -> None:
    """Let every attempt be begun and none ended."""
    for _ in range(MAX_ATTEMPTS):
        with registry.workshop.begin(None) as work:
            kept.claim(work.session, worker="x", now=work.now(), lease=timedelta(minutes=1))
        clock.advance(minutes=2)
    worker.run_one(registry.workshop)
    assert found(registry, job).status is JobStatus.DEAD


def _overdue(registry: Registry, clock: FrozenClock, job: UUID) -> None:
    """Let a day pass."""
    del job
    clock.advance(hours=25)
    evidence.sweep(registry.workshop)


def _cancelled(registry: Registry, clock: FrozenClock, job: UUID) -> None:
    del clock
    cancel(registry, job)


class TestOrder:
    """In which order evidence and its job are written, whoever ends them."""

    @pytest.mark.parametrize("end", [_measured, _failed, _fallen_silent, _overdue, _cancelled])
    def test_evidence_before_its_job(
        self,
        registry: Registry,
        waiting: UUID,
        clock: FrozenClock,
        end: Callable[[Registry, FrozenClock, UUID], None],
    ) -> None:
        """Two transactions that wrote in different orders could wait for each other for ever."""
        transactions: list[list[str]] = []

        def begun(connection: object) -> None:
            del connection
            transactions.append([])

        def written(*arguments: object) -> None:
            words = str(arguments[2]).split()
            if words[0] == "UPDATE" and words[1] in {"evidence", "jobs"}:
                transactions[-1].append(words[1])

        engine = registry.workshop.engine
        event.listen(engine, "begin", begun)
        event.listen(engine, "before_cursor_execute", written)
        end(registry, clock, job_of(registry, waiting))
        both = [tables for tables in transactions if {"evidence", "jobs"} <= set(tables)]
        assert [tables[0] for tables in both] == ["evidence"]
        assert shown(registry, waiting)["state"] != "waiting"
