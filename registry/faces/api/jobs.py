"""Jobs: durable work over the API."""

from typing import Annotated

from fastapi import APIRouter, Query

from registry.faces.http.dependencies import ReadDep
from registry.faces.http.parameters import JobId
from registry.faces.http.problems import problem_responses
from registry.services import jobs
from registry.shapes.jobs import JobOut

router = APIRouter(tags=["jobs"])


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
