"""Tests of sessions: a table that turns out to be damaged when its rows are read."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.factories.tables import write_table
from validation.engines.files import TableFile, inspect
from validation.engines.session import Session, open_table
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

    @pytest.mark.parametrize(
        ("error", "words"),
        [
            (duckdb.OutOfMemoryException("64 KiB"), "not enough memory, or not enough room"),
            (duckdb.InvalidInputException("state 7"), "its content is damaged"),
        ],
    )
    def test_engine_that_gives_up(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: duckdb.Error, words: str
    ) -> None:
        """What the engine says of its insides reaches nobody."""

        def fail(*_: object) -> None:
            raise error

        with open_table(inspect(write_table(tmp_path))) as session:
            monkeypatch.setattr(Session, "run", fail)
            with pytest.raises(TableError, match=words) as caught:
                session.load(["score"])
        assert "state 7" not in str(caught.value)


class TestOpenTable:
    """A session: quiet, and over a file that is not plain, too."""

    def test_draws_nothing(self, tmp_path: Path) -> None:
        """A query that takes seconds draws no bar into what a command prints."""
        with open_table(inspect(write_table(tmp_path))) as session:
            found = session.ask("SELECT current_setting('enable_progress_bar')")
        assert found == [(False,)]

    def test_no_room_for_a_copy(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A full disk is called one, with the folder that is full."""

        def fail(*_: object) -> None:
            raise OSError(28, "No space left on device")

        path = tmp_path / "table.csv"
        path.write_text("sep=;\na;b\n1;2\n")
        monkeypatch.setattr(TableFile, "copy_plainly", fail)
        with (
            pytest.raises(TableError, match="name another folder in TMPDIR"),
            open_table(inspect(path)),
        ):
            pass
