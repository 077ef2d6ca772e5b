"""Deployments: a version at a hospital, from the proposal to its end, over the API."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, status
from fastapi.responses import Response

from registry.domain.people import Role
from registry.domain.policies import Meaning
from registry.domain.signatures import Password
from registry.faces.http.dependencies import ReadDep, WorkDep
from registry.faces.http.parameters import DeploymentId
from registry.faces.http.problems import problem_responses
from registry.services import deployments
from registry.services.deployments import View
from registry.services.work import Work
from registry.shapes.deployments import DeploymentIn, DeploymentOut, SiteSignOffIn, StopIn
from registry.shapes.reviews import MissingOut
from registry.shapes.site_plans import SitePlanIn

router = APIRouter(tags=["deployments"])
DOSSIER = {
    "application/json": {
        "schema": {
            "type": "object",
            "description": "The site dossier, `cmr.site_dossier/1`, RFC 8785.",
        }
    }
}
ETAG = {"ETag": {"description": "The dossier's digest.", "schema": {"type": "string"}}}


def _out(found: View) -> DeploymentOut:
    """Shape a deployment."""
    return DeploymentOut(
        id=found.row.id,
        version=found.version,
        site=found.site,
        number=found.row.number,
        state=found.state.value,
        proposed=found.proposed,
        dossier=found.dossier,
        carried_by=found.carried_by,
        missing=[
            MissingOut(kind=one.kind.value, what=one.what, waits_for=one.waits_for)
            for one in found.missing
        ],
        signoffs=found.signoffs,
        moves=found.moves,
        window_due=found.window.due,
        window_late=found.window.late,
    )


def _show(work: Work, deployment: UUID) -> DeploymentOut:
    """Return a deployment as it stands after an act."""
    return _out(deployments.view(work, deployment))


@router.post(
    "/deployments",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(404, 409, 422),
)
def propose_deployment(work: WorkDep, body: DeploymentIn) -> DeploymentOut:
    """Propose a version at a hospital; nothing runs before two people of it have signed."""
    return _show(work, deployments.propose(work, body.version, body.site).id)


@router.get("/deployments", responses=problem_responses(404, 422))
def list_deployments(
    work: ReadDep,
    version: Annotated[
        str | None, Query(description="Only of this version.", examples=["heart-cad/2"])
    ] = None,
    site: Annotated[
        str | None, Query(description="Only at this hospital.", examples=["Hungary"])
    ] = None,
) -> list[DeploymentOut]:
    """Return the deployments there are, oldest first."""
    return [_out(one) for one in deployments.listed(work, version=version, site=site)]


@router.get("/deployments/{deployment}", responses=problem_responses(404, 422))
def show_deployment(work: ReadDep, deployment: DeploymentId) -> DeploymentOut:
    """Return a deployment: where it stands, what its site dossier lacks, who signed."""
    return _show(work, deployment)


@router.post(
    "/deployments/{deployment}/dossiers",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(404, 409, 422),
)
def freeze_site_dossier(work: WorkDep, deployment: DeploymentId, body: SitePlanIn) -> DeploymentOut:
    """Freeze a site dossier for a rung; earlier signatures carry nothing any more."""
    deployments.freeze(work, deployment, body)
    return _show(work, deployment)


@router.get(
    "/deployments/{deployment}/dossier",
    response_class=Response,
    responses={**problem_responses(404, 422), 200: {"content": DOSSIER, "headers": ETAG}},
)
def get_site_dossier(
    work: ReadDep,
    deployment: DeploymentId,
    number: Annotated[
        int | None, Query(description="Which; the current one without it.", examples=[1])
    ] = None,
) -> Response:
    """Return the very bytes of a site dossier that are signed."""
    digest, content = deployments.dossier(work, deployment, number)
    headers = {"ETag": f'"{digest}"'}
    return Response(content, media_type="application/json", headers=headers)


@router.post(
    "/deployments/{deployment}/signoffs",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(404, 409, 422, 503),
)
def sign_site_dossier(
    work: WorkDep, deployment: DeploymentId, body: SiteSignOffIn
) -> DeploymentOut:
    """Sign a site dossier; with both signatures the version starts at the hospital."""
    said: dict[str, Any] = {"reasons": body.reasons, "dossier": body.dossier}
    proof = Password(body.password.get_secret_value())
    said |= {"role": Role(body.role), "meaning": Meaning(body.meaning), "proof": proof}
    deployments.sign(work, deployment, **said)
    return _show(work, deployment)


def _stopped(
    work: Work, deployment: UUID, body: StopIn, act: Callable[..., object]
) -> DeploymentOut:
    """Do one of the signed acts that need a reason, and return what came of it."""
    act(work, deployment, reasons=body.reasons, proof=Password(body.password.get_secret_value()))
    return _show(work, deployment)


@router.post(
    "/deployments/{deployment}/suspension", responses=problem_responses(404, 409, 422, 503)
)
def suspend_deployment(work: WorkDep, deployment: DeploymentId, body: StopIn) -> DeploymentOut:
    """Suspend a version at a hospital at once: every permit is refused from now on."""
    return _stopped(work, deployment, body, deployments.suspend)


@router.post("/deployments/{deployment}/release", responses=problem_responses(404, 409, 422, 503))
def release_deployment(work: WorkDep, deployment: DeploymentId, body: StopIn) -> DeploymentOut:
    """End a hold that a signal without labels had brought about."""
    return _stopped(work, deployment, body, deployments.release)


@router.post("/deployments/{deployment}/rollback", responses=problem_responses(404, 409, 422, 503))
def roll_deployment_back(work: WorkDep, deployment: DeploymentId, body: StopIn) -> DeploymentOut:
    """Go back to the version that the site dossier names, or to the downtime procedure."""
    return _stopped(work, deployment, body, deployments.roll_back)


@router.post(
    "/deployments/{deployment}/withdrawal", responses=problem_responses(404, 409, 422, 503)
)
def withdraw_deployment(work: WorkDep, deployment: DeploymentId, body: StopIn) -> DeploymentOut:
    """Withdraw a version from a hospital for good."""
    return _stopped(work, deployment, body, deployments.withdraw)
