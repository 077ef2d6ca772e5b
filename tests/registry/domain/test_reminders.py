"""Reminders: which one is told on which day, each once."""

from datetime import date, timedelta

import pytest

from registry.domain.reminders import Notice, due_now, sentence

DUE = date(2027, 3, 31)


class TestDueNow:
    """Which reminder a day brings."""

    def test_a_life_day_by_day(self) -> None:
        """Swept daily, each of the four is told once, on its own day."""
        told: dict[Notice, int] = {}
        for left in range(60, -10, -1):
            notice = due_now(DUE, today=DUE - timedelta(days=left), told=told)
            if notice is not None:
                told[notice] = left
        assert told == {Notice.THIRTY: 30, Notice.FOURTEEN: 14, Notice.THREE: 3, Notice.PAST: -1}

    @pytest.mark.parametrize(
        ("left", "notice"),
        [
            (31, None),
            (30, Notice.THIRTY),
            (15, Notice.THIRTY),
            (14, Notice.FOURTEEN),
            (4, Notice.FOURTEEN),
            (3, Notice.THREE),
            (0, Notice.THREE),
            (-1, Notice.PAST),
            (-400, Notice.PAST),
        ],
    )
    def test_only_the_most_urgent(self, left: int, notice: Notice | None) -> None:
        """Whoever was not told before hears the one that fits the day, and no other."""
        assert due_now(DUE, today=DUE - timedelta(days=left), told=()) is notice

    def test_never_an_older_one_afterwards(self) -> None:
        """After the most urgent, those that were missed are not made up for."""
        assert due_now(DUE, today=DUE - timedelta(days=2), told={Notice.THREE}) is None


class TestSentence:
    """What a reminder says."""

    @pytest.mark.parametrize(
        ("left", "notice", "ending"),
        [
            (14, Notice.FOURTEEN, "is due on 2027-03-31, in 14 days."),
            (1, Notice.THREE, "is due on 2027-03-31, tomorrow."),
            (0, Notice.THREE, "is due on 2027-03-31, today."),
            (-3, Notice.PAST, "was due on 2027-03-31 and is late."),
        ],
    )
    def test_when(self, left: int, notice: Notice, ending: str) -> None:
        """It counts the days, and says so when they are over."""
        today = DUE - timedelta(days=left)
        assert sentence("Condition 1", DUE, notice, today=today) == f"Condition 1 {ending}"
