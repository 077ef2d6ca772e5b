"""Hazards: risk management plans, hazard logs and their issues over the API."""

from fastapi import APIRouter, status
from fastapi.responses import StreamingResponse

from registry.domain.hazards import PROMPTS
from registry.domain.signatures import Password
from registry.faces.http.dependencies import ReadDep, WorkDep
from registry.faces.http.parameters import (
    HazardLogNumber,
    HazardNumber,
    HazardPlanNumber,
    ModelName,
)
from registry.faces.http.problems import problem_responses
from registry.services import hazards
from registry.shapes.hazard_plans import HazardApprovalIn, HazardPlanIn, HazardPlanOut
from registry.shapes.hazards import (
    HazardIn,
    HazardLogIn,
    HazardLogOut,
    HazardOut,
    HazardPromptOut,
    HazardRecordIn,
)

router = APIRouter(tags=["hazards"])
PLANS = "/models/{name}/hazard-plans"
HAZARDS = "/models/{name}/hazards"
LOGS = "/models/{name}/hazard-logs"
LOG = {
    "application/json": {
        "schema": {"type": "object", "description": "The issue, `cmr.hazard_log/1`, RFC 8785."}
    }
}


@router.get("/hazard-prompts", responses=problem_responses())
def list_hazard_prompts(work: ReadDep) -> list[HazardPromptOut]:
    """Return questions to begin a hazard log of a prediction model with."""
    del work
    return [HazardPromptOut.model_validate(one.document()) for one in PROMPTS]


@router.get(PLANS, responses=problem_responses(404))
def list_hazard_plans(work: ReadDep, name: ModelName) -> list[HazardPlanOut]:
    """Return the risk management plans of a model, oldest first."""
    return [HazardPlanOut.model_validate(one) for one in hazards.plans(work, name)]


@router.post(PLANS, status_code=status.HTTP_201_CREATED, responses=problem_responses(404, 422))
def write_hazard_plan(work: WorkDep, name: ModelName, body: HazardPlanIn) -> HazardPlanOut:
    """Record the next risk management plan of a model; it counts once it is approved."""
    return HazardPlanOut.model_validate(hazards.write_plan(work, name, body))


@router.get(PLANS + "/{plan}", responses=problem_responses(404, 422))
def show_hazard_plan(work: ReadDep, name: ModelName, plan: HazardPlanNumber) -> HazardPlanOut:
    """Return one risk management plan."""
    return HazardPlanOut.model_validate(hazards.plan_shown(work, name, plan))


@router.post(
    PLANS + "/{plan}/approval",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(403, 404, 409, 422),
)
def approve_hazard_plan(
    work: WorkDep, name: ModelName, plan: HazardPlanNumber, body: HazardApprovalIn
) -> HazardPlanOut:
    """Approve a risk management plan as clinical safety officer."""
    proof = Password(body.password.get_secret_value())
    approved = hazards.approve_plan(
        work, name, plan, digest=body.digest, reasons=body.reasons, proof=proof
    )
    return HazardPlanOut.model_validate(approved)


@router.get(HAZARDS, responses=problem_responses(404))
def list_hazards(work: ReadDep, name: ModelName) -> list[HazardOut]:
    """Return the hazards of a model by number, each with the rating that counts."""
    return [HazardOut.model_validate(one) for one in hazards.listed(work, name)]


@router.post(
    HAZARDS, status_code=status.HTTP_201_CREATED, responses=problem_responses(404, 409, 422)
)
def raise_hazard(work: WorkDep, name: ModelName, body: HazardIn) -> HazardOut:
    """Put a hazard on a model's log."""
    return HazardOut.model_validate(hazards.raise_hazard(work, name, body))


@router.get(HAZARDS + "/{hazard}", responses=problem_responses(404, 422))
def show_hazard(work: ReadDep, name: ModelName, hazard: HazardNumber) -> HazardOut:
    """Return one hazard as it is recorded now, with its history."""
    return HazardOut.model_validate(hazards.show(work, name, hazard))


@router.post(
    HAZARDS + "/{hazard}/records",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(404, 409, 422),
)
def supersede_hazard(
    work: WorkDep, name: ModelName, hazard: HazardNumber, body: HazardRecordIn
) -> HazardOut:
    """Record a hazard anew, whole; the old record is kept."""
    return HazardOut.model_validate(hazards.supersede(work, name, hazard, body))


@router.get(LOGS, responses=problem_responses(404))
def list_hazard_logs(work: ReadDep, name: ModelName) -> list[HazardLogOut]:
    """Return the issues of a model's hazard log, oldest first."""
    return [HazardLogOut.model_validate(one) for one in hazards.logs(work, name)]


@router.post(
    LOGS, status_code=status.HTTP_201_CREATED, responses=problem_responses(403, 404, 409, 422)
)
def issue_hazard_log(work: WorkDep, name: ModelName, body: HazardLogIn) -> HazardLogOut:
    """Freeze a model's hazard log as it stands, under the next number."""
    return HazardLogOut.model_validate(hazards.issue(work, name, overall=body.overall))


@router.get(LOGS + "/{issue}", responses=problem_responses(404, 422))
def show_hazard_log(work: ReadDep, name: ModelName, issue: HazardLogNumber) -> HazardLogOut:
    """Return one issue, who approved it, and what changed since."""
    return HazardLogOut.model_validate(hazards.log_shown(work, name, issue))


@router.get(
    LOGS + "/{issue}/document",
    response_class=StreamingResponse,
    responses={
        200: {"description": "The issue's exact bytes.", "content": LOG},
        **problem_responses(404, 422),
    },
)
def read_hazard_log(work: ReadDep, name: ModelName, issue: HazardLogNumber) -> StreamingResponse:
    """Return the exact bytes of an issue: what the safety officer signs."""
    digest, pieces = hazards.log_bytes(work, name, issue)
    headers = {"ETag": f'"{digest}"'}
    return StreamingResponse(pieces, media_type="application/json", headers=headers)


@router.post(
    LOGS + "/{issue}/approval",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(403, 404, 409, 422),
)
def approve_hazard_log(
    work: WorkDep, name: ModelName, issue: HazardLogNumber, body: HazardApprovalIn
) -> HazardLogOut:
    """Approve an issue of the hazard log as clinical safety officer."""
    proof = Password(body.password.get_secret_value())
    approved = hazards.approve_log(
        work, name, issue, digest=body.digest, reasons=body.reasons, proof=proof
    )
    return HazardLogOut.model_validate(approved)
