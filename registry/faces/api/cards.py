"""Cards: issuing and reading model cards over the API."""

from collections.abc import Iterator

from fastapi import APIRouter, status
from fastapi.responses import HTMLResponse, StreamingResponse

from registry.faces.http.dependencies import ReadDep, WorkDep
from registry.faces.http.parameters import CardNumber, ModelName, VersionNumber
from registry.faces.http.problems import problem_responses
from registry.services import cards
from registry.services.cards import Issued
from registry.shapes.cards import CardOut
from registry.shapes.jobs import JobOut

router = APIRouter(tags=["cards"])
ALONE = "sandbox allow-scripts; frame-ancestors 'none'"  # beside the policy in the page itself
PDF = {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}


@router.get("/models/{name}/versions/{number}/cards", responses=problem_responses(404, 422))
def list_cards(work: ReadDep, name: ModelName, number: VersionNumber) -> list[CardOut]:
    """Return every card that was issued for a version, oldest first."""
    return [_out(card) for card in cards.listed(work, f"{name}/{number}")]


@router.post(
    "/models/{name}/versions/{number}/cards",
    status_code=status.HTTP_202_ACCEPTED,
    responses=problem_responses(404, 409, 422),
)
def issue_card(work: WorkDep, name: ModelName, number: VersionNumber) -> JobOut:
    """Ask for a version's card as its record stands now; the answer is the job that makes it."""
    return JobOut.model_validate(cards.issue(work, f"{name}/{number}"))


@router.get(
    "/models/{name}/versions/{number}/card",
    response_class=StreamingResponse,
    responses={200: {"content": PDF}, **problem_responses(404, 409, 422)},
)
def read_card(work: ReadDep, name: ModelName, number: VersionNumber) -> StreamingResponse:
    """Return a version's card as PDF, only while it says what the registry holds."""
    card, pieces = cards.newest(work, f"{name}/{number}")
    return _pdf(pieces, f"{name}-{number}-card-{card.number}")


@router.get(
    "/models/{name}/versions/{number}/card/figures",
    response_class=HTMLResponse,
    responses=problem_responses(404, 409, 422),
)
def read_figures(work: ReadDep, name: ModelName, number: VersionNumber) -> HTMLResponse:
    """Return the figures of a version's card as one interactive HTML page, tables beside them.

    They are those of a card issued now: an issued one need not exist. The page needs no network.
    """
    page = cards.figures_page(work, f"{name}/{number}")
    return HTMLResponse(page, headers={"Content-Security-Policy": ALONE})


@router.get(
    "/models/{name}/versions/{number}/cards/{card}",
    response_class=StreamingResponse,
    responses={200: {"content": PDF}, **problem_responses(404, 422)},
)
def read_numbered_card(
    work: ReadDep, name: ModelName, number: VersionNumber, card: CardNumber
) -> StreamingResponse:
    """Return any card that was ever issued for a version as PDF, old ones too."""
    found, pieces = cards.numbered(work, f"{name}/{number}", card)
    return _pdf(pieces, f"{name}-{number}-card-{found.number}")


def _out(card: Issued) -> CardOut:
    row = card.row
    return CardOut(
        id=row.id,
        version=card.version,
        number=row.number,
        dossier=row.dossier,
        state=row.state.value,
        banner=row.banner,
        headline=row.headline,
        pdf_digest=row.pdf_digest,
        size=row.size,
        issued_at=row.issued_at,
        current=card.current,
    )


def _pdf(pieces: Iterator[bytes], name: ModelName) -> StreamingResponse:
    """Return bytes as a PDF to be kept under a name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return StreamingResponse(pieces, media_type="application/pdf", headers=headers)
