"""Emergencies: breaking the glass, stopping what runs, and looking at it afterwards."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, status

from registry.domain.emergencies import Finding
from registry.domain.signatures import Password
from registry.faces.http.dependencies import ReadDep, WorkDep
from registry.faces.http.parameters import ModelName, VersionNumber
from registry.faces.http.problems import problem_responses
from registry.services import deployments, emergencies, reviews
from registry.shapes.emergencies import (
    EmergencyIn,
    EmergencyOut,
    EmergencyReviewIn,
    EmergencyStopIn,
)

router = APIRouter(tags=["people"])
EmergencyId = Annotated[
    UUID,
    Path(description="The emergency's id.", examples=["5d9e1a3c-7a52-4c6f-9a53-0c1f3b6e2f10"]),
]
Deployment = Annotated[
    UUID,
    Path(description="The deployment's id.", examples=["3b9f0f55-52b5-4f0f-8f86-6b1f6f7f3c21"]),
]
Waiting = Annotated[
    bool, Query(description="Only those that wait to be looked at.", examples=[True])
]


@router.get("/emergencies", responses=problem_responses(422))
def list_emergencies(work: ReadDep, *, waiting: Waiting = False) -> list[EmergencyOut]:
    """Return every emergency access, newest first."""
    found = emergencies.listed(work, waiting=waiting)
    return [EmergencyOut.model_validate(one) for one in found]


@router.post(
    "/emergencies", status_code=status.HTTP_201_CREATED, responses=problem_responses(409, 422)
)
def break_glass(work: WorkDep, body: EmergencyIn) -> EmergencyOut:
    """Break the glass: for some hours you read everything and stop what runs, nothing else."""
    proof = Password(body.password.get_secret_value())
    row = emergencies.break_glass(work, reason=body.reason, hours=body.hours, proof=proof)
    return EmergencyOut.model_validate(emergencies.described(work, row))


@router.post("/emergencies/end", responses=problem_responses(409))
def end_emergency(work: WorkDep) -> EmergencyOut:
    """End your emergency access; your roles are back at once."""
    return EmergencyOut.model_validate(emergencies.described(work, emergencies.end(work)))


@router.post(
    "/deployments/{deployment}/emergency-stop",
    responses=problem_responses(404, 409, 422),
)
def stop_in_emergency(work: WorkDep, deployment: Deployment, body: EmergencyStopIn) -> EmergencyOut:
    """Suspend a version at a hospital by emergency access; permits are refused at once."""
    deployments.suspend_in_emergency(work, deployment, reasons=body.reasons)
    return EmergencyOut.model_validate(emergencies.described(work, emergencies.current(work)))


@router.post(
    "/models/{name}/versions/{number}/emergency-stop",
    responses=problem_responses(404, 409, 422),
)
def stop_version(
    work: WorkDep, name: ModelName, number: VersionNumber, body: EmergencyStopIn
) -> EmergencyOut:
    """Suspend a version everywhere by emergency access; whoever decides brings it back."""
    reviews.suspend_in_emergency(work, name, number, reasons=body.reasons)
    return EmergencyOut.model_validate(emergencies.described(work, emergencies.current(work)))


@router.post(
    "/emergencies/{emergency_id}/review",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(404, 409, 422),
)
def review_emergency(
    work: WorkDep, emergency_id: EmergencyId, body: EmergencyReviewIn
) -> EmergencyOut:
    """Close an emergency access by looking at it afterwards, as another person; you sign it."""
    finding, proof = Finding(body.finding), Password(body.password.get_secret_value())
    row = emergencies.review(work, emergency_id, finding=finding, remarks=body.remarks, proof=proof)
    return EmergencyOut.model_validate(emergencies.described(work, row))
