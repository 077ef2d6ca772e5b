"""Signings: any signed act, prepared, shown and signed by passkey, over the API."""

from fastapi import APIRouter, status

from registry.domain.signatures import FreshLogin, Passkey, Password
from registry.faces.api import acts
from registry.faces.http.dependencies import ActorDep, CallerDep, ReadDep, WorkDep, WorkshopDep
from registry.faces.http.parameters import SigningId
from registry.faces.http.problems import problem_responses
from registry.services import signings
from registry.shapes.signings import (
    AssertionIn,
    LoginProofIn,
    PasswordAgainIn,
    SigningIn,
    SigningOut,
)

router = APIRouter(tags=["signings"])


@router.post(
    "/signings",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(404, 409, 422),
)
def prepare_signing(workshop: WorkshopDep, actor: ActorDep, body: SigningIn) -> SigningOut:
    """Prepare an act that is signed: nothing is done, the statement and a link come back."""
    asked = acts.asked(body.model_dump())
    return SigningOut.model_validate(signings.prepare(workshop, actor, asked))


@router.get("/signings/{signing_id}", responses=problem_responses(404))
def show_signing(work: ReadDep, caller: CallerDep, signing_id: SigningId) -> SigningOut:
    """Return what waits to be signed, or what became of it; to its signer alone."""
    return SigningOut.model_validate(signings.show(work, caller, signing_id))


@router.post("/signings/{signing_id}/assertion", responses=problem_responses(404, 409, 422))
def answer_signing(
    workshop: WorkshopDep, caller: CallerDep, signing_id: SigningId, body: AssertionIn
) -> SigningOut:
    """Sign by passkey and do the act; refused if the records changed since it was shown."""
    proof = Passkey(assertion=body.model_dump())
    done = signings.carry_out(workshop, caller, signing_id, proof, acts.asked)
    return SigningOut.model_validate(done)


@router.post("/signings/{signing_id}/password", responses=problem_responses(404, 409, 422, 503))
def confirm_signing(
    workshop: WorkshopDep, caller: CallerDep, signing_id: SigningId, body: PasswordAgainIn
) -> SigningOut:
    """Sign by the password again, which is the weaker way and is labelled so, and do the act."""
    proof = Password(body.password.get_secret_value())
    done = signings.carry_out(workshop, caller, signing_id, proof, acts.asked)
    return SigningOut.model_validate(done)


@router.post("/signings/{signing_id}/fresh-login", responses=problem_responses(404, 409, 422))
def approve_signing(
    workshop: WorkshopDep, caller: CallerDep, signing_id: SigningId, body: LoginProofIn
) -> SigningOut:
    """Sign by a fresh login at the provider, within two minutes of it, and do the act."""
    proof = FreshLogin(body.secret.get_secret_value())
    done = signings.carry_out(workshop, caller, signing_id, proof, acts.asked)
    return SigningOut.model_validate(done)


@router.post("/signings/{signing_id}/cancellation", responses=problem_responses(404, 409))
def cancel_signing(work: WorkDep, caller: CallerDep, signing_id: SigningId) -> SigningOut:
    """Cancel what waits to be signed; nothing was done."""
    return SigningOut.model_validate(signings.cancel(work, caller, signing_id))
