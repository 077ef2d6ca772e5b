"""Permits: asking whether a version may run at a hospital now, over the API."""

import base64

from fastapi import APIRouter

from registry.domain.permits import Asked
from registry.domain.policies import Rung
from registry.domain.signatures import key_name
from registry.faces.http.dependencies import ReadDep, WorkDep
from registry.faces.http.problems import problem_responses
from registry.services import permits
from registry.shapes.permits import PermitIn, PermitOut, PublicKeyOut

router = APIRouter(tags=["permits"])


@router.post("/permits", responses=problem_responses(404, 422))
def ask_permit(work: WorkDep, body: PermitIn) -> PermitOut:
    """Ask whether a version may run at a hospital now; a no is an answer like a yes."""
    asked = Asked(
        version=body.version,
        site=body.site,
        rung=Rung(body.rung),
        use=body.use,
        artifacts=tuple(body.artifacts),
    )
    return PermitOut.model_validate(permits.ask(work, asked))


@router.get("/permits/key", responses=problem_responses())
def show_permit_key(work: ReadDep) -> PublicKeyOut:
    """Return the public key by which a permit is verified; keep it where the model runs."""
    public = permits.public_key(work)
    return PublicKeyOut(key=key_name(public), public=base64.b64encode(public).decode())
