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
