"""Waivers: proposing that something be borne for a while, and signing that, over the API."""

from fastapi import APIRouter, status

from registry.domain.people import Role
from registry.domain.signatures import Password
from registry.domain.waivers import Named, Of
from registry.faces.api.reviews import shown
from registry.faces.http.dependencies import WorkDep
from registry.faces.http.parameters import ReviewId, WaiverNumber
from registry.faces.http.problems import problem_responses
from registry.services import reviews
from registry.shapes.reviews import ReviewOut
from registry.shapes.waivers import WaiverIn, WaiverSignatureIn

router = APIRouter(tags=["reviews"])


@router.post(
    "/reviews/{review_id}/waivers",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(403, 404, 409, 422),
)
def propose_waiver(work: WorkDep, review_id: ReviewId, body: WaiverIn) -> ReviewOut:
    """Propose that a criterion or requirement be waived for a while; signatures grant it."""
    what = _named(body)
    reviews.propose_waiver(work, review_id, what, reason=body.reason, until=body.until)
    return shown(work, review_id)


def _named(body: WaiverIn) -> Named:
    """Return what a body asks to waive."""
    if body.criterion is not None:
        return Named(of=Of.CRITERION, id=body.criterion, site=body.site)
    return Named(of=Of.REQUIREMENT, id=body.requirement or "", site=body.site)


@router.post(
    "/reviews/{review_id}/waivers/{number}/signatures",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(403, 404, 409, 422),
)
def sign_waiver(
    work: WorkDep, review_id: ReviewId, number: WaiverNumber, body: WaiverSignatureIn
) -> ReviewOut:
    """Sign a waiver, in a role whose sign-off the approval needs; the last one grants it."""
    proof = Password(body.password.get_secret_value())
    reviews.sign_waiver(work, review_id, number, role=Role(body.role), proof=proof)
    return shown(work, review_id)
