"""Login: a browser signs in through the provider of identities and is given a session's cookie.

The cookie is `__Host-`: of this host alone, over HTTPS, and out of reach of any script. A second
one, for the ten minutes at the provider, ties the answer to the browser that asked.
"""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import PlainTextResponse, RedirectResponse

from registry.domain.errors import NotSignedInError
from registry.domain.identities import LOGIN_LASTS, ProviderError
from registry.faces.http.dependencies import COOKIE, PresentedDep, WorkshopDep
from registry.services import sessions

router = APIRouter(include_in_schema=False)
UNDER_WAY = "__Host-cmr-login"


def _set(answer: Response, name: str, value: str, *, seconds: int) -> None:
    """Set a cookie that no script and no other host ever sees."""
    answer.set_cookie(
        name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax"
    )


@router.get("/login")
def begin_login(workshop: WorkshopDep) -> Response:
    """Send the browser to the provider of identities."""
    redirect_uri = f"{workshop.settings.public_url.rstrip('/')}/login/callback"
    begun = sessions.begin(workshop, redirect_uri=redirect_uri)
    answer = RedirectResponse(begun.address, status_code=303)
    _set(answer, UNDER_WAY, begun.secret, seconds=int(LOGIN_LASTS.total_seconds()))
    return answer


@router.get("/login/callback")
def finish_login(
    workshop: WorkshopDep,
    request: Request,
    state: Annotated[str, Query(max_length=128)] = "",
    code: Annotated[str, Query(max_length=4096)] = "",
    iss: Annotated[str | None, Query(max_length=255)] = None,
    error: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Open a session for who comes back, and give its secret to the browser as a cookie."""
    kept = request.cookies.get(UNDER_WAY, "")
    if error:
        raise ProviderError(f"The provider of identities did not sign you in: {error}.")
    if not kept:
        raise ProviderError("This login was not begun in this browser; begin it again at /login.")
    back = sessions.Back(state=state, code=code, secret=kept, issuer=iss)
    opened = sessions.complete(workshop, back, replaces=request.cookies.get(COOKIE))
    answer = PlainTextResponse("You are signed in. You can close this page.\n")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    _set(answer, COOKIE, opened.secret, seconds=workshop.settings.session_hours * 3600)
    answer.delete_cookie(UNDER_WAY, path="/", secure=True, httponly=True, samesite="lax")
    return answer


@router.post("/logout")
def logout(workshop: WorkshopDep, secret: PresentedDep) -> Response:
    """End the browser's session."""
    if secret is None:
        raise NotSignedInError("Nobody is signed in.")
    with workshop.begin(None) as work:
        sessions.sign_out(work, secret)
    answer = PlainTextResponse("You are signed out.\n")
    answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
    return answer
