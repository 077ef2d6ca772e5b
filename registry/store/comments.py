"""Comments: what was said of a dossier, and how each comment ended; nothing is edited."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, col, select

from registry.domain.comments import Comment, CommentKind, CommentState
from registry.domain.errors import NotFoundError
from registry.domain.trail import instant_text
from registry.store import people
from registry.store.columns import Row, UtcInstant, word


class CommentRow(Row, table=True):
    """One comment on the dossier of a review."""

    __tablename__ = "comments"
    __table_args__ = (UniqueConstraint("review_id", "number"),)

    id: UUID = Field(primary_key=True)
    review_id: UUID = Field(foreign_key="reviews.id", index=True)
    number: int
    kind: CommentKind = Field(sa_type=word(CommentKind))
    part: str | None = Field(default=None, max_length=80)
    text: str
    dossier: str = Field(max_length=71)
    said_by: UUID = Field(foreign_key="people.id")
    said_at: datetime = Field(sa_type=UtcInstant)


class CommentEndRow(Row, table=True):
    """How a comment ended: answered by another person, or withdrawn by its own."""

    __tablename__ = "comment_ends"

    comment_id: UUID = Field(primary_key=True, foreign_key="comments.id")
    state: CommentState = Field(sa_type=word(CommentState))
    text: str
    ended_by: UUID = Field(foreign_key="people.id")
    ended_at: datetime = Field(sa_type=UtcInstant)


def of_review(session: Session, review_id: UUID) -> Sequence[CommentRow]:
    """Return the comments of a review, in order."""
    return session.exec(
        select(CommentRow).where(CommentRow.review_id == review_id).order_by(col(CommentRow.number))
    ).all()


def get(session: Session, review_id: UUID, number: int) -> CommentRow:
    """Return one comment of a review.

    Raises
    ------
    NotFoundError
        When the review has none of this number.
    """
    for row in of_review(session, review_id):
        if row.number == number:
            return row
    raise NotFoundError(f"The review has no comment {number}.")


def value(session: Session, row: CommentRow) -> Comment:
    """Return a comment as the rules see it."""
    end = session.get(CommentEndRow, row.id)
    return Comment(
        number=row.number,
        kind=row.kind,
        text=row.text,
        by=row.said_by,
        name=people.name_of(session, row.said_by),
        state=CommentState.OPEN if end is None else end.state,
    )


def values(session: Session, review_id: UUID) -> list[Comment]:
    """Return the comments of a review as the rules see them."""
    return [value(session, row) for row in of_review(session, review_id)]


def described(session: Session, row: CommentRow) -> dict[str, Any]:
    """Return a comment as it is shown."""
    end = session.get(CommentEndRow, row.id)
    return {
        "number": row.number,
        "kind": row.kind.value,
        "part": row.part,
        "text": row.text,
        "dossier": row.dossier,
        "by": people.reference(session, row.said_by),
        "at": instant_text(row.said_at),
        "state": CommentState.OPEN.value if end is None else end.state.value,
        "end": None
        if end is None
        else {
            "text": end.text,
            "by": people.reference(session, end.ended_by),
            "at": instant_text(end.ended_at),
        },
    }
