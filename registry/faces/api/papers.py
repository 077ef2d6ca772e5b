"""Papers: documents about models, and people's training, over the API."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, status

from registry.faces.http.dependencies import ReadDep, WorkDep
from registry.faces.http.parameters import Login, ModelName
from registry.faces.http.problems import problem_responses
from registry.services import papers
from registry.shapes.papers import PaperIn, PaperOut, PaperWithdrawalIn, TrainingIn, TrainingOut

router = APIRouter(tags=["papers"])
PaperId = Annotated[
    UUID, Path(description="The document's id.", examples=["0f0b3f0a-5b0f-4f36-8a31-8a1f6b1b7a55"])
]
TrainingId = Annotated[
    UUID, Path(description="The training's id.", examples=["91d2b0a4-2f6e-4b7e-9d3b-3d6a52f0c1aa"])
]


@router.get("/models/{name}/documents", responses=problem_responses(404))
def list_documents(work: ReadDep, name: ModelName) -> list[PaperOut]:
    """Return the documents about a model and its versions, oldest first."""
    return [PaperOut.model_validate(one) for one in papers.listed(work, name)]


@router.post(
    "/models/{name}/documents",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(403, 404, 422),
)
def register_document(work: WorkDep, name: ModelName, body: PaperIn) -> PaperOut:
    """Register a document about a model or one version of it; its file was kept beforehand."""
    return PaperOut.model_validate(papers.register(work, name, body))


@router.post("/documents/{paper_id}/withdrawal", responses=problem_responses(403, 404, 409, 422))
def withdraw_document(work: WorkDep, paper_id: PaperId, body: PaperWithdrawalIn) -> PaperOut:
    """Take a document back: it counts for nothing from now on, and stays on record."""
    return PaperOut.model_validate(papers.withdraw(work, paper_id, why=body.why))


@router.get("/people/{login}/trainings", responses=problem_responses(404))
def list_trainings(work: ReadDep, login: Login) -> list[TrainingOut]:
    """Return what a person has completed, oldest first."""
    return [TrainingOut.model_validate(one) for one in papers.trainings(work, login)]


@router.post(
    "/people/{login}/trainings",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(403, 404, 422),
)
def record_training(work: WorkDep, login: Login, body: TrainingIn) -> TrainingOut:
    """Record what another person has completed; nobody records their own."""
    return TrainingOut.model_validate(papers.record_training(work, login, body))


@router.post("/trainings/{training_id}/withdrawal", responses=problem_responses(403, 404, 409, 422))
def withdraw_training(
    work: WorkDep, training_id: TrainingId, body: PaperWithdrawalIn
) -> TrainingOut:
    """Take a recorded training back; it stays on record."""
    return TrainingOut.model_validate(papers.withdraw_training(work, training_id, why=body.why))
