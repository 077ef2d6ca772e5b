"""Cards: issuing and reading model cards over the API."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Query, status
from fastapi.responses import HTMLResponse, StreamingResponse

from registry.faces.http.dependencies import ActorDep, ReadDep, WorkDep, WorkshopDep
from registry.faces.http.parameters import CardNumber, ModelName, VersionNumber
from registry.faces.http.problems import problem_responses
from registry.services import cards
from registry.services.cards import Issued
from registry.shapes.cards import CardOut, CardSignatureOut, SealOut
from registry.shapes.jobs import JobOut
from registry.store.cards import CardRow, CardSignatureRow

router = APIRouter(tags=["cards"])
ALONE = "sandbox allow-scripts; frame-ancestors 'none'"  # beside the policy in the page itself
Rendered = Annotated[
    bool,
    Query(description="Only what was rendered, before any seal or signature.", examples=[True]),
]
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
def read_card(
    work: ReadDep, name: ModelName, number: VersionNumber, *, rendered: Rendered = False
) -> StreamingResponse:
    """Return a version's card as PDF, only while it says what the registry holds."""
    card, pieces = cards.newest(work, f"{name}/{number}", rendered=rendered)
    return _pdf(pieces, f"{name}-{number}-card-{card.number}")


@router.get(
    "/models/{name}/versions/{number}/card/figures",
    response_class=HTMLResponse,
    responses=problem_responses(404, 409, 422),
)
def read_figures(
    workshop: WorkshopDep, actor: ActorDep, name: ModelName, number: VersionNumber
) -> HTMLResponse:
    """Return the figures of a version's card as one interactive HTML page, tables beside them.

    They are those of a card issued now: an issued one need not exist. The page needs no network.
    """
    page = cards.figures_page(workshop, actor, f"{name}/{number}")
    return HTMLResponse(page, headers={"Content-Security-Policy": ALONE})


@router.get(
    "/models/{name}/versions/{number}/cards/{card}",
    response_class=StreamingResponse,
    responses={200: {"content": PDF}, **problem_responses(404, 422)},
)
def read_numbered_card(
    work: ReadDep,
    name: ModelName,
    number: VersionNumber,
    card: CardNumber,
    *,
    rendered: Rendered = False,
) -> StreamingResponse:
    """Return any card that was ever issued for a version as PDF, old ones too."""
    found, pieces = cards.numbered(work, f"{name}/{number}", card, rendered=rendered)
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
        pdf_digest=card.file[0],
        size=card.file[1],
        rendered_digest=row.pdf_digest,
        rendered_size=row.size,
        code=row.code,
        seal=_seal(row),
        signatures=[_signature(one, person) for one, person in card.signatures],
        issued_at=row.issued_at,
        current=card.current,
    )


def _seal(row: CardRow) -> SealOut | None:
    """Return the seal of a card, if it bears one."""
    if row.sealed_digest is None:
        return None
    return SealOut.model_validate(
        {
            "method": row.seal_method,
            "name": row.seal_name,
            "certificate": row.seal_certificate,
            "at": row.sealed_at,
            "timestamped": row.seal_timestamped,
        }
    )


def _signature(row: CardSignatureRow, person: str) -> CardSignatureOut:
    """Return a person's own signature in a card."""
    return CardSignatureOut(
        number=row.number,
        field=row.field,
        role=row.role.value,
        person=person,
        name=row.name,
        certificate=row.certificate,
        trusted=row.trusted,
        at=row.signed_at,
    )


def _pdf(pieces: Iterator[bytes], name: ModelName) -> StreamingResponse:
    """Return bytes as a PDF to be kept under a name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return StreamingResponse(pieces, media_type="application/pdf", headers=headers)
