"""Models: registering, reading and correcting models over the API."""

from fastapi import APIRouter, status

from registry.faces.http.dependencies import ReadDep, WorkDep
from registry.faces.http.parameters import ModelName
from registry.faces.http.problems import problem_responses
from registry.services import models
from registry.shapes.models import ModelIn, ModelOut, ModelRecordIn

router = APIRouter(tags=["models"])


@router.get("/models", responses=problem_responses())
def list_models(work: ReadDep) -> list[ModelOut]:
    """Return all models by name."""
    return [ModelOut.model_validate(model) for model in models.listed(work)]


@router.post("/models", status_code=status.HTTP_201_CREATED, responses=problem_responses(409, 422))
def register_model(work: WorkDep, body: ModelIn) -> ModelOut:
    """Register a model."""
    return ModelOut.model_validate(models.register(work, body))


@router.get("/models/{name}", responses=problem_responses(404))
def show_model(work: ReadDep, name: ModelName) -> ModelOut:
    """Return a model as it is recorded now."""
    return ModelOut.model_validate(models.show(work, name))


@router.get("/models/{name}/records", responses=problem_responses(404))
def list_records(work: ReadDep, name: ModelName) -> list[ModelOut]:
    """Return a model as each of its records has it, oldest first."""
    return [ModelOut.model_validate(model) for model in models.history(work, name)]


@router.post(
    "/models/{name}/records",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(404, 409, 422),
)
def supersede_model(work: WorkDep, name: ModelName, body: ModelRecordIn) -> ModelOut:
    """Correct what is recorded of a model; the old record is kept."""
    return ModelOut.model_validate(models.supersede(work, name, body))
