"""Passkeys: registering what one signs with, and confirming whose it is, over the API."""

from fastapi import APIRouter, status

from registry.faces.http.dependencies import CallerDep, ReadDep, WorkDep
from registry.faces.http.parameters import EnrolmentId, Login, PasskeyName
from registry.faces.http.problems import problem_responses
from registry.services import passkeys, signings
from registry.shapes.passkeys import (
    CredentialIn,
    EnrolmentOut,
    PasskeyIn,
    PasskeyOut,
    PasskeyRevocationIn,
)

router = APIRouter(tags=["passkeys"])


@router.post(
    "/passkeys", status_code=status.HTTP_201_CREATED, responses=problem_responses(404, 422)
)
def begin_passkey(work: WorkDep, body: PasskeyIn) -> EnrolmentOut:
    """Begin to register a passkey of one's own; the link leads to the page that makes it."""
    begun = signings.ask_passkey(work, passkeys.enrolment(work, body.label))
    return EnrolmentOut.model_validate({**begun, "options": None})


@router.get("/passkeys/{enrolment_id}", responses=problem_responses(404))
def show_enrolment(work: ReadDep, caller: CallerDep, enrolment_id: EnrolmentId) -> EnrolmentOut:
    """Return a passkey that waits to be made, with what the browser needs to make it."""
    found = signings.asked_passkey(work, caller, enrolment_id)
    options = passkeys.options(work, found["statement"])
    return EnrolmentOut.model_validate({**found, "options": options})


@router.post(
    "/passkeys/{enrolment_id}/credential",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(404, 409, 422),
)
def propose_passkey(
    work: WorkDep, caller: CallerDep, enrolment_id: EnrolmentId, body: CredentialIn
) -> PasskeyOut:
    """Propose the passkey that the browser made; it signs nothing before another confirms it."""
    statement = signings.take_passkey(work, caller, enrolment_id)
    return PasskeyOut.model_validate(passkeys.propose(work, statement, body.model_dump()))


@router.get("/people/{login}/passkeys", responses=problem_responses(404))
def list_passkeys(work: ReadDep, login: Login) -> list[PasskeyOut]:
    """Return all passkeys of a person, oldest first."""
    return [PasskeyOut.model_validate(one) for one in passkeys.listed(work, login)]


@router.post(
    "/people/{login}/passkeys/{key}/confirmation", responses=problem_responses(404, 409, 422)
)
def confirm_passkey(work: WorkDep, login: Login, key: PasskeyName) -> PasskeyOut:
    """Confirm that a passkey is the person's; by an enroller who could not have made it."""
    return PasskeyOut.model_validate(passkeys.confirm(work, login, key))


@router.post(
    "/people/{login}/passkeys/{key}/revocation", responses=problem_responses(404, 409, 422)
)
def revoke_passkey(
    work: WorkDep, login: Login, key: PasskeyName, body: PasskeyRevocationIn
) -> PasskeyOut:
    """Revoke a passkey, one's own or as an enroller; what it signed stands."""
    return PasskeyOut.model_validate(passkeys.revoke(work, login, key, why=body.why))
