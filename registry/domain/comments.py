"""Comments: what people say of a dossier before it is decided, and requests for its change.

An open request for change stands in the way of an approval until somebody else answers it or
whoever asked withdraws it, unless the policy says that requests are only told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from registry.domain.errors import BadInputError, ConflictError, ForbiddenError
from registry.domain.policies import TierRules


class CommentKind(StrEnum):
    """What somebody says of a dossier."""

    COMMENT = "comment"
    REQUEST = "request for change"


class CommentState(StrEnum):
    """How a comment stands."""

    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class Comment:
    """One comment as the rules see it."""

    number: int
    kind: CommentKind
    text: str
    by: UUID
    name: str
    state: CommentState


def check_text(text: str, *, field: str) -> str:
    """Return what is said, without blanks around it.

    Raises
    ------
    BadInputError
        When nothing is said.
    """
    if not text.strip():
        raise BadInputError("say it in words.", field=field)
    return text.strip()


def check_end(comment: Comment, wanted: CommentState, *, person: UUID) -> None:
    """Refuse to end a comment twice, to answer one's own, or to withdraw another's.

    Raises
    ------
    ConflictError
        When it is answered or withdrawn already.
    ForbiddenError
        When the person is the wrong one.
    """
    if comment.state is not CommentState.OPEN:
        raise ConflictError(f"Comment {comment.number} is {comment.state} already.")
    own = comment.by == person
    if wanted is CommentState.ANSWERED and own:
        raise ForbiddenError("You asked it; withdraw it, or let another person answer.")
    if wanted is CommentState.WITHDRAWN and not own:
        raise ForbiddenError(f"Only {comment.name} can withdraw comment {comment.number}.")


def blocking(comments: Sequence[Comment], rules: TierRules) -> list[str]:
    """Return, as sentences, the open requests for change that stand in the way."""
    if rules.requests_for_change == "tell":
        return []
    return [
        f"Request for change {one.number} by {one.name} is open: {one.text.rstrip('.')}."
        for one in comments
        if one.kind is CommentKind.REQUEST and one.state is CommentState.OPEN
    ]
