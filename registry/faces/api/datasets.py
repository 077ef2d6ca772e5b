"""Datasets: provenance, patients and withdrawal over the API."""

from typing import Annotated

from fastapi import APIRouter, Query, status

from registry.faces.http.dependencies import ActorDep, BodyDep, ReadDep, WorkDep, WorkshopDep
from registry.faces.http.parameters import DatasetName, DatasetNumber
from registry.faces.http.problems import problem_responses
from registry.services import datasets
from registry.shapes.datasets import (
    DatasetIn,
    DatasetOut,
    DatasetRecordIn,
    DatasetWithdrawalIn,
    DependentOut,
    PatientsOut,
)

router = APIRouter(tags=["datasets"])
PATIENTS = {
    "required": True,
    "description": "One identifier a line under a header, or a CSV with such a column.",
    "content": {"text/csv": {"schema": {"type": "string"}, "example": "patient\nP001\nP002\n"}},
}


@router.get("/datasets", responses=problem_responses())
def list_datasets(work: ReadDep) -> list[DatasetOut]:
    """Return all dataset versions by name and number."""
    return [DatasetOut.model_validate(dataset) for dataset in datasets.listed(work)]


@router.post(
    "/datasets", status_code=status.HTTP_201_CREATED, responses=problem_responses(409, 422)
)
def register_dataset(work: WorkDep, body: DatasetIn) -> DatasetOut:
    """Register the next version of a dataset with its provenance."""
    return DatasetOut.model_validate(datasets.register(work, body))


@router.get("/datasets/{name}/{number}", responses=problem_responses(404, 422))
def show_dataset(work: ReadDep, name: DatasetName, number: DatasetNumber) -> DatasetOut:
    """Return a dataset version as it is recorded now."""
    return DatasetOut.model_validate(datasets.show(work, name, number))


@router.post(
    "/datasets/{name}/{number}/records",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(404, 409, 422),
)
def supersede_dataset(
    work: WorkDep, name: DatasetName, number: DatasetNumber, body: DatasetRecordIn
) -> DatasetOut:
    """Correct the provenance of a dataset version; the old record is kept."""
    return DatasetOut.model_validate(datasets.supersede(work, name, number, body))


@router.post(
    "/datasets/{name}/{number}/patients",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(404, 422),
    openapi_extra={"requestBody": PATIENTS},
)
def take_patients(
    workshop: WorkshopDep,
    actor: ActorDep,
    body: BodyDep,
    name: DatasetName,
    number: DatasetNumber,
    partition: Annotated[
        str, Query(description="The partition they belong to.", examples=["development"])
    ],
    column: Annotated[
        str | None, Query(description="The column of their identifiers.", examples=["patient"])
    ] = None,
) -> PatientsOut:
    """Take over a list of patients as keyed digests; the identifiers themselves are dropped."""
    patients = datasets.read_patients(workshop, actor, body, column=column)
    with workshop.begin(actor) as work:
        datasets.take_patients(work, name, number, patients, partition=partition)
    return PatientsOut(partition=partition, patients=patients.count)


@router.post("/datasets/{name}/{number}/withdrawal", responses=problem_responses(404, 409, 422))
def withdraw_dataset(
    work: WorkDep, name: DatasetName, number: DatasetNumber, body: DatasetWithdrawalIn
) -> DatasetOut:
    """Withdraw a dataset version: no further version may use it."""
    return DatasetOut.model_validate(datasets.withdraw(work, name, number, why=body.why))


@router.get("/datasets/{name}/{number}/dependents", responses=problem_responses(404))
def list_dependents(work: ReadDep, name: DatasetName, number: DatasetNumber) -> list[DependentOut]:
    """Return every version that rests on a dataset, and how: trained, measured, or by a parent."""
    found = datasets.resting_on(work, name, number)
    return [DependentOut.model_validate(one, from_attributes=True) for one in found]
