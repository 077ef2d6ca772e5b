"""Standings: how a decision changes the way a version stands."""

from datetime import date

import pytest

from registry.domain.days import months_after
from registry.domain.reviews import Outcome
from registry.domain.standings import State, after, unsigned


class TestAfter:
    """Laws over all outcomes and states."""

    @pytest.mark.parametrize("before", list(State))
    @pytest.mark.parametrize("same", [True, False])
    def test_only_an_approval_makes_current(self, before: State, *, same: bool) -> None:
        """Nothing becomes current by a refusal, whatever it was."""
        for outcome in Outcome:
            found = after(outcome, before, same_scope=same)
            assert (found is State.CURRENT) == outcome.permits

    @pytest.mark.parametrize("before", list(State))
    def test_re_review_changes_nothing(self, before: State) -> None:
        """Asking for another look leaves the version as it stood."""
        assert after(Outcome.RE_REVIEW, before, same_scope=True) is None

    def test_declined_elsewhere(self) -> None:
        """Declining one hospital leaves the approval at another as it is."""
        assert after(Outcome.DECLINE, State.CURRENT, same_scope=False) is None

    def test_declined_here(self) -> None:
        """Declining the scope for which it is current ends that."""
        assert after(Outcome.DECLINE, State.CURRENT, same_scope=True) is State.DECLINED

    def test_declined_at_first(self) -> None:
        """A draft that is declined is declined."""
        assert after(Outcome.DECLINE, State.DRAFT, same_scope=False) is State.DECLINED


class TestUnsigned:
    """The document that is signed."""

    def test_keys(self) -> None:
        """It holds everything but the signature."""
        document = unsigned(
            model="heart-cad",
            number=1,
            dossier=None,
            state=State.DRAFT,
            since="2026-11-23T09:30:00Z",
            by=None,
            reason="Nothing has been decided.",
        )
        assert list(document) == [
            "schema",
            "model",
            "number",
            "dossier",
            "state",
            "since",
            "by",
            "reason",
        ]


class TestMonthsAfter:
    """Calendar months."""

    @pytest.mark.parametrize(
        ("start", "months", "end"),
        [
            (date(2026, 11, 23), 12, date(2027, 11, 23)),
            (date(2026, 11, 23), 1, date(2026, 12, 23)),
            (date(2026, 12, 31), 2, date(2027, 2, 28)),
            (date(2027, 12, 31), 2, date(2028, 2, 29)),
            (date(2026, 1, 31), 3, date(2026, 4, 30)),
        ],
    )
    def test_hand_worked(self, start: date, months: int, end: date) -> None:
        """The same day of a later month, or its last day."""
        assert months_after(start, months) == end
