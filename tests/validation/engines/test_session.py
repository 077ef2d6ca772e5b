"""Tests of sessions: a table that turns out to be damaged when its rows are read."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from validation.engines.files import inspect
from validation.engines.session import open_table
from validation.errors import TableError


class TestLoad:
    """Reading columns as text."""

    def test_damaged_pages(self, tmp_path: Path) -> None:
        """Parquet whose footer is whole and whose rows are not is refused in words."""
        path = tmp_path / "table.parquet"
        scores = pa.table({"score": [f"0.{n:06d}" for n in range(1000)]})
        pq.write_table(scores, path, use_dictionary=False, compression="snappy")
        content = bytearray(path.read_bytes())
        content[200:1200] = bytes(byte ^ 0xA5 for byte in content[200:1200])
        path.write_bytes(content)
        with open_table(inspect(path)) as session:
            assert session.columns == ("score",)
            with pytest.raises(TableError, match="its content is damaged"):
                session.load(["score"])
