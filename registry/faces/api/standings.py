"""Standings: how a version stands, suspending it and bringing it back, over the API."""

from fastapi import APIRouter, status

from registry.domain.signatures import Password
from registry.faces.http.dependencies import ReadDep, WorkDep
from registry.faces.http.parameters import ModelName, VersionNumber
from registry.faces.http.problems import problem_responses
from registry.services import reviews
from registry.shapes.standings import StandingActIn, StandingOut

router = APIRouter(tags=["reviews"])


@router.get("/models/{name}/versions/{number}/standing", responses=problem_responses(404))
def show_standing(work: ReadDep, name: ModelName, number: VersionNumber) -> StandingOut:
    """Return how a version stands now."""
    return StandingOut.model_validate(reviews.standing_of(work, name, number))


@router.post(
    "/models/{name}/versions/{number}/suspension",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(403, 404, 409, 422),
)
def suspend_version(
    work: WorkDep, name: ModelName, number: VersionNumber, body: StandingActIn
) -> StandingOut:
    """Suspend a version at once, as clinical safety officer."""
    proof = Password(body.password.get_secret_value())
    return StandingOut.model_validate(
        reviews.suspend(work, name, number, reasons=body.reasons, proof=proof)
    )


@router.post(
    "/models/{name}/versions/{number}/reinstatement",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(403, 404, 409, 422),
)
def reinstate_version(
    work: WorkDep, name: ModelName, number: VersionNumber, body: StandingActIn
) -> StandingOut:
    """Bring a suspended version back, as whoever decides, once nothing stands against it."""
    proof = Password(body.password.get_secret_value())
    return StandingOut.model_validate(
        reviews.reinstate(work, name, number, reasons=body.reasons, proof=proof)
    )
