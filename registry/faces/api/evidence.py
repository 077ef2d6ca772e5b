"""Evidence: tables in, assessments and tallies out, over the API."""

from datetime import UTC, date, datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Query, status
from fastapi.responses import StreamingResponse

from registry.domain.evidence import Custody, ScoresFrom
from registry.faces.http.dependencies import ActorDep, BodyDep, ReadDep, WorkshopDep
from registry.faces.http.parameters import EvidenceId, ModelName, VersionNumber
from registry.faces.http.problems import problem_responses
from registry.services import evidence
from registry.shapes.evidence import EvidenceIn, EvidenceOut, PartOut
from registry.shapes.recomputations import RecomputationOut

router = APIRouter(tags=["evidence"])

PARQUET = "application/vnd.apache.parquet"
ASSESSMENT = {
    "schema": "cmr.assessment/1",
    "strata": [
        {
            "by": {"site": "Hungary"},
            "finding": None,
            "partition": None,
            "exams": 293,
            "patients": 293,
            "positives": 106,
            "negatives": 187,
            "unscored": 0,
            "unlabelled": 0,
            "estimates": {
                "auroc": {
                    "value": 0.877661184542,
                    "low": 0.826734340655,
                    "high": 0.915155600042,
                    "level": 0.95,
                    "method": "delong-logit",
                    "n": 293,
                    "events": 106,
                }
            },
        }
    ],
    "fairness": [],
    "sites": [],
    "comparisons": [],
    "curves": [],
    "criteria": [],
    "accuracy": {"grid": "exact", "auroc_error_bound": 0.0},
}
TABLE_BODY = {
    "requestBody": {
        "required": True,
        "description": "The prediction table, CSV (UTF-8) or Parquet, as it is.",
        "content": {
            media_type: {"schema": {"type": "string", "format": "binary"}}
            for media_type in ("text/csv", PARQUET, "application/octet-stream")
        },
    }
}


@router.post(
    "/models/{name}/versions/{number}/evidence",
    status_code=status.HTTP_202_ACCEPTED,
    responses=problem_responses(404, 409, 422),
    openapi_extra=TABLE_BODY,
)
def attach_evidence(
    workshop: WorkshopDep,
    actor: ActorDep,
    name: ModelName,
    number: VersionNumber,
    said: Annotated[EvidenceIn, Query()],
    body: BodyDep,
) -> EvidenceOut:
    """Hand a table in to be measured by a job; the answer is the evidence, still waiting."""
    claim = evidence.Claim(
        model=name,
        number=number,
        scores_from=ScoresFrom(said.scores_from),
        custody=Custody(said.custody),
        **said.model_dump(exclude={"scores_from", "custody"}),
    )
    return EvidenceOut.model_validate(evidence.hand_in(workshop, actor, claim, body))


@router.get("/models/{name}/versions/{number}/evidence", responses=problem_responses(404, 422))
def list_evidence(work: ReadDep, name: ModelName, number: VersionNumber) -> list[EvidenceOut]:
    """Return everything handed in about a version, whatever came of it."""
    return [EvidenceOut.model_validate(item) for item in evidence.of_version(work, name, number)]


@router.get("/evidence", responses=problem_responses(422))
def list_attached(
    work: ReadDep,
    since: Annotated[
        date, Query(description="Attached on this day (UTC) or later.", examples=["2026-01-01"])
    ],
) -> list[EvidenceOut]:
    """Return the evidence of all versions attached since a day, oldest first."""
    moment = datetime.combine(since, time(), tzinfo=UTC)
    return [EvidenceOut.model_validate(item) for item in evidence.since(work, moment)]


@router.get("/evidence/{evidence_id}", responses=problem_responses(404, 422))
def show_evidence(work: ReadDep, evidence_id: EvidenceId) -> EvidenceOut:
    """Return one piece of evidence: where it stands, and what it rests on."""
    return EvidenceOut.model_validate(evidence.show(work, evidence_id))


@router.get(
    "/evidence/{evidence_id}/assessment",
    responses={
        200: {"content": {"application/json": {"example": ASSESSMENT}}},
        **problem_responses(404, 409, 422),
    },
)
def show_assessment(work: ReadDep, evidence_id: EvidenceId) -> dict[str, Any]:
    """Return the assessment (`cmr.assessment/1`) that was computed from the table."""
    return evidence.assessment(work, evidence_id)


@router.get(
    "/evidence/{evidence_id}/tally",
    response_class=StreamingResponse,
    responses={
        200: {"content": {PARQUET: {"schema": {"type": "string", "format": "binary"}}}},
        **problem_responses(404, 409, 422),
    },
)
def download_tally(work: ReadDep, evidence_id: EvidenceId) -> StreamingResponse:
    """Return the tally, the counts to which the table was reduced, as Parquet."""
    name = f"attachment; filename={evidence_id}.tally"
    content = evidence.tally(work, evidence_id)
    return StreamingResponse(content, media_type=PARQUET, headers={"Content-Disposition": name})


@router.get("/evidence/{evidence_id}/parts", responses=problem_responses(404, 409, 422))
def list_parts(workshop: WorkshopDep, actor: ActorDep, evidence_id: EvidenceId) -> list[PartOut]:
    """Return the tallies that sites sent, of which evidence was made, and who vouches for each.

    An empty list where the evidence rests on a table.
    """
    from registry.services.evidence import tallied  # the statistics come with the first one

    found = tallied.parts(workshop, actor, evidence_id)
    return [PartOut.model_validate(one) for one in found]


@router.get("/evidence/{evidence_id}/recomputation", responses=problem_responses(404, 409, 422))
def recompute_evidence(
    workshop: WorkshopDep, actor: ActorDep, evidence_id: EvidenceId
) -> RecomputationOut:
    """Return what the present engine would make of the stored tally; nothing is overwritten."""
    from registry.services.evidence import recomputing  # the statistics come with the first one

    found = recomputing.recompute(workshop, actor, evidence_id)
    return RecomputationOut.model_validate(found)
