"""Statements: the thirteen considerations over the API."""

from fastapi import APIRouter, status

from registry.faces.http.dependencies import ReadDep, WorkDep
from registry.faces.http.parameters import ConsiderationNumber, ModelName, VersionNumber
from registry.faces.http.problems import problem_responses
from registry.services import statements
from registry.shapes.statements import StatementIn, StatementOut

router = APIRouter(tags=["statements"])
PATH = "/models/{name}/versions/{number}/statements"


@router.get(PATH, responses=problem_responses(404, 422))
def list_statements(work: ReadDep, name: ModelName, number: VersionNumber) -> list[StatementOut]:
    """Return all thirteen considerations in order, each answered or missing."""
    return [StatementOut.model_validate(made) for made in statements.listed(work, name, number)]


@router.post(PATH, status_code=status.HTTP_201_CREATED, responses=problem_responses(404, 422))
def make_statement(
    work: WorkDep, name: ModelName, number: VersionNumber, body: StatementIn
) -> StatementOut:
    """State something on a consideration, or that nothing is available and why."""
    return StatementOut.model_validate(statements.make(work, name, number, body))


@router.post(
    PATH + "/{consideration}/confirmation",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(404, 409, 422),
)
def confirm_statement(
    work: WorkDep, name: ModelName, number: VersionNumber, consideration: ConsiderationNumber
) -> StatementOut:
    """Confirm, as one's own, a statement carried over from the parent version."""
    return StatementOut.model_validate(statements.confirm(work, name, number, consideration))
