"""Conditions: what falls due, what is sent for a condition, and more time for one, over the API."""

from fastapi import APIRouter, status

from registry.domain.signatures import Password
from registry.faces.api.reviews import shown
from registry.faces.http.dependencies import ReadDep, WorkDep
from registry.faces.http.parameters import ConditionNumber, ReviewId
from registry.faces.http.problems import problem_responses
from registry.services import reviews
from registry.shapes.conditions import DueOut, ExtensionIn, SubmissionIn
from registry.shapes.reviews import ReviewOut

router = APIRouter(tags=["reviews"])


@router.get("/due", responses=problem_responses(403))
def list_due(work: ReadDep) -> list[DueOut]:
    """Return everything that falls due, the most urgent first: conditions, waivers, approvals."""
    return [DueOut.model_validate(one, from_attributes=True) for one in reviews.falling_due(work)]


@router.post(
    "/reviews/{review_id}/conditions/{number}/submissions",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(403, 404, 409, 422),
)
def submit_for_condition(
    work: WorkDep, review_id: ReviewId, number: ConditionNumber, body: SubmissionIn
) -> ReviewOut:
    """Send what shows that a condition is met, as its owner; its verifier then closes it."""
    reviews.submit(work, review_id, number, evidence=body.evidence, artifact=body.artifact)
    return shown(work, review_id)


@router.post(
    "/reviews/{review_id}/conditions/{number}/extensions",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(403, 404, 409, 422),
)
def extend_condition(
    work: WorkDep, review_id: ReviewId, number: ConditionNumber, body: ExtensionIn
) -> ReviewOut:
    """Give a condition more time, as whoever decides; never beyond the approval's end."""
    proof = Password(body.password.get_secret_value())
    reviews.extend(work, review_id, number, due=body.due, reasons=body.reasons, proof=proof)
    return shown(work, review_id)
