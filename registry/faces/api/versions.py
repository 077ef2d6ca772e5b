"""Versions: registering, reading and correcting versions over the API."""

from fastapi import APIRouter, status

from registry.faces.http.dependencies import ReadDep, WorkDep
from registry.faces.http.parameters import ModelName, VersionNumber
from registry.faces.http.problems import problem_responses
from registry.services import versions
from registry.shapes.versions import CandidacyIn, VersionIn, VersionOut, VersionRecordIn

router = APIRouter(tags=["versions"])


@router.get("/models/{name}/versions", responses=problem_responses(404))
def list_versions(work: ReadDep, name: ModelName) -> list[VersionOut]:
    """Return the versions of a model in order."""
    return [VersionOut.model_validate(version) for version in versions.listed(work, name)]


@router.post(
    "/models/{name}/versions",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(404, 409, 422),
)
def register_version(work: WorkDep, name: ModelName, body: VersionIn) -> VersionOut:
    """Register the next version of a model; its files were kept beforehand."""
    return VersionOut.model_validate(versions.register(work, name, body))


@router.get("/models/{name}/versions/{number}", responses=problem_responses(404, 422))
def show_version(work: ReadDep, name: ModelName, number: VersionNumber) -> VersionOut:
    """Return a version as it is recorded now."""
    return VersionOut.model_validate(versions.show(work, name, number))


@router.post(
    "/models/{name}/versions/{number}/records",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(404, 409, 422),
)
def supersede_version(
    work: WorkDep, name: ModelName, number: VersionNumber, body: VersionRecordIn
) -> VersionOut:
    """Correct what is recorded of a version; its files never change."""
    return VersionOut.model_validate(versions.supersede(work, name, number, body))


@router.post(
    "/models/{name}/versions/{number}/candidacy",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(403, 404, 409, 422),
)
def name_release_candidate(
    work: WorkDep, name: ModelName, number: VersionNumber, body: CandidacyIn
) -> VersionOut:
    """Name a version a release candidate, with the reason: only a candidate goes into review."""
    return VersionOut.model_validate(versions.name_candidate(work, name, number, why=body.why))
