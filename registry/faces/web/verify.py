"""Verify: the page on which anybody learns whether a card they hold is the current one.

It needs no session and works without a script, by the code; with one it also takes the file,
whose digests are computed in the browser: nothing but these is sent.
"""

import re
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from registry.domain.cards import Outcome
from registry.domain.errors import BadInputError, BusyError
from registry.domain.standings import State
from registry.faces.http.dependencies import AddressDep, WorkshopDep
from registry.faces.web.router import PAGE_HEADERS, POLICY, environment
from registry.services import cards
from registry.services.cards import Verified

router = APIRouter(include_in_schema=False)

HEADERS: Final = {
    **PAGE_HEADERS,
    "Content-Security-Policy": POLICY.replace("form-action 'none'", "form-action 'self'"),
}
_HEX: Final = re.compile(r"(?:sha256:)?([0-9a-fA-F]{64})")
_MARKS: Final = {"good": "✓", "unsure": "!", "bad": "✗"}


@router.get("/verify")
def verify_page(
    workshop: WorkshopDep,
    address: AddressDep,
    code: Annotated[str, Query(max_length=100)] = "",
    digest: Annotated[list[str] | None, Query(max_length=20)] = None,
) -> HTMLResponse:
    """Return the page; with a code or digests, also what is to be said of them."""
    return _page(workshop, address, typed=code.strip(), digests=digest or [])


@router.get("/verify/{code}")
def verify_code_page(workshop: WorkshopDep, address: AddressDep, code: str) -> HTMLResponse:
    """Return what is to be said of a code: the address in a card's QR code."""
    return _page(workshop, address, typed=code[:100], digests=[])


def _page(
    workshop: WorkshopDep, address: AddressDep, *, typed: str, digests: list[str]
) -> HTMLResponse:
    """Return the page with an answer, a refusal, or neither."""
    as_digest = _HEX.fullmatch(typed)
    if as_digest is not None:
        digests = [f"sha256:{as_digest[1].lower()}"]
    found, refusal, status = None, None, HTTPStatus.OK
    try:
        if digests:
            found = cards.verify(workshop, digests=digests, address=address)
        elif typed:
            found = cards.verify(workshop, code=typed, address=address)
    except BadInputError as error:
        refusal, status = str(error).removeprefix("code: "), HTTPStatus.UNPROCESSABLE_ENTITY
    except BusyError as error:
        refusal, status = str(error), HTTPStatus.SERVICE_UNAVAILABLE
    tone = "bad" if found is None else tone_of(found)
    content = (
        environment(workshop.settings.templates)
        .get_template("web/verify.html")
        .render(
            origin=workshop.settings.origin,
            here="/verify",
            typed=typed,
            found=found,
            refusal=refusal,
            tone=tone,
            mark=_MARKS[tone],
        )
    )
    return HTMLResponse(content, status_code=status, headers=HEADERS)


def tone_of(found: Verified) -> str:
    """Return how an answer stands towards use; words say the same."""
    if found.answer.outcome is not Outcome.CURRENT or found.known is None:
        return "bad"
    return "good" if found.known.state is State.CURRENT else "unsure"
