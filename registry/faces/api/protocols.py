"""Protocols: pre-specified plans over the API."""

from fastapi import APIRouter, status

from registry.domain.people import Role
from registry.domain.signatures import Password
from registry.faces.http.dependencies import ReadDep, WorkDep
from registry.faces.http.parameters import Digest, ModelName
from registry.faces.http.problems import problem_responses
from registry.services import protocols
from registry.shapes.protocols import ProtocolIn, ProtocolOut, ProtocolSignatureIn

router = APIRouter(tags=["protocols"])


@router.post(
    "/models/{name}/protocols",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(404, 409, 422),
)
def register_protocol(work: WorkDep, name: ModelName, body: ProtocolIn) -> ProtocolOut:
    """Register a protocol for a model; a rule for the operating point is resolved to a number."""
    return ProtocolOut.model_validate(protocols.register(work, name, body.text))


@router.get("/models/{name}/protocols", responses=problem_responses(404))
def list_protocols(work: ReadDep, name: ModelName) -> list[ProtocolOut]:
    """Return the protocols of a model, oldest first."""
    return [ProtocolOut.model_validate(found) for found in protocols.of_model(work, name)]


@router.get("/protocols/{digest}", responses=problem_responses(404))
def show_protocol(work: ReadDep, digest: Digest) -> ProtocolOut:
    """Return one protocol: its document, its signatures, and who must still sign."""
    return ProtocolOut.model_validate(protocols.show(work, digest))


@router.post(
    "/protocols/{digest}/signatures",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(404, 409, 422),
)
def sign_protocol(work: WorkDep, digest: Digest, body: ProtocolSignatureIn) -> ProtocolOut:
    """Sign a protocol; it is in force once both roles have signed, by two people."""
    proof = Password(body.password.get_secret_value())
    signed = protocols.sign(work, digest, role=Role(body.role), meaning=body.meaning, proof=proof)
    return ProtocolOut.model_validate(signed)
