"""Exports: a version's record in formats that others read, over the API."""

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response

from registry.faces.http.dependencies import ReadDep
from registry.faces.http.parameters import ModelName, VersionNumber
from registry.faces.http.problems import problem_responses
from registry.services import cards
from registry.services.cards import Exported
from registry.shapes.exports import CoverageOut, FormatOut, FormatWord, GuidelineWord

router = APIRouter(tags=["cards"])

FormatName = Annotated[FormatWord, Path(description="Which format.", examples=["chai"])]
GuidelineName = Annotated[
    GuidelineWord, Path(description="Which guideline.", examples=["claim-2024"])
]
_BYTES = {"schema": {"type": "string", "format": "binary"}}
FILE = {"application/octet-stream": _BYTES}
MARKDOWN = {"text/markdown": _BYTES}


@router.get("/exports", responses=problem_responses())
def list_export_formats(work: ReadDep) -> list[FormatOut]:
    """Return every format in which a record can be taken home, and what each cannot carry."""
    return [FormatOut.model_validate(one, from_attributes=True) for one in cards.formats(work)]


@router.get(
    "/models/{name}/versions/{number}/exports/{format_name}",
    response_class=Response,
    responses={
        200: {"content": FILE, "description": "Of the media type that the format says"},
        **problem_responses(404, 409, 422),
    },
)
def export_version(
    work: ReadDep, name: ModelName, number: VersionNumber, format_name: FormatName
) -> Response:
    """Return a version's record as it stands now, in one format; the same bytes each time."""
    return _file(cards.export(work, f"{name}/{number}", format_name))


@router.get(
    "/models/{name}/versions/{number}/coverage/{guideline}",
    response_model=CoverageOut,
    responses=problem_responses(404, 409, 422),
)
def cover_version(
    work: ReadDep, name: ModelName, number: VersionNumber, guideline: GuidelineName
) -> Response:
    """Return which items of a reporting guideline a version's record answers, with links."""
    return _file(cards.cover(work, f"{name}/{number}", guideline))


@router.get(
    "/models/{name}/versions/{number}/coverage/{guideline}/table",
    response_class=Response,
    responses={200: {"content": MARKDOWN}, **problem_responses(404, 409, 422)},
)
def read_coverage_table(
    work: ReadDep, name: ModelName, number: VersionNumber, guideline: GuidelineName
) -> Response:
    """Return the same as a table in Markdown."""
    return _file(cards.cover(work, f"{name}/{number}", guideline, readable=True))


def _file(found: Exported) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{found.name}"'}
    return Response(found.content, media_type=found.media, headers=headers)
