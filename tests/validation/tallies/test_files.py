"""Tests of tallies as files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories.tallies import comparators, make_protocol, make_tally, subgroups
from validation.errors import TallyError
from validation.tallies import Tally
from validation.tallies.files import is_tally, read, write

PROTOCOL = make_protocol(subgroups=subgroups("sex"), comparators=comparators(old=0.5))
SCORES = st.one_of(st.none(), st.floats(0, 1))
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "label": st.sampled_from([0, 1, None]),
            "score": SCORES,
            "old": SCORES,
            "site": st.sampled_from(["Lübeck", "Kiel"]),
            "sex": st.sampled_from(["F", "M", None]),
        }
    ),
    min_size=1,
    max_size=30,
)


def tally(rows: Sequence[dict[str, Any]] = ()) -> Tally:
    """Return a small tally."""
    return make_tally(rows or [{"label": 1, "score": 0.5, "old": None, "site": "Kiel"}], PROTOCOL)


class TestRoundTrip:
    """Writing and reading."""

    @settings(max_examples=40, deadline=None)
    @given(rows=ROWS)
    def test_comes_back(self, rows: list[dict[str, Any]]) -> None:
        """Whatever was counted comes back with the same digest and the same bytes."""
        made = tally(rows)
        back = read(write(made))
        assert back.digest == made.digest
        assert (back.rows, back.levels, back.persons) == (made.rows, made.levels, made.persons)
        assert write(back) == write(made)

    @settings(max_examples=40, deadline=None)
    @given(rows=ROWS, seed=st.integers(0, 1000))
    def test_order_of_cells_does_not_count(self, rows: list[dict[str, Any]], seed: int) -> None:
        """The digest is that of the cells in canonical order."""
        made = tally(rows)
        order = np.random.default_rng(seed).permutation(len(rows))
        assert tally([rows[index] for index in order]).digest == made.digest

    def test_content_changes_the_digest(self) -> None:
        """One exam more is another tally."""
        row = {"label": 1, "score": 0.5, "site": "Kiel"}
        assert tally([row]).digest != tally([row, row]).digest


class TestRead:
    """What is no tally."""

    def test_no_parquet(self) -> None:
        """Other bytes are refused in words."""
        with pytest.raises(TallyError, match="no Parquet file"):
            read(b"exam,label\n")

    def test_cut_off(self) -> None:
        """Half a file is refused."""
        content = write(tally())
        with pytest.raises(TallyError, match="cut off"):
            read(content[: len(content) // 2])

    def test_other_parquet(self) -> None:
        """A prediction table is not a tally."""
        sink = pa.BufferOutputStream()
        pq.write_table(pa.table({"label": [1]}), sink)
        content = sink.getvalue().to_pybytes()
        assert not is_tally(content)
        with pytest.raises(TallyError, match="not a tally"):
            read(content)

    @pytest.mark.parametrize("header", [b'{"schema": "cmr.tally/99"}', b"{}", b"[]"])
    def test_other_shape(self, header: bytes) -> None:
        """A tally of a shape that this release does not know is not guessed at."""
        sink = pa.BufferOutputStream()
        pq.write_table(pa.table({"label": [1]}).replace_schema_metadata({b"cmr": header}), sink)
        with pytest.raises(TallyError, match=r"of another shape than cmr\.tally/1"):
            read(sink.getvalue().to_pybytes())

    def _edited(self, **columns: pa.Array) -> bytes:
        table = pq.read_table(pa.BufferReader(write(tally())))
        for name, values in columns.items():
            table = table.set_column(table.column_names.index(name), name, values)
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink)
        return bytes(sink.getvalue().to_pybytes())

    def test_changed_count(self) -> None:
        """A count that was edited no longer gives the digest."""
        with pytest.raises(TallyError, match="changed after it was written"):
            read(self._edited(exams=pa.array([2], pa.int64())))

    @pytest.mark.parametrize(
        ("column", "value", "words"),
        [("exams", 0, "counts nobody"), ("label", 7, "neither 0 nor 1"), ("code:site", 9, "means")],
    )
    def test_impossible_cell(self, column: str, value: int, words: str) -> None:
        """A cell that no table could give is damage."""
        with pytest.raises(TallyError, match=words):
            read(self._edited(**{column: pa.array([value])}))


class TestIsTally:
    """Telling tallies from tables."""

    def test_by_path_and_by_bytes(self, tmp_path: Path) -> None:
        """A tally is told by what it holds, whatever its name."""
        path = tmp_path / "table.csv"
        path.write_bytes(write(tally()))
        assert is_tally(path)
        assert is_tally(path.read_bytes())

    def test_csv(self, tmp_path: Path) -> None:
        """A CSV file, an absent file and broken Parquet are no tallies."""
        (tmp_path / "a.csv").write_text("exam\n", encoding="utf-8")
        (tmp_path / "b.parquet").write_bytes(b"PAR1 cut off")
        assert not any(is_tally(tmp_path / name) for name in ("a.csv", "b.parquet", "c"))
        assert not is_tally(b"exam\n")
