"""Tests of a table's file: that it stays what it was."""

from pathlib import Path

import pytest

from tests.factories.tables import write_table
from validation.engines.files import inspect
from validation.errors import TableError


class TestRefuseChange:
    """Between the digest and the last row."""

    def test_row_that_came_later(self, tmp_path: Path) -> None:
        """A file to which somebody still writes is not counted under the digest of its start."""
        path = write_table(tmp_path)
        file = inspect(path)
        with path.open("a", encoding="utf-8") as table:
            table.write("E7,P6,South,external,M,50,1,0.5\n")
        with pytest.raises(TableError, match="changed while it was being read"):
            file.refuse_change()


class TestInspect:
    """What a file's bytes refuse before a row of it is read."""

    @pytest.mark.parametrize("end", ["", "\n"])
    def test_a_row_without_end_is_named(self, tmp_path: Path, end: str) -> None:
        """DuckDB passes a row of 33 MB over without a word: a patient would be lost."""
        path = tmp_path / "long.csv"
        long = '"' + f"{'x' * 999}{end or 'x'}" * 17_000 + '"'
        path.write_text(f"label,score,note\n1,0.5,short\n0,0.4,{long}\n1,0.9,short\n")
        with pytest.raises(TableError, match="one row goes on for more than 16 MB") as caught:
            inspect(path)
        assert caught.value.rows == (2,)

    def test_many_rows_are_no_long_one(self, tmp_path: Path) -> None:
        """A file of 17 MB in short rows, some with line ends inside a field, is read."""
        path = tmp_path / "many.csv"
        row = '1,0.5,"a note of\ntwo lines"\n'
        path.write_text("label,score,note\n" + row * (17_000_000 // len(row)))
        assert inspect(path).header == ("label", "score", "note")

    def test_a_header_that_does_not_end(self, tmp_path: Path) -> None:
        """A stray quotation mark in the header is bad input, not a crash."""
        path = tmp_path / "header.csv"
        path.write_text('exam,label,score,"note\n' + "x" * 200_000)
        with pytest.raises(TableError, match="a name in the header does not end"):
            inspect(path)
