"""Delegations: a role in one review, filled in somebody's place, over the API."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, status

from registry.domain.people import Role
from registry.domain.signatures import Password
from registry.faces.http.dependencies import ReadDep, WorkDep
from registry.faces.http.parameters import ReviewId
from registry.faces.http.problems import problem_responses
from registry.services import reviews
from registry.services.reviews import delegating
from registry.shapes.delegations import DelegationEndIn, DelegationIn, DelegationOut

router = APIRouter(tags=["reviews"])
DelegationId = Annotated[
    UUID,
    Path(description="The delegation's id.", examples=["0f4d3b1e-5f0a-4f7c-9a52-3d1c0b2e4a11"]),
]


@router.get("/reviews/{review_id}/delegations", responses=problem_responses(404))
def list_delegations(work: ReadDep, review_id: ReviewId) -> list[DelegationOut]:
    """Return who acts in whose place in a review, and who did."""
    return [DelegationOut.model_validate(one) for one in reviews.delegated(work, review_id)]


@router.post(
    "/reviews/{review_id}/delegations",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(403, 404, 409, 422),
)
def delegate_role(work: WorkDep, review_id: ReviewId, body: DelegationIn) -> DelegationOut:
    """Delegate your role in a review to a person of the same role and register; you sign it."""
    said = body.model_dump(include={"to", "reasons", "until"})
    proof = Password(body.password.get_secret_value())
    row = reviews.delegate(work, review_id, role=Role(body.role), proof=proof, **said)
    return DelegationOut.model_validate(delegating.described(work, row))


@router.post("/delegations/{delegation_id}/end", responses=problem_responses(403, 404, 409, 422))
def end_delegation(
    work: WorkDep, delegation_id: DelegationId, body: DelegationEndIn
) -> DelegationOut:
    """End a delegation before its day, by either of the two; what was signed by it stands."""
    row = reviews.end_delegation(work, delegation_id, why=body.why)
    return DelegationOut.model_validate(delegating.described(work, row))
