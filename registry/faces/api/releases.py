"""Releases: a version's release bundle over the API."""

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from registry.faces.http.dependencies import ReadDep, WorkshopDep
from registry.faces.http.parameters import ModelName, VersionNumber
from registry.faces.http.problems import problem_responses
from registry.services import cards, releases

router = APIRouter(tags=["cards"])
HTML = {"text/html": {"schema": {"type": "string"}}}
ZIP = {"application/zip": {"schema": {"type": "string", "format": "binary"}}}


@router.get(
    "/models/{name}/versions/{number}/release",
    response_class=StreamingResponse,
    responses={200: {"content": ZIP}, **problem_responses(404, 409, 422)},
)
def read_release(work: ReadDep, name: ModelName, number: VersionNumber) -> StreamingResponse:
    """Return all on which a version was decided as one zip, to be checked without the registry.

    Its current card, dossier, decision, evidence, signatures and the trail's entries with their
    proofs; `cmr verify` or the page `verify.html` inside checks it.
    """
    version = f"{name}/{number}"
    card, pdf = cards.newest(work, version)
    made = releases.bundle(work, version, card=card, pdf=pdf)
    headers = {"Content-Disposition": f'attachment; filename="{name}-{number}-release.zip"'}
    return StreamingResponse(made, media_type="application/zip", headers=headers)


@router.get(
    "/verifier",
    response_class=Response,
    responses={200: {"content": HTML}, **problem_responses()},
)
def read_verifier(workshop: WorkshopDep) -> Response:
    """Return the page that checks a release bundle in a browser; nobody needs to sign in for it."""
    headers = {"Content-Disposition": 'attachment; filename="verify.html"'}
    made = releases.page(workshop.settings)
    return Response(made, media_type="text/html; charset=utf-8", headers=headers)
