"""Comments: who may end one, and which stand in the way."""

from uuid import UUID

import pytest

from registry.domain.comments import (
    Comment,
    CommentKind,
    CommentState,
    blocking,
    check_end,
    check_text,
)
from registry.domain.errors import BadInputError, ConflictError, ForbiddenError
from registry.domain.people import Role
from registry.domain.policies import TierRules

ASKER, OTHER = UUID(int=1), UUID(int=2)
RULES = TierRules(rungs=(), statements=(), decision_maker=Role.CLINICAL_LEAD, months=12)


def asked(
    kind: CommentKind = CommentKind.REQUEST, state: CommentState = CommentState.OPEN
) -> Comment:
    """Return a request for change by Ada."""
    return Comment(
        number=2, kind=kind, text="Say who is called.", by=ASKER, name="Ada", state=state
    )


class TestCheckEnd:
    """Who may end a comment."""

    def test_another_answers_and_ones_own_is_withdrawn(self) -> None:
        """Both ways are open while it is."""
        check_end(asked(), CommentState.ANSWERED, person=OTHER)
        check_end(asked(), CommentState.WITHDRAWN, person=ASKER)

    @pytest.mark.parametrize(
        ("wanted", "person"), [(CommentState.ANSWERED, ASKER), (CommentState.WITHDRAWN, OTHER)]
    )
    def test_not_the_other_way_round(self, wanted: CommentState, person: UUID) -> None:
        """Nobody answers their own, and nobody withdraws another's."""
        with pytest.raises(ForbiddenError):
            check_end(asked(), wanted, person=person)

    @pytest.mark.parametrize("state", [CommentState.ANSWERED, CommentState.WITHDRAWN])
    def test_once(self, state: CommentState) -> None:
        """What has ended stays as it ended."""
        with pytest.raises(ConflictError, match=f"is {state} already"):
            check_end(asked(state=state), CommentState.ANSWERED, person=OTHER)

    def test_in_words(self) -> None:
        """Nothing is said by blanks."""
        assert check_text(" Yes. ", field="text") == "Yes."
        with pytest.raises(BadInputError):
            check_text("  ", field="text")


class TestBlocking:
    """What stands in the way."""

    def test_only_open_requests(self) -> None:
        """A comment never does; an answered or withdrawn request no more."""
        others = [asked(CommentKind.COMMENT), *(asked(state=s) for s in list(CommentState)[1:])]
        assert blocking([asked(), *others], RULES) == [
            "Request for change 2 by Ada is open: Say who is called."
        ]

    def test_unless_the_policy_only_tells(self) -> None:
        """A policy may let requests be told and no more."""
        rules = RULES.model_copy(update={"requests_for_change": "tell"})
        assert blocking([asked()], rules) == []
