"""Tests of Parquet: which kinds of column are understood, and what of a damaged file is said."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.factories.tables import COLUMNS, PROTOCOL, ROWS, write_table
from validation.engines.duckdb import tally_table
from validation.engines.files import inspect
from validation.engines.glimpse import look
from validation.engines.session import open_table
from validation.errors import TableError
from validation.protocols import read

PLAN = read(PROTOCOL)
TEXTS = {name: [row[place] or None for row in ROWS] for place, name in enumerate(COLUMNS)}
SCORES = [float(row[7]) if row[7] else None for row in ROWS]
LABELS = [int(row[6]) if row[6] else None for row in ROWS]
BYTES = [text.encode() if text else None for text in TEXTS["sex"]]
DECIMALS = [Decimal(str(score)) if score else None for score in SCORES]


def table(**columns: Any) -> pa.Table:  # noqa: ANN401  (whatever makes a column)
    """Return the table of six exams with some columns of another kind."""
    return pa.table({**TEXTS, **columns})


def written(folder: Path, content: pa.Table) -> Path:
    """Return the path of a Parquet file."""
    pq.write_table(content, folder / "table.parquet")
    return folder / "table.parquet"


UNDERSTOOD = {
    "texts": table(),
    "doubles": table(score=SCORES),
    "not a number for nothing": table(score=[float("nan") if s is None else s for s in SCORES]),
    "integers": table(label=pa.array(LABELS, pa.int8())),
    "truth values": table(label=[None if label is None else bool(label) for label in LABELS]),
    "decimals": table(score=pa.array(DECIMALS, pa.decimal128(5, 3))),
    "dictionaries": table(sex=pa.array(TEXTS["sex"]).dictionary_encode()),
    "large strings": table(sex=pa.array(TEXTS["sex"], pa.large_string())),
    "bytes that are text": table(sex=pa.array(BYTES, pa.binary())),
    "decimal commas": table(score=[s and s.replace(".", ",") for s in TEXTS["score"]]),
    "a nested column that nobody needs": pa.table({"n": [{"a": 1, "b": [1, 2]}] * 6, **TEXTS}),
    "the index of pandas": pa.Table.from_pandas(pd.DataFrame(TEXTS).set_index("exam")),
    "names that differ in capitals": pa.table({"Score": TEXTS["sex"], **TEXTS}),
    "blanks around a name": table().rename_columns([*COLUMNS[:-1], " score\ufeff"]),
}


class TestUnderstood:
    """Kinds of columns."""

    @pytest.mark.parametrize("name", UNDERSTOOD)
    def test_same_tally(self, tmp_path: Path, name: str) -> None:
        """The content is that of the table as CSV."""
        plain = tally_table(write_table(tmp_path), PLAN)
        assert tally_table(written(tmp_path, UNDERSTOOD[name]), PLAN).digest == plain.digest

    def test_empty_row_group(self, tmp_path: Path) -> None:
        """A part without rows changes nothing."""
        path = tmp_path / "table.parquet"
        with pq.ParquetWriter(path, table().schema) as writer:
            writer.write_table(table().slice(0, 0))
            writer.write_table(table())
        plain = tally_table(write_table(tmp_path), PLAN)
        assert tally_table(path, PLAN).digest == plain.digest

    def test_time_zones(self, tmp_path: Path) -> None:
        """A time with a zone is read in UTC, whatever the zone of the machine."""
        when = dt.datetime(2026, 3, 29, 22, 30, tzinfo=dt.UTC)
        times = pa.array([when], pa.timestamp("us", "Asia/Tokyo"))
        with open_table(inspect(written(tmp_path, pa.table({"time": times})))) as session:
            session.load(["time"])
            assert session.ask("SELECT c0 FROM loaded") == [("2026-03-29 22:30:00+00",)]


class TestRefused:
    """What cannot be read."""

    @pytest.mark.parametrize(
        ("content", "column", "words"),
        [
            (table(score=[[0.5]] * 6), "score", "a list or a structure"),
            (table(score=[{"a": 0.5}] * 6), "score", "a list or a structure"),
            (table(sex=pa.array([b"\xff"] * 6)), "sex", "bytes that are no text"),
            (pa.table([[1], [2]], names=["score", "score"]), "score", "more than once"),
            (table(label=pa.nulls(6)), "label", "no row has a label"),
            (table().slice(0, 0), None, "columns and no rows"),
            (table(age=[dt.date(2026, 3, 29)] * 6), "age", "is not a number"),
        ],
    )
    def test_words(self, tmp_path: Path, content: pa.Table, column: str | None, words: str) -> None:
        """The column is named, in words that need no knowledge of Parquet's insides."""
        with pytest.raises(TableError, match=words) as caught:
            tally_table(written(tmp_path, content), PLAN)
        assert caught.value.column == column

    @pytest.mark.parametrize("kept", [5, 8, 500, -4, -1])
    def test_cut_off(self, tmp_path: Path, kept: int) -> None:
        """A file whose end is missing is said to be cut off."""
        path = written(tmp_path, table())
        path.write_bytes(path.read_bytes()[:kept])
        with pytest.raises(TableError, match=r"its end is missing.*Copy or export"):
            tally_table(path, PLAN)

    def test_damaged_footer(self, tmp_path: Path) -> None:
        """A file that begins and ends as Parquet and is none is said to be damaged."""
        path = tmp_path / "table.parquet"
        path.write_bytes(b"PAR1" + b"x" * 100 + b"PAR1")
        with pytest.raises(TableError, match="what it says of its columns is damaged") as caught:
            tally_table(path, PLAN)
        assert "Error" not in str(caught.value)


class TestLook:
    """A glance at Parquet."""

    def test_nested(self, tmp_path: Path) -> None:
        """A column of lists is passed over, and said to be."""
        facts = look(written(tmp_path, table(boxes=[[1, 2]] * 6)))
        assert "boxes" not in [column.name for column in facts.columns]
        assert facts.remarks == ("Column “boxes” holds lists or structures and was passed over.",)
