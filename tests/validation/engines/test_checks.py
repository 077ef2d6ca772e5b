"""Tests of checks: columns that are read beside the model's own score."""

from pathlib import Path

import pytest

from tests.factories.tables import COLUMNS, HEAD, PROTOCOL, ROWS, write_table
from validation.engines.checks import wanted_columns
from validation.engines.duckdb import tally_table
from validation.errors import TableError
from validation.protocols import read

COMPARED = PROTOCOL + '[comparators.in_use]\nscore = "v1"\nthreshold = 0.5\n'
WIDE = (
    HEAD
    + "[operating_point]\nthreshold = 0.5\n"
    + "".join(
        f'[findings.{name}]\nlabel = "label_{name}"\nscore = "score_{name}"\n'
        for name in ("oedema", "effusion")
    )
    + '[comparators.in_use]\nscore = "v1_{finding}"\n'
)


class TestWantedColumns:
    """Which columns a protocol reads, and what for."""

    def test_comparator(self) -> None:
        """The column of another version's scores is read, and it is said whose they are."""
        assert wanted_columns(read(COMPARED))["v1"] == "the score of “in_use”"

    def test_comparator_of_each_finding(self) -> None:
        """In a wide table the finding's name stands in the column of the comparator."""
        wanted = wanted_columns(read(WIDE))
        assert [name for name in wanted if name.startswith("v1")] == ["v1_oedema", "v1_effusion"]
        assert wanted["v1_oedema"] == "the score of “in_use” of “oedema”"


class TestCheck:
    """Tables that cannot be measured, and one that can."""

    def test_comparator_that_is_no_number(self, tmp_path: Path) -> None:
        """The other version's scores are looked at like the model's own."""
        rows = [(*row, "low" if index == 2 else "0.5") for index, row in enumerate(ROWS)]
        path = write_table(tmp_path, rows, columns=(*COLUMNS, "v1"))
        with pytest.raises(TableError, match="“low” is not a number") as caught:
            tally_table(path, read(COMPARED))
        assert (caught.value.column, caught.value.rows) == ("v1", (3,))

    def test_rows_without_names_may_be_alike(self, tmp_path: Path) -> None:
        """Where no column names the exam, two rows that are alike are two exams."""
        plan = read(PROTOCOL.replace('exam = "exam"\n', ""))
        path = write_table(tmp_path, [*ROWS, ROWS[0]])
        assert int(tally_table(path, plan).base.cells.exams.sum()) == 7
