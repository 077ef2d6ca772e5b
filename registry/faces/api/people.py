"""People: signing in, enrolment, roles and tokens over the API."""

from fastapi import APIRouter, status

from registry.domain.errors import NotSignedInError
from registry.faces.http.dependencies import (
    AddressDep,
    PresentedDep,
    ReadDep,
    SecretDep,
    WorkDep,
    WorkshopDep,
)
from registry.faces.http.parameters import Login, SessionId, TokenId
from registry.faces.http.problems import problem_responses
from registry.services import dual_roles, people, policies, sessions
from registry.services.work import Work
from registry.shapes.people import (
    DualRoleIn,
    DualRoleRevocationIn,
    LeavingOut,
    PasswordIn,
    PersonIn,
    PersonOut,
    PersonRecordIn,
    RoleIn,
    RoleRevocationIn,
    SuspensionIn,
)
from registry.shapes.sessions import (
    NewTokenOut,
    OpenSessionOut,
    RotationIn,
    SessionOut,
    SignInIn,
    TokenIn,
    TokenOut,
)
from registry.store.people import PersonRow

router = APIRouter(tags=["people"])


def _shown(work: Work, row: PersonRow) -> PersonOut:
    """Return a person as they travel."""
    return PersonOut.model_validate(people.described(work, row))


def _leaving(work: Work, row: PersonRow, role: str | None = None) -> LeavingOut:
    """Return a person who acts less, with the seats that nobody fills now."""
    empty = policies.empty_seats(work, role)
    return LeavingOut.model_validate({**people.described(work, row), "empty_seats": empty})


@router.post(
    "/sessions", status_code=status.HTTP_201_CREATED, responses=problem_responses(422, 503)
)
def open_session(
    workshop: WorkshopDep, presented: PresentedDep, address: AddressDep, body: SignInIn
) -> SessionOut:
    """Sign in; the answer's token is shown this once, and a session that was sent along ends."""
    said = {"login": body.login, "password": body.password.get_secret_value()}
    with workshop.begin(None) as work:
        outcome = sessions.sign_in(work, **said, address=address, replaces=presented)
    opened = outcome.result()
    with workshop.begin(None, reads=True) as work:
        person = _shown(work, opened.person)
    return SessionOut(token=opened.secret, expires_at=opened.expires_at, person=person)


@router.delete(
    "/sessions/current", status_code=status.HTTP_204_NO_CONTENT, responses=problem_responses(404)
)
def close_session(work: WorkDep, secret: SecretDep) -> None:
    """Sign out: end the session that this request carries."""
    if secret is None:
        raise NotSignedInError("Nobody is signed in.")
    sessions.sign_out(work, secret)


@router.post(
    "/sessions/current/renewal",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(404),
)
def renew_session(work: WorkDep, secret: SecretDep) -> SessionOut:
    """Give your session a new secret; the old one is worth nothing from now on."""
    if secret is None:
        raise NotSignedInError("Nobody is signed in.")
    opened = sessions.renew(work, secret)
    person = _shown(work, opened.person)
    return SessionOut(token=opened.secret, expires_at=opened.expires_at, person=person)


@router.get("/sessions", responses=problem_responses())
def list_sessions(work: ReadDep, secret: SecretDep) -> list[OpenSessionOut]:
    """Return your open sessions."""
    return [
        OpenSessionOut.model_validate({**row.model_dump(), "this": this})
        for row, this in sessions.sessions(work, secret)
    ]


@router.delete(
    "/sessions/{session_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problem_responses(404, 422),
)
def end_session(work: WorkDep, session_id: SessionId) -> None:
    """End one of your sessions, such as one on a machine that you lost."""
    sessions.end_session(work, session_id)


@router.get("/people/me", responses=problem_responses())
def show_myself(work: ReadDep) -> PersonOut:
    """Return the person who asks."""
    return PersonOut.model_validate(people.myself(work))


