"""Health: whether the process lives and whether it can work."""

from fastapi import APIRouter

from registry.faces.http.dependencies import WorkshopDep
from registry.services import audit

router = APIRouter(tags=["health"])


@router.get("/livez")
def livez() -> dict[str, str]:
    """Tell that the process answers; touches nothing."""
    return {"status": "alive"}


@router.get("/readyz")
def readyz(workshop: WorkshopDep) -> dict[str, str]:
    """Tell that the database answers and has the schema of this release."""
    audit.require_ready(workshop)
    return {"status": "ready"}
