"""Router: the pages on which people sign and register passkeys, and what pages are made of.

A page holds nothing of a ceremony: its script asks the API, with the secret in the link's fragment,
which no server sees. There is no cookie.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from registry.domain.errors import NotFoundError
from registry.faces.http.dependencies import WorkshopDep
from reports.fonts import SOURCES, font_folder

router = APIRouter(include_in_schema=False)

STATIC: Final[Mapping[str, str]] = {
    "page.css": "text/css",
    "ceremony.js": "text/javascript",
    "sign.js": "text/javascript",
    "passkey.js": "text/javascript",
    "verify.js": "text/javascript",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "publickey-credentials-get=(self), publickey-credentials-create=(self)",
}
PAGE_HEADERS: Final[Mapping[str, str]] = {**HEADERS, "Cache-Control": "no-store"}


@cache
def environment(folder: Path) -> Environment:
    """Return the templates of a folder; what they place is escaped."""
    return Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined)


def _page(workshop: WorkshopDep, name: str) -> HTMLResponse:
    """Return a page, the same for every ceremony."""
    template = environment(workshop.settings.templates).get_template(f"web/{name}.html")
    content = template.render(origin=workshop.settings.origin)
    return HTMLResponse(content, headers=dict(PAGE_HEADERS))


@router.get("/sign/{signing_id}")
def sign_page(workshop: WorkshopDep, signing_id: UUID) -> HTMLResponse:
    """Return the page that shows a statement and signs it."""
    del signing_id  # the page's script reads it from the address
    return _page(workshop, "sign")


@router.get("/passkey/{enrolment_id}")
def passkey_page(workshop: WorkshopDep, enrolment_id: UUID) -> HTMLResponse:
    """Return the page that makes a passkey."""
    del enrolment_id
    return _page(workshop, "passkey")


@router.get("/assets/fonts/{name}")
def font(name: str) -> Response:
    """Return one of the card's fonts."""
    if name not in SOURCES:
        raise NotFoundError(f"There is no font “{name[:80]}”.")
    return FileResponse(font_folder() / name, media_type="font/ttf", headers=dict(HEADERS))


@router.get("/assets/{name}")
def static(workshop: WorkshopDep, name: str) -> Response:
    """Return a style sheet or a script of the pages."""
    if name not in STATIC:
        raise NotFoundError(f"There is no file “{name[:80]}”.")
    path = workshop.settings.templates / "web" / "static" / name
    headers = {**HEADERS, "Cache-Control": "no-cache"}
    return FileResponse(path, media_type=STATIC[name], headers=headers)