@router.post("/people/me/password", responses=problem_responses(422))
def change_password(work: WorkDep, body: PasswordIn) -> PersonOut:
    """Change one's own password; every session of the person ends."""
    old, new = body.old.get_secret_value(), body.new.get_secret_value()
    return _shown(work, people.change_password(work, old=old, new=new))


@router.get("/people", responses=problem_responses())
def list_people(work: ReadDep) -> list[PersonOut]:
    """Return all people by login."""
    return [PersonOut.model_validate(person) for person in people.everyone(work)]


@router.post("/people", status_code=status.HTTP_201_CREATED, responses=problem_responses(409, 422))
def enrol_person(work: WorkDep, body: PersonIn) -> PersonOut:
    """Enrol a person, as yet without a role."""
    return _shown(work, people.enrol(work, body))


@router.post(
    "/people/{login}/records",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(404, 409, 422),
)
def correct_person(work: WorkDep, login: Login, body: PersonRecordIn) -> PersonOut:
    """Supersede what is recorded of a person; the old record is kept."""
    return _shown(work, people.correct(work, login, body))


@router.post(
    "/people/{login}/roles",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(404, 409, 422),
)
def grant_role(work: WorkDep, login: Login, body: RoleIn) -> PersonOut:
    """Grant a role to another person."""
    return _shown(work, people.grant(work, login, body))


@router.post("/people/{login}/roles/revocation", responses=problem_responses(404, 409, 422))
def revoke_role(work: WorkDep, login: Login, body: RoleRevocationIn) -> LeavingOut:
    """Take a role back; the grant stays on record. The answer names the seats left empty."""
    return _leaving(work, people.revoke(work, login, body), body.role)


@router.post(
    "/people/{login}/dual-roles",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(404, 409, 422),
)
def declare_dual_role(work: WorkDep, login: Login, body: DualRoleIn) -> PersonOut:
    """Declare that a person may fill two required roles, where a policy allows the pair."""
    return _shown(work, dual_roles.declare(work, login, body))


@router.post("/people/{login}/dual-roles/revocation", responses=problem_responses(404, 409, 422))
def revoke_dual_role(work: WorkDep, login: Login, body: DualRoleRevocationIn) -> PersonOut:
    """Take a dual role back; what was signed by it stands."""
    return _shown(work, dual_roles.revoke(work, login, body))


@router.post("/people/{login}/suspension", responses=problem_responses(404, 409, 422))
def suspend_person(work: WorkDep, login: Login, body: SuspensionIn) -> LeavingOut:
    """Let a person sign in no more; what they signed stands. The answer names the empty seats."""
    return _leaving(work, people.suspend(work, login, why=body.why))


@router.post("/tokens", status_code=status.HTTP_201_CREATED, responses=problem_responses(422))
def issue_token(work: WorkDep, body: TokenIn) -> NewTokenOut:
    """Issue an API token; its secret is shown this once, and it can never sign."""
    row, secret = sessions.issue_token(work, body)
    return NewTokenOut.model_validate({**row.model_dump(), "secret": secret})


@router.post(
    "/tokens/{token_id}/rotation",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(404, 409, 422),
)
def rotate_token(work: WorkDep, token_id: TokenId, body: RotationIn) -> NewTokenOut:
    """Issue a new token in place of one; the old one ends, at once or after some hours."""
    row, secret = sessions.rotate_token(work, token_id, overlap_hours=body.overlap_hours)
    return NewTokenOut.model_validate({**row.model_dump(), "secret": secret})


@router.get("/tokens", responses=problem_responses())
def list_tokens(work: ReadDep) -> list[TokenOut]:
    """Return the tokens of the person who asks, newest first."""
    return [TokenOut.model_validate(row.model_dump()) for row in sessions.tokens(work)]


@router.delete(
    "/tokens/{token_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=problem_responses(404, 409, 422),
)
def revoke_token(work: WorkDep, token_id: TokenId) -> None:
    """End a token at once."""
    sessions.revoke_token(work, token_id)
