"""Incidents: what went wrong, over the API."""

from typing import Annotated

from fastapi import APIRouter, Query, status

from registry.faces.http.dependencies import ReadDep, WorkDep
from registry.faces.http.parameters import IncidentNumber
from registry.faces.http.problems import problem_responses
from registry.services import incidents
from registry.shapes.incidents import IncidentIn, IncidentOut, IncidentRecordIn

router = APIRouter(tags=["incidents"])


@router.get("/incidents", responses=problem_responses(404, 422))
def list_incidents(
    work: ReadDep,
    model: Annotated[
        str | None, Query(description="Only of this model.", examples=["heart-cad"])
    ] = None,
) -> list[IncidentOut]:
    """Return the incidents, by number."""
    return [IncidentOut.model_validate(one) for one in incidents.listed(work, model)]


@router.post(
    "/incidents", status_code=status.HTTP_201_CREATED, responses=problem_responses(404, 422)
)
def report_incident(work: WorkDep, body: IncidentIn) -> IncidentOut:
    """Report an incident; blinded, your name is told to those who keep the log alone."""
    return IncidentOut.model_validate(incidents.report(work, body))


@router.get("/incidents/{incident}", responses=problem_responses(404, 422))
def show_incident(work: ReadDep, incident: IncidentNumber) -> IncidentOut:
    """Return one incident, with its journal."""
    return IncidentOut.model_validate(incidents.show(work, incident))


@router.post(
    "/incidents/{incident}/records",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(403, 404, 409, 422),
)
def supersede_incident(
    work: WorkDep, incident: IncidentNumber, body: IncidentRecordIn
) -> IncidentOut:
    """Record an incident anew, whole: another entry of its journal."""
    return IncidentOut.model_validate(incidents.supersede(work, incident, body))
