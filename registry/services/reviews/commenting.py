"""Commenting: saying something of a dossier, asking for its change, answering and withdrawing."""

from uuid import UUID

from registry.domain import comments as rules
from registry.domain.comments import CommentKind, CommentState
from registry.domain.errors import BadInputError
from registry.domain.people import Action
from registry.domain.trail import Act
from registry.services.reviews import freezing
from registry.services.work import Work
from registry.store import comments, reviews, versions
from registry.store.comments import CommentEndRow, CommentRow

ACTS = {
    CommentState.ANSWERED: Act.COMMENT_ANSWERED,
    CommentState.WITHDRAWN: Act.COMMENT_WITHDRAWN,
}


def comment(
    work: Work, review_id: UUID, *, kind: CommentKind, text: str, part: str | None = None
) -> CommentRow:
    """Say something of a review's dossier, or ask for its change; `part` is one of its keys.

    Raises
    ------
    BadInputError
        When nothing is said, or the dossier has no such part.
    ConflictError
        When the review is decided.
    """
    actor = work.require(Action.REVIEW_COMMENT)
    review = reviews.get(work.session, review_id)
    version = freezing.open_for_work(work, review)
    work.require(Action.REVIEW_COMMENT, state=freezing.state_of(work, review))
    frozen = reviews.dossier_of(work.session, review.id)
    parts = sorted(freezing.frozen(work, frozen.digest))
    if part is not None and part not in parts:
        raise BadInputError(
            f"the dossier has no “{part}”; it has {', '.join(parts)}.", field="part"
        )
    row = CommentRow(
        id=work.new_id(),
        review_id=review.id,
        number=len(comments.of_review(work.session, review.id)) + 1,
        kind=kind,
        part=part,
        text=rules.check_text(text, field="text"),
        dossier=frozen.digest,
        said_by=actor.id,
        said_at=work.now(),
    )
    work.session.add(row)
    work.record(
        Act.REVIEW_COMMENTED,
        subject=versions.name_of(work.session, version),
        why=row.text,
        after={
            "review": str(review.id),
            "comment": row.number,
            "kind": kind.value,
            "part": part,
            "dossier": frozen.digest,
        },
    )
    return row


def end_comment(
    work: Work, review_id: UUID, number: int, *, state: CommentState, text: str
) -> CommentEndRow:
    """Answer another person's comment, or withdraw one's own; it stays on record.

    Raises
    ------
    ForbiddenError
        When the person is the wrong one.
    ConflictError
        When it has ended already, or the review is decided.
    BadInputError
        When nothing is said.
    """
    actor = work.require(Action.REVIEW_COMMENT)
    review = reviews.get(work.session, review_id)
    version = freezing.open_for_work(work, review)
    work.require(Action.REVIEW_COMMENT, state=freezing.state_of(work, review))
    row = comments.get(work.session, review.id, number)
    rules.check_end(comments.value(work.session, row), state, person=actor.id)
    end = CommentEndRow(
        comment_id=row.id,
        state=state,
        text=rules.check_text(text, field="text"),
        ended_by=actor.id,
        ended_at=work.now(),
    )
    work.session.add(end)
    work.record(
        ACTS[state],
        subject=versions.name_of(work.session, version),
        why=end.text,
        before={
            "comment": number,
            "kind": row.kind.value,
            "said_by": str(row.said_by),
            "state": CommentState.OPEN.value,
        },
        after={"review": str(review.id), "state": state.value},
    )
    return end
