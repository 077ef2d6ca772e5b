"""Facts about emergency access: how it begins, ends, and is looked at."""

from datetime import UTC, datetime, timedelta

import pytest

from registry.domain.emergencies import State, Times, check_opening, check_review
from registry.domain.errors import (
    BadInputError,
    ConflictError,
    ForbiddenError,
    RuleBrokenError,
)

NOW = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)
TIMES = Times(opened_at=NOW, until=NOW + timedelta(hours=1))


def test_ends_by_itself_or_before() -> None:
    """At its hour, or when its person ends it; then it waits, until it was looked at."""
    assert TIMES.state(NOW) is State.OPEN
    assert TIMES.state(TIMES.until) is State.ENDED
    ended = Times(opened_at=NOW, until=TIMES.until, ended_at=NOW)
    assert ended.state(NOW) is State.ENDED
    seen = Times(opened_at=NOW, until=TIMES.until, reviewed_at=TIMES.until)
    assert seen.state(TIMES.until) is State.REVIEWED


@pytest.mark.parametrize(
    ("reason", "hours", "most", "field"),
    [
        (" ", 1, 4, "reason"),
        ("fire", 0, 4, "hours"),
        ("fire", 3, 2, "hours"),
        ("fire", 5, 9, "hours"),
    ],
)
def test_needs_a_reason_and_is_short(reason: str, hours: int, most: int, field: str) -> None:
    """Never longer than the installation permits, nor than four hours."""
    with pytest.raises(BadInputError) as caught:
        check_opening(reason=reason, hours=hours, most=most, already=False)
    assert caught.value.field == field


def test_one_at_a_time() -> None:
    """A second is refused; within the bounds one is not."""
    check_opening(reason="fire", hours=4, most=4, already=False)
    with pytest.raises(ConflictError, match="open already"):
        check_opening(reason="fire", hours=1, most=4, already=True)


def test_review_is_anothers_and_after_the_end() -> None:
    """Not one's own, not while it is open, not twice, and not without a word."""
    check_review(State.ENDED, same_person=False, remarks="looked at the trail")
    with pytest.raises(ForbiddenError, match="another person"):
        check_review(State.ENDED, same_person=True, remarks="fine")
    with pytest.raises(RuleBrokenError, match="still open"):
        check_review(State.OPEN, same_person=False, remarks="fine")
    with pytest.raises(ConflictError, match="already"):
        check_review(State.REVIEWED, same_person=False, remarks="fine")
    with pytest.raises(BadInputError, match="remarks"):
        check_review(State.ENDED, same_person=False, remarks=" ")
