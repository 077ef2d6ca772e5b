"""Comments: saying something of a dossier, answering and withdrawing, over the API."""

from fastapi import APIRouter, status

from registry.domain.comments import CommentKind, CommentState
from registry.faces.api.reviews import shown
from registry.faces.http.dependencies import WorkDep
from registry.faces.http.parameters import CommentNumber, ReviewId
from registry.faces.http.problems import problem_responses
from registry.services import reviews
from registry.shapes.comments import CommentEndIn, CommentIn
from registry.shapes.reviews import ReviewOut

router = APIRouter(tags=["reviews"])


@router.post(
    "/reviews/{review_id}/comments",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(403, 404, 409, 422),
)
def comment_on_review(work: WorkDep, review_id: ReviewId, body: CommentIn) -> ReviewOut:
    """Say something of the current dossier, or ask for its change."""
    kind = CommentKind(body.kind)
    reviews.comment(work, review_id, kind=kind, text=body.text, part=body.part)
    return shown(work, review_id)


@router.post(
    "/reviews/{review_id}/comments/{number}/answer",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(403, 404, 409, 422),
)
def answer_comment(
    work: WorkDep, review_id: ReviewId, number: CommentNumber, body: CommentEndIn
) -> ReviewOut:
    """Answer another person's comment; a request then no longer stands in the way."""
    reviews.end_comment(work, review_id, number, state=CommentState.ANSWERED, text=body.text)
    return shown(work, review_id)


@router.post(
    "/reviews/{review_id}/comments/{number}/withdrawal",
    status_code=status.HTTP_201_CREATED,
    responses=problem_responses(403, 404, 409, 422),
)
def withdraw_comment(
    work: WorkDep, review_id: ReviewId, number: CommentNumber, body: CommentEndIn
) -> ReviewOut:
    """Withdraw your own comment; it stays on record."""
    reviews.end_comment(work, review_id, number, state=CommentState.WITHDRAWN, text=body.text)
    return shown(work, review_id)
