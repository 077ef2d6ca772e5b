"""Checks: one answer from everything that stands in the way."""

from datetime import UTC, date, datetime

import pytest

from registry.domain.checks import Answer, after_approval, answer, covers
from registry.domain.policies import Rung
from registry.domain.reviews import Kind, Missing
from registry.domain.scopes import Scope
from tests.registry.domain.test_conditions import document


def missing(*kinds: Kind) -> list[Missing]:
    """Return something missing of each kind."""
    return [Missing(kind=kind, what="x", waits_for=None) for kind in kinds]


class TestAnswer:
    """The hardest thing decides."""

    def test_nothing_missing(self) -> None:
        """Where nothing stands in the way it is permitted."""
        assert answer([]) is Answer.PERMITTED

    @pytest.mark.parametrize(
        ("kinds", "expected"),
        [
            ((Kind.MISSING,), Answer.WAITING),
            ((Kind.MISSING, Kind.INSUFFICIENT), Answer.INSUFFICIENT),
            ((Kind.MISSING, Kind.INSUFFICIENT, Kind.NOT_MET), Answer.NOT_MET),
        ],
    )
    def test_hardest(self, kinds: tuple[Kind, ...], expected: Answer) -> None:
        """Not met before insufficient before waiting."""
        assert answer(missing(*kinds)) is expected


class TestCovers:
    """Whether an approval reaches what is asked."""

    approved = Scope(
        sites=("Hungary", "Cleveland"), population="adults", use="triage", rung=Rung.PILOT
    )

    def test_less_far(self) -> None:
        """A pilot's approval covers running silently at one of its sites."""
        assert covers(self.approved, sites=["Hungary"], rung=Rung.SILENT)

    def test_further(self) -> None:
        """It does not cover general use."""
        assert not covers(self.approved, sites=["Hungary"], rung=Rung.GENERAL)

    def test_elsewhere(self) -> None:
        """Nor a hospital that it does not name."""
        assert not covers(self.approved, sites=["Hungary", "Long Beach"], rung=None)

    def test_nothing_asked(self) -> None:
        """Where nothing particular is asked it is about the approval itself."""
        assert covers(self.approved, sites=[], rung=None)


class TestAfterApproval:
    """What holds up a version that was approved."""

    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)

    def kinds(self, at: datetime, *conditions: dict[str, object]) -> list[Kind]:
        """Return the kinds of what holds up an approval valid until that day in Budapest."""
        found = after_approval(
            conditions,
            valid_until=date(2026, 11, 23),
            time_zone="Europe/Budapest",
            now=at,
        )
        return [one.kind for one in found]

    def test_last_day(self) -> None:
        """On its last day the approval holds."""
        assert self.kinds(self.noon) == []

    def test_ended(self) -> None:
        """At the site's midnight it has ended."""
        assert self.kinds(datetime(2026, 11, 23, 23, 30, tzinfo=UTC)) == [Kind.NOT_MET]

    def test_condition_before_go_live(self) -> None:
        """An open condition before go-live is waited for."""
        assert self.kinds(self.noon, document()) == [Kind.MISSING]

    def test_condition_after_go_live(self) -> None:
        """One after go-live is not, before its day."""
        assert self.kinds(self.noon, document(when="after go-live")) == []
