"""Tests of score cells in SQL: each score in the cell in which arrays put it."""

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from validation.engines.scores import Scale
from validation.engines.spark_scores import lowered, number
from validation.tallies.content import EXACT
from validation.tallies.grids import COARSE, FINE, RANK, dyadic_edges, edges

SINGLE = np.finfo(np.float32)
POWERS = 2.0 ** np.arange(-160, 130)
AT_EDGES = np.concatenate(
    [
        signed
        for power in (POWERS, np.nextafter(POWERS, 0), np.nextafter(POWERS, np.inf))
        for signed in (power, -power)
    ]
)
OUTERMOST = np.array(
    [
        0.0, -0.0, np.nan, SINGLE.max, -SINGLE.max, SINGLE.tiny, -SINGLE.tiny, 1e300, -1e300,
        SINGLE.smallest_subnormal, -SINGLE.smallest_subnormal, 5e-324, -5e-324,
        (2 - 2**-8) * 2.0**127, -(2 - 2**-8) * 2.0**127,
        np.nextafter(-(2 - 2**-8) * 2.0**127, -np.inf),
    ]
)  # fmt: skip


def in_sql(scale: Scale, scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the lower edges that a database finds."""
    table = pa.table({"s": pa.array(scores, from_pandas=True)})
    with duckdb.connect() as connection:
        connection.register("scores", table)
        found = connection.sql(f"SELECT {lowered(scale, 's')} AS edge FROM scores")  # noqa: S608
        return np.asarray(found.to_arrow_table().column("edge").to_numpy(zero_copy_only=False))


class TestLowered:
    """The lower edge of each score's cell."""

    @pytest.mark.parametrize("grid", [FINE, COARSE])
    @pytest.mark.parametrize("thresholds", [(), (0.0, 0.1, 0.3, 0.5, 1.0), (0.001234,)])
    def test_grids(self, grid: str, thresholds: tuple[float, ...]) -> None:
        """Every edge of a grid, every threshold, and the numbers just below them."""
        scale = Scale(grid=grid, edges=edges(grid, thresholds))
        met = np.concatenate([dyadic_edges(grid), thresholds, [1.0]])
        scores = np.concatenate([met, np.nextafter(met, 0), [np.nan, -0.0, 5e-324]])
        np.testing.assert_array_equal(in_sql(scale, scores), scale.lowered(scores))

    @pytest.mark.parametrize("thresholds", [(), (-3.0, 0.0, 0.5, 7.0)])
    def test_ranks(self, thresholds: tuple[float, ...]) -> None:
        """Powers of two from below float32 to beyond it, their neighbours, and the outermost."""
        scale = Scale(grid=RANK, thresholds=thresholds)
        scores = np.concatenate([AT_EDGES, OUTERMOST])
        np.testing.assert_array_equal(in_sql(scale, scores), scale.lowered(scores))

    @settings(deadline=None)  # a database is opened for each
    @given(st.lists(st.floats(allow_infinity=False), min_size=1, max_size=40))
    def test_any_rank(self, drawn: list[float]) -> None:
        """Whatever the scores, the cells of ranks are the same."""
        scale, scores = Scale(grid=RANK, thresholds=(0.5,)), np.array(drawn)
        np.testing.assert_array_equal(in_sql(scale, scores), scale.lowered(scores))

    def test_exact(self) -> None:
        """Exact scores stay what they are; there is one way to write zero."""
        found = in_sql(Scale(grid=EXACT), np.array([0.1, -0.0, np.nan]))
        np.testing.assert_array_equal(found, [0.1, 0.0, np.nan])
        assert not np.signbit(found[1])


class TestNumber:
    """Numbers in SQL."""

    @settings(deadline=None)  # a database is opened for each
    @given(st.floats(allow_nan=False, allow_infinity=False))
    def test_is_read_again(self, value: float) -> None:
        """A number is read as the very same, in double precision and not as a decimal."""
        with duckdb.connect() as connection:
            read = connection.sql(f"SELECT {number(value)} AS n").fetchall()[0][0]
        assert isinstance(read, float)
        assert read == value
