"""Tests of score cells: where each score falls."""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from validation.engines.scores import Scale, ranked
from validation.protocols.edges import edge
from validation.tallies.content import EXACT
from validation.tallies.grids import COARSE, FINE, RANK, dyadic_edges, edges

Array = npt.NDArray[np.float64]

GRIDS = st.sampled_from([FINE, COARSE])
UNIT = st.one_of(
    st.floats(0, 1),
    st.integers(0, 1 << 17).map(lambda n: n / (1 << 17)),
    st.sampled_from([0.0, 1.0, 5e-324, math.nextafter(1, 0), 1 / 64, 1 / 8]),
)
THRESHOLDS = st.lists(
    st.builds(edge, UNIT, st.sampled_from([">=", ">"])), max_size=4, unique=True
).map(sorted)
FINITE = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(-4, 4),
    st.sampled_from([1e308, -1e308, 3.4028235e38, -3.4028235e38, -3.4e38, 1e-50, -1e-50, -0.0]),
)


def with_neighbours(scores: list[float], low: float, high: float) -> Array:
    """Return scores with the next numbers on either side, as far as they are scores."""
    near = [math.nextafter(s, to) for s in scores for to in (-math.inf, math.inf)]
    return np.array([s for s in [*scores, *near] if low <= s <= high])


class TestPlace:
    """One multiplication and one look-up, against a search among all edges."""

    @given(grid=GRIDS, thresholds=THRESHOLDS, scores=st.lists(UNIT, max_size=20))
    def test_is_that_of_the_edges(
        self, grid: str, thresholds: list[float], scores: list[float]
    ) -> None:
        """Scores, thresholds, 0, 1 and the numbers next to them fall where the edges say."""
        cut = edges(grid, thresholds)
        asked = with_neighbours([*scores, *thresholds, 0.0, 1.0], 0, 1)
        assert Scale(grid=grid, edges=cut).place(asked).tolist() == cut.place(asked).tolist()

    def test_no_score(self) -> None:
        """What has no score falls into the cell behind all others."""
        scale = Scale(grid=COARSE, edges=edges(COARSE, [0.3]))
        assert scale.place(np.array([np.nan])).tolist() == [scale.size]
        assert math.isnan(scale.values[scale.size])

    def test_size(self) -> None:
        """704 cells and a threshold's; an exact scale does not know before it has seen the rows."""
        assert Scale(grid=COARSE, edges=edges(COARSE, [0.3])).size == 705
        assert (Scale(grid=EXACT).size, Scale(grid=EXACT).is_grid) == (0, False)
        assert np.isnan(Scale(grid=EXACT).values).tolist() == [True]


class TestLowered:
    """The lower edge of each score's cell."""

    @given(grid=GRIDS, thresholds=THRESHOLDS, scores=st.lists(UNIT, min_size=1, max_size=20))
    def test_flags_as_the_score_does(
        self, grid: str, thresholds: list[float], scores: list[float]
    ) -> None:
        """At a registered threshold the edge is flagged if and only if the score is."""
        asked = with_neighbours([*scores, *thresholds], 0, 1)
        lower = Scale(grid=grid, edges=edges(grid, thresholds)).lowered(asked)
        assert bool((lower <= asked).all())
        for threshold in thresholds:
            assert ((lower >= threshold) == (asked >= threshold)).tolist() == [True] * asked.size

    def test_exact(self) -> None:
        """Scores that are kept exactly are themselves, and zero has no sign."""
        lower = Scale(grid=EXACT).lowered(np.array([0.1, -0.0, np.nan]))
        assert lower[:2].tolist() == [0.1, 0.0]
        assert not np.signbit(lower[1])
        assert math.isnan(lower[2])

    def test_ranks(self) -> None:
        """Eight bits tell 1.008, which is above 1 + 2/256, from 1; a threshold begins a cell."""
        scale = Scale(grid=RANK, thresholds=(1.009,))
        assert scale.lowered(np.array([1.0, 1.008, 1.01])).tolist() == [1.0, 1 + 2 / 256, 1.009]


class TestRanked:
    """Cells of scores that may lie anywhere."""

    @given(
        scores=st.lists(FINITE, min_size=1), thresholds=st.lists(FINITE, max_size=3, unique=True)
    )
    def test_keeps_the_order(self, scores: list[float], thresholds: list[float]) -> None:
        """A higher score never has a lower edge, and no edge lies above its score."""
        least, most = -np.finfo(np.float64).max, np.finfo(np.float64).max
        asked = np.sort(with_neighbours([*scores, *thresholds], least, most))
        lower = ranked(asked, tuple(sorted(thresholds)))
        assert bool((np.diff(lower) >= 0).all())
        assert bool((lower <= asked).all())
        assert bool(np.isfinite(lower).all())

    @given(
        scores=st.lists(FINITE, min_size=1), thresholds=st.lists(FINITE, min_size=1, unique=True)
    )
    def test_thresholds_begin_cells(self, scores: list[float], thresholds: list[float]) -> None:
        """At a registered threshold the edge is flagged if and only if the score is."""
        least, most = -np.finfo(np.float64).max, np.finfo(np.float64).max
        asked = with_neighbours([*scores, *thresholds], least, most)
        lower = ranked(asked, tuple(sorted(thresholds)))
        for threshold in thresholds:
            assert ((lower >= threshold) == (asked >= threshold)).tolist() == [True] * asked.size

    @given(scores=st.lists(st.floats(1e-30, 1e30), min_size=1), sign=st.sampled_from([1, -1]))
    def test_cells_are_narrow(self, scores: list[float], sign: int) -> None:
        """A cell is no wider than 2**-8 of its scores, below 0 as above it."""
        asked = sign * np.array(scores)
        assert bool((asked - ranked(asked, ()) <= np.abs(asked) * 2.0**-8 * (1 + 2**-7)).all())

    @pytest.mark.parametrize(
        ("score", "lower"),
        [
            (0.0, 0.0),
            (-0.0, 0.0),
            (-1.0, -1.0),
            (-1.001, -(1 + 1 / 256)),
            (1.999, 1 + 255 / 256),
            (1e300, 2.0**127 * (1 + 255 / 256)),
            (-1e300, -np.finfo(np.float64).max),
        ],
    )
    def test_worked(self, score: float, lower: float) -> None:
        """By hand: sign, exponent and 8 bits, rounded towards minus infinity."""
        assert ranked(np.array([score]), ()).tolist() == [lower]

    def test_no_score(self) -> None:
        """What has no score has none afterwards."""
        assert np.isnan(ranked(np.array([np.nan]), (0.5,))).tolist() == [True]


class TestGrid:
    """The grids themselves."""

    @pytest.mark.parametrize(("grid", "cells"), [(FINE, 5632), (COARSE, 704)])
    def test_cells(self, grid: str, cells: int) -> None:
        """The grid has as many cells as its name says, and the coarse edges are fine ones."""
        found: Any = dyadic_edges(grid)
        assert found.size == cells
        assert set(found) <= set(dyadic_edges(FINE))
