"""Failure reviews: what somebody found in a version's failures, over the API."""

from fastapi import APIRouter, status

from registry.faces.http.dependencies import ReadDep, WorkDep
from registry.faces.http.parameters import EvidenceId
from registry.faces.http.problems import problem_responses
from registry.services import failure_reviews
from registry.shapes.failure_reviews import FailureCountsOut, FailureReviewIn, FailureReviewOut

router = APIRouter(tags=["failure reviews"])
PATH = "/evidence/{evidence_id}/failure-reviews"


@router.get("/evidence/{evidence_id}/failures", responses=problem_responses(404, 409, 422))
def count_failures(work: ReadDep, evidence_id: EvidenceId) -> FailureCountsOut:
    """Return how many failures a piece of evidence counts, as deployed."""
    return FailureCountsOut.model_validate(failure_reviews.counts(work, evidence_id))


@router.get(PATH, responses=problem_responses(404, 422))
def list_failure_reviews(work: ReadDep, evidence_id: EvidenceId) -> list[FailureReviewOut]:
    """Return the reviews of the failures of one piece of evidence, oldest first."""
    found = failure_reviews.listed(work, evidence_id)
    return [FailureReviewOut.model_validate(one) for one in found]


@router.post(
    PATH,
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(403, 404, 409, 422),
)
def record_failure_review(
    work: WorkDep, evidence_id: EvidenceId, body: FailureReviewIn
) -> FailureReviewOut:
    """Record, as its reviewer, what was found; counts only, never an exam."""
    return FailureReviewOut.model_validate(failure_reviews.record(work, evidence_id, body))
