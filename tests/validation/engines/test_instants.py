"""Tests of instants: which day a text names."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.factories.tables import write_table
from validation.engines.files import inspect
from validation.engines.instants import day, require_days, zones_mixed
from validation.engines.session import open_table
from validation.errors import TableError


def named(text: str | None) -> date | None:
    """Return the day that a text names."""
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT {day('v')} FROM (SELECT ?::VARCHAR AS v)", [text])  # noqa: S608
        row = found.fetchone()
    assert row is not None
    answer: date | None = row[0]
    return answer


class TestDay:
    """Days in ISO 8601, and what is none."""

    @pytest.mark.parametrize(
        "text",
        [
            "2026-03-29",
            "2026-03-29T02:30",
            "2026-03-29 02:30",
            "2026-03-29 02:30:59.123456",
            "2026-03-29T02:30:00,5",
            "2026-03-29T23:59:60Z",
            "2026-03-29T02:30:00+01:00",
            "2026-03-29T00:30:00-0500",
            "2026-03-29 02:30:00+09",
            "2026-03-29 02:30:00 +01:00",
        ],
    )
    def test_as_written(self, text: str) -> None:
        """The day is the one that is written, whatever the offset behind it."""
        assert named(text) == date(2026, 3, 29)

    @pytest.mark.parametrize(
        "text",
        [
            "29.03.2026",
            "03/29/2026",
            "2026/03/29",
            "20260329",
            "2026-3-29",
            "2026-02-30",
            "2026-03-29T25:00",
            "2026-03-29T02",
            "2026-03-29T02:30 Europe/Berlin",
            "46110",
            None,
        ],
    )
    def test_none(self, text: str | None) -> None:
        """What is no day, and what could be two, names none."""
        assert named(text) is None


class TestRequireDays:
    """A column of days."""

    def test_refused(self, tmp_path: Path) -> None:
        """The row is named and the form that is wanted."""
        path = write_table(tmp_path, [("2026-03-29",), ("",), ("29.03.2026",)], columns=("day",))
        with open_table(inspect(path)) as session:
            session.load(["day"])
            with pytest.raises(
                TableError, match=r"“29\.03\.2026” is no date.*2026-03-29T02:30"
            ) as caught:
                require_days(session, "day")
        assert caught.value.column == "day"

    def test_days(self, tmp_path: Path) -> None:
        """Days and empty fields pass."""
        path = write_table(tmp_path, [("2026-03-29", "a"), ("NA", "b")], columns=("day", "x"))
        with open_table(inspect(path)) as session:
            session.load(["day"])
            require_days(session, "day")


class TestZonesMixed:
    """Times some of which say their zone."""

    @staticmethod
    def said(folder: Path, *times: str) -> list[str]:
        """Return what is said of a column of times."""
        rows = [(time, "a") for time in times]
        with open_table(inspect(write_table(folder, rows, columns=("day", "x")))) as session:
            session.load(["day"])
            return zones_mixed(session, "day")

    def test_some(self, tmp_path: Path) -> None:
        """It is said how many do, since the others may be of another day."""
        (sentence,) = self.said(
            tmp_path,
            "2026-03-29T23:30-05:00",
            "2026-03-29T23:30",
            "2026-03-29 23:30Z",
            "2026-03-29",
        )
        assert "offset (2 rows) and without (1)" in sentence

    @pytest.mark.parametrize(
        "times",
        [
            ("2026-03-29T23:30+01:00", "2026-10-29T23:30+02", ""),
            ("2026-03-29T23:30", "2026-10-29"),
            ("2026-03-29", ""),
            ("", ""),
        ],
    )
    def test_all_or_none(self, tmp_path: Path, times: tuple[str, ...]) -> None:
        """Summer and winter differ everywhere, and days alone have no zone."""
        assert self.said(tmp_path, *times) == []
