"""Conditions: what makes one binding, when it is late, who may close it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from registry.domain import conditions
from registry.domain.conditions import Condition, When
from registry.domain.errors import BadInputError, ConflictError, ForbiddenError
from registry.domain.people import Role
from registry.domain.sites import Calendar

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OWNER, VERIFIER = UUID(int=1), UUID(int=2)
CONDITION = Condition(
    number=1,
    text="Train the staff.",
    when=When.BEFORE,
    owner=OWNER,
    verifier=VERIFIER,
    due=date(2026, 11, 23),
    site="Hungary",
    time_zone="Europe/Budapest",
    evidence_needed="Attendance list",
    consequence="The pilot does not begin.",
)


def document(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any part of a condition
    """Return a condition as a decision holds it."""
    whole = {
        "number": 1,
        "text": "Train the staff.",
        "when": "before go-live",
        "owner": {"id": str(OWNER), "name": "Olga"},
        "verifier": {"id": str(VERIFIER), "name": "Vera"},
        "due": "2026-11-23",
        "site": "Hungary",
        "time_zone": "Europe/Budapest",
        "consequence": "The pilot does not begin.",
        "state": "open",
    }
    return whole | changes


class TestCheck:
    """A condition that somebody can be held to."""

    def test_due_today(self) -> None:
        """The due date is the end of that day, so that today is not past."""
        conditions.check(CONDITION, sites=["Hungary"], now=NOON)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"text": " "}, "text"),
            ({"evidence_needed": ""}, "evidence_needed"),
            ({"consequence": ""}, "consequence"),
            ({"verifier": OWNER}, "verifier"),
            ({"site": "Long Beach"}, "site"),
            ({"due": date(2026, 11, 22)}, "due"),
        ],
    )
    def test_what_is_wrong_is_named(self, change: dict[str, Any], field: str) -> None:
        """Each fault names the condition and its field."""
        with pytest.raises(BadInputError) as caught:
            conditions.check(replace(CONDITION, **change), sites=["Hungary"], now=NOON)
        assert caught.value.field == f"conditions.1.{field}"

    def test_the_day_is_the_sites(self) -> None:
        """At half past eleven in the evening UTC it is already tomorrow in Budapest."""
        late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
        with pytest.raises(BadInputError, match="past at Hungary"):
            conditions.check(CONDITION, sites=["Hungary"], now=late)

    def test_no_working_day(self) -> None:
        """A Sunday or a holiday of the site is refused, and the next working day is named."""
        calendar = Calendar(holidays=frozenset({date(2026, 11, 30)}))
        sunday = replace(CONDITION, due=date(2026, 11, 29), calendar=calendar)
        with pytest.raises(BadInputError, match=r"a Sunday.* there is 2026-12-01") as caught:
            conditions.check(sunday, sites=["Hungary"], now=NOON)
        assert caught.value.field == "conditions.1.due"

    def test_after_the_approval(self) -> None:
        """Nobody can be held to a condition of an approval that has ended."""
        with pytest.raises(BadInputError, match="after the approval ends"):
            conditions.check(CONDITION, sites=["Hungary"], now=NOON, until=date(2026, 11, 20))


class TestIsOverdue:
    """Late or not, by the site's own calendar."""

    def test_on_the_day(self) -> None:
        """On its day it is not late."""
        assert not conditions.is_overdue(document(), NOON)

    def test_west_of_greenwich(self) -> None:
        """The day ends later in Los Angeles than in Greenwich."""
        early = datetime(2026, 11, 24, 5, tzinfo=UTC)
        assert not conditions.is_overdue(document(time_zone="America/Los_Angeles"), early)
        assert conditions.is_overdue(document(), early)

    def test_closed_is_never_late(self) -> None:
        """A closed condition is done."""
        late = datetime(2027, 11, 24, tzinfo=UTC)
        assert not conditions.is_overdue(document(state="closed"), late)


class TestCheckClosure:
    """Who closes a condition, by what."""

    def test_verifier_with_evidence(self) -> None:
        """The verifier closes it."""
        conditions.check_closure(document(), person=VERIFIER, evidence="List", closed=False)

    def test_owner_cannot(self) -> None:
        """Its owner cannot."""
        with pytest.raises(ForbiddenError, match="Vera alone"):
            conditions.check_closure(document(), person=OWNER, evidence="List", closed=False)

    def test_without_evidence(self) -> None:
        """Nor can the verifier by a bare word."""
        with pytest.raises(BadInputError):
            conditions.check_closure(document(), person=VERIFIER, evidence=" ", closed=False)

    def test_twice(self) -> None:
        """A closed one stays as it was closed."""
        with pytest.raises(ConflictError):
            conditions.check_closure(document(), person=VERIFIER, evidence="List", closed=True)


