"""Monitoring: handing in windows of a deployment, and reading them, over the API."""

from fastapi import APIRouter, status

from registry.domain.monitoring import Statement
from registry.faces.http.dependencies import ReadDep, WorkDep
from registry.faces.http.parameters import DeploymentId
from registry.faces.http.problems import problem_responses
from registry.services import deployments
from registry.shapes.monitoring import WindowIn, WindowOut

router = APIRouter(tags=["monitoring"])


@router.post(
    "/deployments/{deployment}/windows",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(404, 409, 422),
)
def submit_window(work: WorkDep, deployment: DeploymentId, body: WindowIn) -> WindowOut:
    """Hand in a window; a stop rule that it fires holds or suspends the version at once."""
    statement = Statement(**body.model_dump(exclude={"evidence"}))
    made = deployments.submit(work, deployment, body.evidence, statement)
    return WindowOut.model_validate({**made.document, "digest": made.digest})


@router.get("/deployments/{deployment}/windows", responses=problem_responses(404, 422))
def list_windows(work: ReadDep, deployment: DeploymentId) -> list[WindowOut]:
    """Return the windows of a deployment, oldest first."""
    return [WindowOut.model_validate(one) for one in deployments.windows(work, deployment)]
