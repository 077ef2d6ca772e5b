"""Dependencies: the work, the actor and the body that a route asks for."""

from collections.abc import AsyncIterator, Iterator
from typing import Annotated

import anyio.from_thread
from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from registry.domain.errors import NotSignedInError
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


def get_secret(request: Request, _described: BearerDep) -> str | None:
    """Return the session or token that the request carries, if any."""
    kind, _, secret = request.headers.get("authorization", "").partition(" ")
    if not kind:
        return None
    if kind.lower() != "bearer" or not secret:
        raise NotSignedInError("Send the session or token as “Authorization: Bearer …”.")
    return secret.strip()


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
