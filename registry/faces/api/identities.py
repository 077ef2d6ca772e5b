"""Identities: who is whom at the provider of identities, and signing in through it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, status

from registry.domain.errors import NotSignedInError
from registry.faces.http.dependencies import ActorDep, PresentedDep, ReadDep, WorkDep, WorkshopDep
from registry.faces.http.parameters import Login
from registry.faces.http.problems import problem_responses
from registry.services import identities, people, sessions
from registry.services.sessions import Back, Begun
from registry.shapes.identities import (
    FreshLoginOut,
    IdentityIn,
    IdentityOut,
    IdentityRevocationIn,
    LoginIn,
    LoginOut,
    ReturnIn,
)
from registry.shapes.people import PersonOut
from registry.shapes.sessions import SessionOut

router = APIRouter(tags=["people"])
IdentityId = Annotated[
    UUID,
    Path(description="The identity's id.", examples=["4c1f3f0e-2a0b-4a77-8a25-0b3de2b4a8a1"]),
]


def _begun(begun: Begun) -> LoginOut:
    """Return a login that was begun as it travels."""
    return LoginOut(
        address=begun.address,
        state=begun.state,
        secret=begun.secret,
        expires_at=begun.expires_at,
    )


def _back(body: ReturnIn) -> Back:
    """Return what came back as the service takes it."""
    return Back(state=body.state, code=body.code, secret=body.secret, issuer=body.iss)


@router.post("/logins", status_code=status.HTTP_201_CREATED, responses=problem_responses(401, 422))
def begin_login(workshop: WorkshopDep, body: LoginIn) -> LoginOut:
    """Begin to sign in at the provider of identities; send the person to the address."""
    begun = sessions.begin(workshop, redirect_uri=body.redirect_uri)
    return _begun(begun)


@router.post(
    "/logins/completion", status_code=status.HTTP_201_CREATED, responses=problem_responses(401, 422)
)
def complete_login(workshop: WorkshopDep, presented: PresentedDep, body: ReturnIn) -> SessionOut:
    """Open a session for who came back; one that this request carries ends."""
    opened = sessions.complete(workshop, _back(body), replaces=presented)
    with workshop.begin(None, reads=True) as work:
        person = PersonOut.model_validate(people.described(work, opened.person))
    return SessionOut(token=opened.secret, expires_at=opened.expires_at, person=person)


@router.post(
    "/fresh-logins", status_code=status.HTTP_201_CREATED, responses=problem_responses(401, 422)
)
def begin_fresh_login(workshop: WorkshopDep, actor: ActorDep, body: LoginIn) -> LoginOut:
    """Begin to show anew who you are, for one signature; no session of the provider will do."""
    if actor is None:
        raise NotSignedInError("Sign in first; a signature needs a person.")
    begun = sessions.begin(workshop, redirect_uri=body.redirect_uri, fresh_for=actor)
    return _begun(begun)


@router.post(
    "/fresh-logins/completion",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(401, 422),
)
def complete_fresh_login(workshop: WorkshopDep, actor: ActorDep, body: ReturnIn) -> FreshLoginOut:
    """Return what proves one signature, within two minutes of the login."""
    if actor is None:
        raise NotSignedInError("Sign in first; a signature needs a person.")
    proof = sessions.complete_fresh(workshop, actor, _back(body))
    return FreshLoginOut(
        secret=proof.secret, auth_time=proof.auth_time, expires_at=proof.expires_at
    )


@router.get("/people/{login}/identities", responses=problem_responses(404))
def list_identities(work: ReadDep, login: Login) -> list[IdentityOut]:
    """Return the identities of a person at the provider, revoked ones too."""
    return identities.of_person(work, login)


@router.post(
    "/people/{login}/identities",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(404, 409, 422),
)
def propose_identity(work: WorkDep, login: Login, body: IdentityIn) -> IdentityOut:
    """Propose whom the provider's subject names; another enroller must confirm it."""
    return identities.propose(work, login, body)


@router.post("/identities/{identity_id}/confirmation", responses=problem_responses(404, 409, 422))
def confirm_identity(work: WorkDep, identity_id: IdentityId) -> IdentityOut:
    """Confirm an identity that somebody else proposed; the person may sign in by it."""
    return identities.confirm(work, identity_id)


@router.post("/identities/{identity_id}/revocation", responses=problem_responses(404, 409, 422))
def revoke_identity(
    work: WorkDep, identity_id: IdentityId, body: IdentityRevocationIn
) -> IdentityOut:
    """End an identity at once, and every session of its person."""
    return identities.revoke(work, identity_id, why=body.why)
