"""Jobs: durable work over the API."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final

from fastapi import APIRouter, Query

from registry.faces.http.dependencies import ActorDep, ReadDep, WorkDep, WorkshopDep
from registry.faces.http.parameters import JobId
from registry.faces.http.problems import problem_responses
from registry.services import cards, evidence, jobs, notices, reviews, safety_cases
from registry.shapes.jobs import CancellationIn, JobOut

router = APIRouter(tags=["jobs"])

WISHES: Final[Mapping[str, jobs.Wish]] = MappingProxyType(
    {
        evidence.JOB: jobs.Wish(
            asked_by=evidence.asked_by,
            cancelled=evidence.cancelled,
            tidy=evidence.tidy,
            require_retriable=evidence.require_retriable,
        ),
        cards.JOB: jobs.Wish(
            asked_by=cards.asked_by,
            cancelled=cards.cancelled,
            tidy=cards.leave,
            require_retriable=cards.leave,
        ),
        safety_cases.JOB: jobs.Wish(
            asked_by=safety_cases.asked_by,
            cancelled=safety_cases.cancelled,
            tidy=safety_cases.leave,
            require_retriable=safety_cases.leave,
        ),
        # An act or the time asked for these: an administrator may end them, and nothing follows.
        notices.JOB: jobs.UNASKED,
        reviews.JOB: jobs.UNASKED,
    }
)


@router.get("/jobs", responses=problem_responses(422))
def list_jobs(
    work: ReadDep,
    limit: Annotated[int, Query(ge=1, le=500, description="At most so many.", examples=[50])] = 50,
) -> list[JobOut]:
    """Return the newest jobs, newest first."""
    return [JobOut.model_validate(job) for job in jobs.newest(work, limit=limit)]


@router.get("/jobs/{job_id}", responses=problem_responses(404, 422))
def show_job(work: ReadDep, job_id: JobId) -> JobOut:
    """Return one job: where it stands and how it ended."""
    return JobOut.model_validate(jobs.show(work, job_id))


@router.post("/jobs/{job_id}/cancellation", responses=problem_responses(404, 409, 422))
def cancel_job(
    workshop: WorkshopDep, actor: ActorDep, job_id: JobId, body: CancellationIn
) -> JobOut:
    """End a job that waits or runs; a table's rows are deleted, and its evidence is refused."""
    return JobOut.model_validate(jobs.cancel(workshop, actor, job_id, why=body.why, wishes=WISHES))


@router.post("/jobs/{job_id}/retry", responses=problem_responses(404, 409, 422))
def retry_job(work: WorkDep, job_id: JobId) -> JobOut:
    """Let a job be taken up at once that was given up, or that waits after a failure."""
    return JobOut.model_validate(jobs.retry(work, job_id, wishes=WISHES))
