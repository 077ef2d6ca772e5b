"""Verification: whether a file or a code is the current card of a version, for anybody."""

from typing import Annotated

from fastapi import APIRouter, Query

from registry.faces.http.dependencies import AddressDep, WorkshopDep
from registry.faces.http.problems import problem_responses
from registry.services import cards
from registry.services.cards import Verified
from registry.shapes.verification import CardVerificationOut, VerifiedCardOut

router = APIRouter(tags=["cards"])


@router.get("/verify", responses=problem_responses(422, 503))
def verify_card(
    workshop: WorkshopDep,
    address: AddressDep,
    code: Annotated[
        str | None,
        Query(
            description="What is printed on the card.",
            examples=["7K2M-Q0XT-93ZA-8VHB"],
            max_length=40,
        ),
    ] = None,
    digest: Annotated[
        list[str] | None,
        Query(
            description="The SHA-256 of the file; then, if wanted, those of its beginnings, up to "
            "where it may have ended before something was added.",
            examples=[["sha256:" + "3c" * 32]],
            max_length=20,
        ),
    ] = None,
) -> CardVerificationOut:
    """Say whether a card is current; nobody needs to sign in, who asks holds it."""
    found = cards.verify(workshop, code=code, digests=digest or (), address=address)
    return shaped(found)


def shaped(found: Verified) -> CardVerificationOut:
    """Shape the answer."""
    known, said = found.known, found.answer
    return CardVerificationOut(
        outcome=said.outcome.value,
        title=said.title,
        sentences=list(said.sentences),
        matched=None if found.match is None else found.match.value,
        card=None
        if known is None
        else VerifiedCardOut(
            version=known.version,
            number=known.number,
            issued_at=known.issued_at,
            headline=known.headline,
            state=known.state.value,
            newest=known.newest,
            now=known.now.value,
            since=known.since,
            superseded_by=known.by,
        ),
    )
