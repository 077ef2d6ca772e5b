"""Site keys: the public keys of hospitals over the API."""

from fastapi import APIRouter, status

from registry.faces.http.dependencies import ReadDep, WorkDep
from registry.faces.http.parameters import SiteKeyName, SiteName
from registry.faces.http.problems import problem_responses
from registry.services import site_keys
from registry.shapes.site_keys import SiteKeyIn, SiteKeyOut, SiteKeyRevocationIn

router = APIRouter(tags=["sites"])


@router.get("/sites/{name}/keys", responses=problem_responses(404))
def list_site_keys(work: ReadDep, name: SiteName) -> list[SiteKeyOut]:
    """Return all keys of a site, oldest first."""
    return [SiteKeyOut.model_validate(key) for key in site_keys.listed(work, name)]


@router.post(
    "/sites/{name}/keys",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(404, 409, 422),
)
def propose_site_key(work: WorkDep, name: SiteName, body: SiteKeyIn) -> SiteKeyOut:
    """Propose a public key as a site's; it counts once another person confirms it."""
    return SiteKeyOut.model_validate(site_keys.propose(work, name, body.public))


@router.post("/sites/{name}/keys/{key}/confirmation", responses=problem_responses(404, 409, 422))
def confirm_site_key(work: WorkDep, name: SiteName, key: SiteKeyName) -> SiteKeyOut:
    """Confirm that a key is the site's; nobody confirms what they proposed."""
    return SiteKeyOut.model_validate(site_keys.confirm(work, name, key))


@router.post("/sites/{name}/keys/{key}/revocation", responses=problem_responses(404, 409, 422))
def revoke_site_key(
    work: WorkDep, name: SiteName, key: SiteKeyName, body: SiteKeyRevocationIn
) -> SiteKeyOut:
    """Revoke a key: it vouches for nothing from now on."""
    return SiteKeyOut.model_validate(site_keys.revoke(work, name, key, why=body.why))
