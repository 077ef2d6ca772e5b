"""Artifacts: files of versions, streamed in and out."""

from fastapi import APIRouter, status
from fastapi.responses import StreamingResponse

from registry.faces.http.dependencies import ActorDep, BodyDep, ReadDep, WorkshopDep
from registry.faces.http.parameters import Digest
from registry.faces.http.problems import problem_responses
from registry.services import artifacts
from registry.shapes.artifacts import ArtifactOut

router = APIRouter(tags=["artifacts"])
FILE = "The file's bytes, as they are; they are streamed and never loaded."
BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


@router.post(
    "/artifacts",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(422),
    openapi_extra={"requestBody": {"required": True, "description": FILE, "content": BYTES}},
)
def keep_artifact(workshop: WorkshopDep, actor: ActorDep, body: BodyDep) -> ArtifactOut:
    """Keep the bytes of the request's body; the answer names their digest."""
    kept = artifacts.receive(workshop, actor, body)
    with workshop.begin(actor) as work:
        return ArtifactOut.model_validate(artifacts.keep(work, kept))


@router.get(
    "/artifacts/{digest}",
    response_class=StreamingResponse,
    responses={200: {"content": BYTES}, **problem_responses(404, 422)},
)
def read_artifact(work: ReadDep, digest: Digest) -> StreamingResponse:
    """Return the bytes of a version's file, as an attachment, checked while they are sent."""
    name = digest.removeprefix("sha256:")
    return StreamingResponse(
        artifacts.read(work, digest),
        media_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
