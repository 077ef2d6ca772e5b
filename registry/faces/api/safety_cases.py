"""Safety cases: writing, reading and signing clinical safety cases over the API."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, status
from fastapi.responses import StreamingResponse

from registry.domain.signatures import Password
from registry.faces.http.dependencies import ReadDep, WorkDep
from registry.faces.http.parameters import CaseId
from registry.faces.http.problems import problem_responses
from registry.services import safety_cases
from registry.shapes.jobs import JobOut
from registry.shapes.safety_cases import (
    CaseListedOut,
    CaseOutlineOut,
    CaseSignatureIn,
    SafetyCaseIn,
    SafetyCaseOut,
)

router = APIRouter(tags=["safety cases"])
CASES = "/safety-cases"
CASE = {
    "application/json": {
        "schema": {"type": "object", "description": "The case, `cmr.safety_case/1`, RFC 8785."}
    }
}
PDF = {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}
Version = Annotated[
    str, Query(description="The version, as model/number.", examples=["heart-cad/2"])
]
Site = Annotated[
    str | None,
    Query(description="The hospital, for its own case (DCB0160).", examples=["Hungary"]),
]


@router.get("/safety-case-outline", responses=problem_responses(404, 409, 422))
def outline_safety_case(work: ReadDep, version: Version, site: Site = None) -> CaseOutlineOut:
    """Return what the records give for a case before anybody writes a word."""
    return CaseOutlineOut.model_validate(safety_cases.outline(work, version, site))


@router.get(CASES, responses=problem_responses(404, 422))
def list_safety_cases(work: ReadDep, version: Version, site: Site = None) -> list[CaseListedOut]:
    """Return every case about a version, or about it at a hospital, oldest first."""
    found = safety_cases.listed(work, version, site)
    return [CaseListedOut.model_validate(one) for one in found]


@router.post(CASES, status_code=status.HTTP_201_CREATED, responses=problem_responses(404, 409, 422))
def write_safety_case(work: WorkDep, body: SafetyCaseIn) -> SafetyCaseOut:
    """Keep the next case about a version, or about it at a hospital; it waits for its signature."""
    return SafetyCaseOut.model_validate(safety_cases.write(work, body))


@router.get(CASES + "/{case}", responses=problem_responses(404, 422))
def show_safety_case(work: ReadDep, case: CaseId) -> SafetyCaseOut:
    """Return one case as it stands: what it says, what it lacks, what changed since, who signed."""
    return SafetyCaseOut.model_validate(safety_cases.show(work, case))


@router.get(
    CASES + "/{case}/document",
    response_class=StreamingResponse,
    responses={
        200: {"description": "The case's exact bytes.", "content": CASE},
        **problem_responses(404, 422),
    },
)
def read_safety_case(work: ReadDep, case: CaseId) -> StreamingResponse:
    """Return the exact bytes of a case: what the safety officer signs."""
    digest, pieces = safety_cases.document_bytes(work, case)
    headers = {"ETag": f'"{digest}"'}
    return StreamingResponse(pieces, media_type="application/json", headers=headers)


@router.post(
    CASES + "/{case}/signature",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(403, 404, 409, 422),
)
def sign_safety_case(work: WorkDep, case: CaseId, body: CaseSignatureIn) -> SafetyCaseOut:
    """Sign a case as the safety officer whose case it is; it supersedes the one signed before."""
    proof = Password(body.password.get_secret_value())
    signed = safety_cases.sign(work, case, digest=body.digest, reasons=body.reasons, proof=proof)
    return SafetyCaseOut.model_validate(signed)


@router.post(
    CASES + "/{case}/file",
    status_code=status.HTTP_202_ACCEPTED,
    responses=problem_responses(404, 422),
)
def print_safety_case(work: WorkDep, case: CaseId) -> JobOut:
    """Ask for the PDF of a case as it stands now; the answer is the job that makes it."""
    return JobOut.model_validate(safety_cases.ask(work, case))


@router.get(
    CASES + "/{case}/file",
    response_class=StreamingResponse,
    responses={200: {"content": PDF}, **problem_responses(404, 409, 422)},
)
def download_safety_case(work: ReadDep, case: CaseId) -> StreamingResponse:
    """Return the PDF of a case, only while it says how the case stands."""
    row, file, pieces = safety_cases.newest(work, case)
    name = f"{row.subject}-safety-case-{row.number}.pdf".replace("/", "-").replace(" ", "-")
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    headers = {"Content-Disposition": disposition, "ETag": f'"{file.pdf_digest}"'}
    return StreamingResponse(pieces, media_type="application/pdf", headers=headers)
