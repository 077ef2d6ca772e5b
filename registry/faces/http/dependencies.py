"""Dependencies: the work, the actor and the body that a route asks for."""

from collections.abc import AsyncIterator, Iterator
from typing import Annotated
from urllib.parse import urlsplit

import anyio.from_thread
from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from registry.domain.errors import ForbiddenError, NotSignedInError
from registry.domain.people import Actor
from registry.services import sessions
from registry.services.signings import Caller
from registry.services.work import Work, Workshop


def get_workshop(request: Request) -> Workshop:
    """Return the workshop of this application."""
    workshop: Workshop = request.app.state.workshop
    return workshop


WorkshopDep = Annotated[Workshop, Depends(get_workshop)]


# Says in the API's description what `get_secret` takes; reading it is ours, for our sentences.
BEARER = HTTPBearer(
    scheme_name="bearer",
    description="A session's token (`POST /api/v1/sessions`) or an API token's secret.",
    auto_error=False,
)
BearerDep = Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]


COOKIE = "__Host-cmr"
"""The cookie that carries a browser's session."""

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def get_presented(request: Request, workshop: WorkshopDep) -> str | None:
    """Return the session or token that a request carries, if any: as header or as cookie.

    A browser sends its cookie wherever it is sent; so one that would change something must come
    from a page of this registry. Both at once is refused: it cannot be told who means what.
    """
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    cookie = request.cookies.get(COOKIE)
    if kind and cookie:
        raise NotSignedInError("Send a token or a browser's session, not both.")
    if cookie:
        _require_own_page(request, workshop.settings.public_url)
        return cookie
    if not kind:
        return None
    if kind.lower() != "bearer" or not secret:
        raise NotSignedInError("Send the session or token as “Authorization: Bearer …”.")
    return secret.strip()


PresentedDep = Annotated[str | None, Depends(get_presented)]


def get_secret(presented: PresentedDep, _described: BearerDep) -> str | None:
    """Return what a request carries, on a route whose description says that it is needed."""
    return presented


def _require_own_page(request: Request, public_url: str) -> None:
    """Refuse that another page has a browser change something here."""
    if request.method in _SAFE:
        return
    own = urlsplit(public_url)
    origin = request.headers.get("origin")
    if origin is None or origin != f"{own.scheme}://{own.netloc}":
        raise ForbiddenError("This request does not come from a page of this registry.")


def get_address(request: Request) -> str | None:
    """Return the network address that asks; None where there is no network between."""
    return None if request.client is None else request.client.host[:45]


AddressDep = Annotated[str | None, Depends(get_address)]
SecretDep = Annotated[str | None, Depends(get_secret)]


def get_actor(workshop: WorkshopDep, secret: SecretDep) -> Actor | None:
    """Return who is asking: recognised in a transaction of its own, before any body is read."""
    if secret is None:
        return None
    with workshop.begin(None) as work:
        return sessions.recognise(work, secret)


ActorDep = Annotated[Actor | None, Depends(get_actor)]


LinkDep = Annotated[
    str | None,
    Header(
        alias="Link-Secret",
        description="Secret of a ceremony's link, instead of a session: what follows the #.",
        examples=["5FmfpB7DuRBCQFcjfQaXtMk--Vq97PPvPn62qIBMFJY"],
        max_length=100,
    ),
]


def get_caller(actor: ActorDep, secret: LinkDep = None) -> Caller:
    """Return who asks after a ceremony: a person signed in, or whoever holds its link."""
    return Caller(actor=actor, secret=secret)


CallerDep = Annotated[Caller, Depends(get_caller)]


def get_work(workshop: WorkshopDep, actor: ActorDep) -> Iterator[Work]:
    """Yield the work of one request; it is committed before the answer is sent."""
    with workshop.begin(actor) as work:
        yield work


def get_reading(workshop: WorkshopDep, actor: ActorDep) -> Iterator[Work]:
    """Yield work that only reads."""
    with workshop.begin(actor, reads=True) as work:
        yield work


WorkDep = Annotated[Work, Depends(get_work, scope="function")]
ReadDep = Annotated[Work, Depends(get_reading, scope="function")]


def get_body(request: Request) -> Iterator[bytes]:
    """Return the request's body, piece by piece, to a route that runs in a thread."""
    stream: AsyncIterator[bytes] = request.stream()

    async def following() -> bytes | None:
        return await anext(stream, None)

    def pieces() -> Iterator[bytes]:
        while (piece := anyio.from_thread.run(following)) is not None:
            if piece:
                yield piece

    return pieces()


BodyDep = Annotated[Iterator[bytes], Depends(get_body)]
