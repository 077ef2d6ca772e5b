"""Health: whether the process lives and whether it can work."""

from http import HTTPStatus

from fastapi import APIRouter

from registry.faces.http.dependencies import WorkshopDep
from registry.faces.http.problems import described_problem
from registry.services import audit
from registry.shapes.health import HealthOut

router = APIRouter(tags=["health"])


@router.get("/livez", name="tell_alive")
def livez() -> HealthOut:
    """Tell that the process answers; touches nothing."""
    return HealthOut(status="alive")


@router.get(
    "/readyz", name="tell_ready", responses={503: described_problem(HTTPStatus.SERVICE_UNAVAILABLE)}
)
def readyz(workshop: WorkshopDep) -> HealthOut:
    """Tell that the database answers and has the schema of this release."""
    audit.require_ready(workshop)
    return HealthOut(status="ready")
