"""Sites: hospitals and their aliases over the API."""

from fastapi import APIRouter, status

from registry.faces.http.dependencies import ReadDep, WorkDep
from registry.faces.http.parameters import SiteName
from registry.faces.http.problems import problem_responses
from registry.services import sites
from registry.shapes.sites import SiteIn, SiteOut, SiteRecordIn

router = APIRouter(tags=["sites"])


@router.get("/sites", responses=problem_responses())
def list_sites(work: ReadDep) -> list[SiteOut]:
    """Return all sites by name."""
    return [SiteOut.model_validate(site) for site in sites.listed(work)]


@router.post("/sites", status_code=status.HTTP_201_CREATED, responses=problem_responses(409, 422))
def register_site(work: WorkDep, body: SiteIn) -> SiteOut:
    """Register a site."""
    return SiteOut.model_validate(sites.register(work, body))


@router.get("/sites/{name}", responses=problem_responses(404))
def show_site(work: ReadDep, name: SiteName) -> SiteOut:
    """Return a site as it is recorded now."""
    return SiteOut.model_validate(sites.show(work, name))


@router.post(
    "/sites/{name}/records",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(404, 409, 422),
)
def supersede_site(work: WorkDep, name: SiteName, body: SiteRecordIn) -> SiteOut:
    """Correct what is recorded of a site; the old record is kept."""
    return SiteOut.model_validate(sites.supersede(work, name, body))
