"""Reviews: opening, signing, deciding and closing, over the API."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, status
from fastapi.responses import Response, StreamingResponse

from registry.domain.conditions import OnOverdue, When
from registry.domain.people import Role
from registry.domain.policies import Meaning, Rung
from registry.domain.reviews import Outcome
from registry.domain.scopes import Scope
from registry.domain.signatures import Password
from registry.faces.http.dependencies import ReadDep, WorkDep
from registry.faces.http.parameters import (
    ConditionNumber,
    ModelName,
    ReviewId,
    SignOffId,
    VersionNumber,
)
from registry.faces.http.problems import problem_responses
from registry.services import reviews
from registry.services.reviews import ConditionAsked, View
from registry.services.work import Work
from registry.shapes.reviews import (
    ClosureIn,
    ConditionIn,
    DecisionIn,
    DossierRefOut,
    MissingOut,
    ReviewIn,
    ReviewOut,
    SignOffIn,
    SignOffWithdrawalIn,
)

router = APIRouter(tags=["reviews"])
DOSSIER = {
    "application/json": {
        "schema": {"type": "object", "description": "The dossier, `cmr.dossier/1`, RFC 8785."}
    }
}
ETAG = {"ETag": {"description": "The dossier's digest.", "schema": {"type": "string"}}}


def shown(work: Work, review_id: UUID) -> ReviewOut:
    """Return a review as it stands after an act."""
    return _out(reviews.view(work, review_id))


def _out(view: View) -> ReviewOut:
    """Shape a review."""
    found = view.documents
    return ReviewOut(
        id=view.review.id,
        version=view.version,
        state="open" if view.decision is None else view.decision.outcome.value,
        scope=view.review.scope,
        policy=f"{view.review.policy_name}/{view.review.policy_version}",
        tier=found.dossier["policy"]["tier"],
        opened=view.opened,
        dossier=DossierRefOut(number=view.number, digest=found.digest),
        changed=view.changed,
        missing=[
            MissingOut(kind=one.kind.value, what=one.what, waits_for=one.waits_for)
            for one in view.missing
        ],
        criteria=found.dossier["criteria"],
        signoffs=found.signoffs,
        decision=found.decision,
        decision_digest=None if view.decision is None else view.decision.digest,
        standing=found.standing,
        waivers=view.waivers,
        comments=view.comments,
        asked=view.asked,
        first_word=view.first_word,
        since_last=found.dossier.get("since_last"),
        since_decision=view.since_decision,
    )


@router.post(
    "/models/{name}/versions/{number}/reviews",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(403, 404, 409, 422),
)
def open_review(work: WorkDep, name: ModelName, number: VersionNumber, body: ReviewIn) -> ReviewOut:
    """Open a review for a scope and freeze its dossier from the records as they are."""
    said = body.model_dump(exclude={"reason"})
    said |= {"sites": tuple(body.sites), "findings": tuple(body.findings), "rung": Rung(body.rung)}
    opened = reviews.open_review(work, name, number, scope=Scope(**said), reason=body.reason)
    return shown(work, opened.id)


@router.get("/reviews", responses=problem_responses(404))
def list_reviews(
    work: ReadDep,
    model: Annotated[
        str | None, Query(description="Only of this model's version.", examples=["heart-cad"])
    ] = None,
    number: Annotated[int | None, Query(description="The version's number.", examples=[2])] = None,
) -> list[ReviewOut]:
    """Return all reviews, or those of one version, oldest first."""
    return [_out(view) for view in reviews.listed(work, model, number)]


@router.get("/reviews/{review_id}", responses=problem_responses(404))
def show_review(work: ReadDep, review_id: ReviewId) -> ReviewOut:
    """Return a review as it stands: sign-offs, what is missing, the decision."""
    return shown(work, review_id)


@router.get(
    "/reviews/{review_id}/dossier",
    response_class=Response,
    responses={200: {"content": DOSSIER, "headers": ETAG}, **problem_responses(404)},
)
def get_dossier(work: ReadDep, review_id: ReviewId) -> StreamingResponse:
    """Return the exact canonical bytes of the current dossier; their SHA-256 is its name."""
    digest, chunks = reviews.dossier_bytes(work, review_id)
    headers = {"ETag": f'"{digest}"'}
    return StreamingResponse(chunks, media_type="application/json", headers=headers)


@router.post("/reviews/{review_id}/dossier", responses=problem_responses(403, 404, 409))
def refreeze_dossier(work: WorkDep, review_id: ReviewId) -> ReviewOut:
    """Freeze the records as they are now; sign-offs over the older dossier become void."""
    reviews.refreeze(work, review_id)
    return shown(work, review_id)


@router.post(
    "/reviews/{review_id}/signoffs",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(403, 404, 409, 422),
)
def sign_review(work: WorkDep, review_id: ReviewId, body: SignOffIn) -> ReviewOut:
    """Sign the dossier that you have read, in a role and with a meaning."""
    said = body.model_dump(include={"reasons", "dossier", "on_behalf"})
    role, meaning = Role(body.role), Meaning(body.meaning)
    proof = Password(body.password.get_secret_value())
    reviews.sign(work, review_id, role=role, meaning=meaning, proof=proof, **said)
    return shown(work, review_id)


@router.post(
    "/reviews/{review_id}/signoffs/{signoff_id}/withdrawal",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(403, 404, 409, 422),
)
def withdraw_signoff(
    work: WorkDep, review_id: ReviewId, signoff_id: SignOffId, body: SignOffWithdrawalIn
) -> ReviewOut:
    """Take your own sign-off back; it stays on record as withdrawn."""
    proof = Password(body.password.get_secret_value())
    reviews.withdraw(work, review_id, signoff_id, reasons=body.reasons, proof=proof)
    return shown(work, review_id)


@router.post(
    "/reviews/{review_id}/decision",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(403, 404, 409, 422),
)
def decide_review(work: WorkDep, review_id: ReviewId, body: DecisionIn) -> ReviewOut:
    """Decide a review; an approval that the policy blocks is refused with every reason."""
    said = body.model_dump(include={"reasons", "valid_until", "on_behalf"})
    conditions = [_asked(condition) for condition in body.conditions]
    outcome, proof = Outcome(body.outcome), Password(body.password.get_secret_value())
    reviews.decide(work, review_id, outcome=outcome, proof=proof, conditions=conditions, **said)
    return shown(work, review_id)


def _asked(condition: ConditionIn) -> ConditionAsked:
    """Return a condition as the service takes it."""
    words = {"when": When(condition.when), "on_overdue": OnOverdue(condition.on_overdue)}
    return ConditionAsked(**condition.model_dump() | words)


@router.post(
    "/reviews/{review_id}/conditions/{number}/closure",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(403, 404, 409, 422),
)
def close_condition(
    work: WorkDep, review_id: ReviewId, number: ConditionNumber, body: ClosureIn
) -> ReviewOut:
    """Close a condition as its verifier, with what shows that it is met."""
    proof = Password(body.password.get_secret_value())
    reviews.close_condition(work, review_id, number, evidence=body.evidence, proof=proof)
    return shown(work, review_id)
