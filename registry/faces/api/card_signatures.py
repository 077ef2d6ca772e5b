"""Card signatures: people's own signatures in a card's file, over the API."""

from typing import Annotated

from fastapi import APIRouter, Query, status

from registry.domain.people import Role
from registry.faces.http.dependencies import ActorDep, BodyDep, ReadDep, WorkshopDep
from registry.faces.http.parameters import CardNumber, ModelName, VersionNumber
from registry.faces.http.problems import problem_responses
from registry.services import cards
from registry.shapes.cards import CardPlaceOut, SignedCardOut

router = APIRouter(tags=["cards"])
FILE = "The card's file with your signature added to it, and nothing else."
BYTES = {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}
SignedAs = Annotated[
    Role,
    Query(
        description="The role in which you had signed off.", examples=["clinical safety officer"]
    ),
]


@router.get(
    "/models/{name}/versions/{number}/cards/{card}/place",
    responses=problem_responses(404, 409, 422),
)
def read_place(
    work: ReadDep, name: ModelName, number: VersionNumber, card: CardNumber, role: SignedAs
) -> CardPlaceOut:
    """Return where you may sign in a card's file by a certificate of your own."""
    found = cards.place(work, f"{name}/{number}", card, role=role)
    return CardPlaceOut(
        field=found.field, meaning=found.meaning, pdf_digest=found.digest, size=found.size
    )


@router.post(
    "/models/{name}/versions/{number}/cards/{card}/signatures",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(404, 409, 422),
    openapi_extra={"requestBody": {"required": True, "description": FILE, "content": BYTES}},
)
def sign_card(
    workshop: WorkshopDep,
    actor: ActorDep,
    name: ModelName,
    number: VersionNumber,
    card: CardNumber,
    role: SignedAs,
    body: BodyDep,
) -> SignedCardOut:
    """Hand in a card's file to which you have added a signature by your own certificate.

    It is taken only if it begins with the card as it is here, and if nothing was added but one
    signature in the field made for your sign-off. The private key never comes here.
    """
    with workshop.begin(actor) as work:
        row = cards.add_signature(work, f"{name}/{number}", card, role=role, content=body)
        return SignedCardOut.model_validate(row)
