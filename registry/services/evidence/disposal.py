"""Disposal: uploaded rows leave staging when their job ends, or a day passes, also after a crash.

A file is deleted in the transaction that writes its deletion on the trail. A crash in between
leaves the record open, and the next sweep does it again: deleting twice is harmless.
"""

from datetime import timedelta
from uuid import UUID

from registry.domain.errors import ConflictError, RegistryError
from registry.domain.evidence import EvidenceState
from registry.domain.jobs import Job
from registry.domain.people import Actor
from registry.domain.trail import Act
from registry.services.work import Work, Workshop
from registry.store import evidence, jobs
from registry.store.jobs import JobRow
from validation.errors import TableError, ValidationError

JOB = "evidence.assess"


def subject(evidence_id: UUID) -> str:
    """Return the name of evidence on the trail."""
    return f"evidence {evidence_id}"


def discard(workshop: Workshop, evidence_id: UUID) -> None:
    """Delete the staged rows of evidence, and say so on the trail, once."""
    with workshop.begin(None) as work:
        row = evidence.get(work.session, evidence_id)
        if evidence.mark_table_deleted(work.session, evidence_id, at=work.now()):
            work.staging.delete(row.staged)
            work.record(
                Act.TABLE_DELETED,
                subject=subject(evidence_id),
                why=f"The evidence is {row.state.value}; its rows are not kept.",
                before={"table": row.table_digest},
            )


def tell_refused_upload(workshop: Workshop, actor: Actor | None, *, table: str) -> None:
    """Say on the trail that the rows of a refused upload are gone."""
    with workshop.begin(actor) as work:
        work.record(
            Act.TABLE_DELETED,
            subject="staging",
            why="The upload was refused; its rows are not kept.",
            before={"table": table},
        )


def refuse(work: Work, evidence_id: UUID, why: Exception | str, *, code: str = "job-dead") -> None:
    """End waiting evidence as refused; evidence that has ended stays as it is.

    The message may quote a cell of the table, so the trail gets only where and what kind.
    """
    values = {
        "state": EvidenceState.REFUSED,
        "settled_at": work.now(),
        "refusal": str(why),
    }
    if not evidence.settle(work.session, evidence_id, values):
        return
    facts: dict[str, object] = {"code": code}
    if isinstance(why, RegistryError | ValidationError):
        facts = {"code": why.code}
    if isinstance(why, TableError):
        facts |= {"column": why.column, "rows": list(why.rows)}
    work.record(Act.EVIDENCE_REFUSED, subject=subject(evidence_id), after=facts)


def abandon(work: Work, job: Job, error: str) -> None:
    """Refuse the evidence whose job was given up, in the transaction that gives it up."""
    refuse(
        work,
        UUID(job.args["evidence"]),
        f"The table could not be assessed ({_times(job.attempts)}): {error} "
        "Upload it again; if it fails again, tell whoever runs the registry.",
    )


def asked_by(work: Work, job: JobRow) -> UUID:
    """Return who handed in the table that a job measures."""
    return evidence.get(work.session, UUID(job.args["evidence"])).submitted_by


def cancelled(work: Work, job: JobRow, why: str) -> None:
    """Refuse the evidence whose job is cancelled, in the transaction that cancels it."""
    refuse(work, UUID(job.args["evidence"]), f"{why} Its rows are not kept.", code="cancelled")


def tidy(workshop: Workshop, job: JobRow) -> None:
    """Delete the rows that a cancelled job was to measure."""
    discard(workshop, UUID(job.args["evidence"]))


def require_retriable(work: Work, job: JobRow) -> None:
    """Refuse to measure again where the evidence was refused or its rows are gone.

    Raises
    ------
    ConflictError
        Says that the table must be uploaded again.
    """
    row = evidence.get(work.session, UUID(job.args["evidence"]))
    if row.state is not EvidenceState.WAITING or not work.staging.path(row.staged).exists():
        raise ConflictError(
            f"Evidence {row.number} is {row.state.value} and its rows are not kept; upload the "
            "table again with `cmr evidence attach`."
        )


def _times(attempts: int) -> str:
    """Return how often something was tried."""
    return "tried once" if attempts == 1 else f"tried {attempts} times"


def sweep(workshop: Workshop) -> int:
    """Delete every staged file that nobody needs any more; return how many."""
    with workshop.begin(None, reads=True) as work:
        finished, overdue = _leftovers(work)
        strays = _strays(work)
    for evidence_id in overdue:
        with workshop.begin(None) as work:
            _give_up(work, evidence_id)
    for evidence_id in (*finished, *overdue):
        discard(workshop, evidence_id)
    for token in strays:
        with workshop.begin(None) as work:
            if work.staging.delete(token):
                work.record(
                    Act.TABLE_DELETED,
                    subject="staging",
                    why="The upload never ended; its rows are not kept.",
                )
    return len(finished) + len(overdue) + len(strays)


def _leftovers(work: Work) -> tuple[list[UUID], list[UUID]]:
    """Return the evidence that has ended with rows left over, and that which waited too long."""
    finished, overdue = [], []
    limit = work.now() - timedelta(hours=work.settings.staging_hours)
    for row in evidence.with_staged_rows(work.session):
        if row.state is not EvidenceState.WAITING:
            finished.append(row.id)
        elif row.submitted_at <= limit:
            overdue.append(row.id)
    return finished, overdue


def _strays(work: Work) -> list[str]:
    """Return the staged files older than a day that no record knows: uploads that broke off."""
    limit = work.now() - timedelta(hours=work.settings.staging_hours)
    known = evidence.staged_tokens(work.session)
    return [token for token in work.staging.older_than(limit) if token not in known]


def _give_up(work: Work, evidence_id: UUID) -> None:
    """Refuse evidence that waited for longer than its rows may be kept.

    Evidence first, then its job: in the order in which a worker writes, so that the two never
    wait for each other.
    """
    hours = work.settings.staging_hours
    why = f"The table was not assessed within {hours} hours; upload it again."
    job = evidence.get(work.session, evidence_id).job_id
    refuse(work, evidence_id, why)
    jobs.withdraw(work.session, job, now=work.now(), error=why)