class TestCheckSubmission:
    """Who sends what shows that a condition is met."""

    def test_owner_with_words(self) -> None:
        """Its owner sends it."""
        conditions.check_submission(document(), person=OWNER, evidence="List", closed=False)

    @pytest.mark.parametrize(
        ("change", "error"),
        [
            ({"person": VERIFIER}, ForbiddenError),
            ({"evidence": ""}, BadInputError),
            ({"closed": True}, ConflictError),
        ],
    )
    def test_refused(self, change: dict[str, Any], error: type[Exception]) -> None:
        """Somebody else, no words, or too late."""
        whole: dict[str, Any] = {"person": OWNER, "evidence": "List", "closed": False}
        with pytest.raises(error):
            conditions.check_submission(document(), **whole | change)


def extending(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any argument of a check
    """Return an extension by four days that is allowed, but for what changes."""
    whole = {
        "due": date(2026, 11, 27),
        "person": VERIFIER,
        "reasons": "Ill.",
        "until": date(2026, 12, 31),
        "calendar": Calendar(),
        "now": NOON,
    }
    return whole | changes


class TestCheckExtension:
    """More time for a condition."""

    def test_allowed(self) -> None:
        """A later working day within the approval, with reasons, by another than its owner."""
        conditions.check_extension(document(), **extending())

    @pytest.mark.parametrize(
        ("change", "error", "said"),
        [
            ({"person": OWNER}, ForbiddenError, "another person"),
            ({"reasons": " "}, BadInputError, "more time"),
            ({"due": date(2026, 11, 23)}, BadInputError, "later day"),
            ({"due": date(2026, 11, 28)}, BadInputError, "a Saturday"),
            ({"until": date(2026, 11, 26)}, BadInputError, "after the approval ends"),
            ({"now": datetime(2026, 12, 1, tzinfo=UTC)}, BadInputError, "is past"),
        ],
    )
    def test_refused(self, change: dict[str, Any], error: type[Exception], said: str) -> None:
        """Each fault is said."""
        with pytest.raises(error, match=said):
            conditions.check_extension(document(), **extending(**change))

    def test_closed(self) -> None:
        """What is closed needs no time."""
        with pytest.raises(ConflictError):
            conditions.check_extension(document(state="closed"), **extending())

    def test_by_whom(self) -> None:
        """Whoever decides, in that role; nobody else."""
        lead = frozenset({Role.CLINICAL_LEAD})
        assert conditions.check_extender(lead, Role.CLINICAL_LEAD) is Role.CLINICAL_LEAD
        with pytest.raises(ForbiddenError, match="Only a site executive"):
            conditions.check_extender(lead, Role.SITE_EXECUTIVE)


class TestSuspends:
    """Which conditions stop the approval when they are late."""

    @pytest.mark.parametrize(
        ("change", "stops"),
        [
            ({"on_overdue": "suspend"}, True),
            ({"on_overdue": "tell"}, False),
            ({}, False),
            ({"on_overdue": "suspend", "state": "closed"}, False),
            ({"on_overdue": "suspend", "due": "2026-12-31"}, False),
        ],
    )
    def test_late_open_and_said_so(self, change: dict[str, Any], stops: bool) -> None:
        """Only one that is open, late, and says so; one of an older record says nothing."""
        later = datetime(2026, 12, 1, tzinfo=UTC)
        assert bool(conditions.suspends([document(**change)], later)) is stops


class TestWaiting:
    """What open conditions still ask."""

    def test_before_go_live_holds_up(self) -> None:
        """A condition before go-live holds use up and waits for its verifier."""
        ((what, whom, holds_up),) = conditions.waiting([document()], NOON)
        assert (whom, holds_up) == ("Vera", True)
        assert "due 2026-11-23 at Hungary: Train the staff." in what

    def test_after_go_live_does_not(self) -> None:
        """One after go-live does not, until it is late."""
        after = document(when="after go-live")
        later = datetime(2026, 12, 1, tzinfo=UTC)
        assert [conditions.waiting([after], at)[0][2] for at in (NOON, later)] == [False, True]

    def test_late_names_the_consequence(self) -> None:
        """Once late, the stated consequence is said."""
        ((what, _, _),) = conditions.waiting([document()], datetime(2026, 12, 1, tzinfo=UTC))
        assert what.endswith("Overdue: The pilot does not begin.")

    def test_closed_asks_nothing(self) -> None:
        """A closed condition is silent."""
        assert conditions.waiting([document(state="closed")], NOON) == []
