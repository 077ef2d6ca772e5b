"""Tests of a glimpse: what an export that is not plain tells of its columns."""

from pathlib import Path

import pytest

from tests.factories.tables import COLUMNS, ROWS, changed, write_table
from validation.engines.glimpse import look
from validation.errors import TableError
from validation.protocols import read
from validation.protocols.drafting import draft
from validation.protocols.facts import ColumnFacts, TableFacts

SEMICOLONS = "".join(";".join(row) + "\n" for row in (COLUMNS, *ROWS)).replace("0.", "0,")


def column(facts: TableFacts, name: str) -> ColumnFacts:
    """Return the facts of one column."""
    return next(one for one in facts.columns if one.name == name)


class TestLook:
    """Facts of columns."""

    def test_decimal_commas(self, tmp_path: Path) -> None:
        """Scores with decimal commas are numbers."""
        path = tmp_path / "export.csv"
        path.write_text(SEMICOLONS)
        score = column(look(path), "score")
        assert (score.low, score.high) == (0.2, 0.9)

    def test_words_for_nothing_are_no_levels(self, tmp_path: Path) -> None:
        """A sex that is NA is not on record."""
        facts = look(write_table(tmp_path, changed(5, sex="NA")))
        assert column(facts, "sex").levels == ("F", "M")
        assert "“NA” (1 row)" in facts.remarks[0]

    def test_capitals(self, tmp_path: Path) -> None:
        """Levels that differ only in capitals are said, since the protocol would be refused."""
        facts = look(write_table(tmp_path, changed(1, sex="f")))
        assert "differ only in capitals or blanks: “F”, “f”" in facts.remarks[0]

    def test_nothing_to_say(self, tmp_path: Path) -> None:
        """A plain table needs no words."""
        assert look(write_table(tmp_path)).remarks == ()

    def test_many_levels(self, tmp_path: Path) -> None:
        """A column with a hundred different texts is no attribute, and none of them is told."""
        rows = [[f"E{i}", *ROWS[0][1:4], f"S{i}", *ROWS[0][5:]] for i in range(100)]
        sex = column(look(write_table(tmp_path, rows)), "sex")
        assert (sex.distinct, sex.levels) == (100, ())

    def test_no_rows(self, tmp_path: Path) -> None:
        """A header alone tells nothing."""
        with pytest.raises(TableError, match="columns and no rows"):
            look(write_table(tmp_path, []))


class TestDraft:
    """Drafts from such facts."""

    def test_fits(self, tmp_path: Path) -> None:
        """The draft can be followed, knows the score, and says how the table was read."""
        path = tmp_path / "export.csv"
        path.write_text("\ufeffsep=;\r\n" + SEMICOLONS.replace("\n", "\r\n"))
        text = draft(look(path))
        assert read(text).columns.score == "score"
        assert "# READ: Column “score” has decimal commas and was read so." in text
