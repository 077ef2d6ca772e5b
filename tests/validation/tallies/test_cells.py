"""Tests of cells: their order, their sums, and cells that are alike."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from validation.tallies.cells import (
    SCORE,
    SCORE_SQUARED,
    WEIGHT,
    WEIGHT_SQUARED,
    Cells,
    in_order,
    located,
)
from validation.tallies.grids import coarsened

ROWS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from([0, 1, -1]),
        st.sampled_from([0.25, 0.5, float("nan")]),
        st.sampled_from([0.1, float("nan")]),
        st.integers(0, 1),
        st.integers(1, 9),
    ),
    max_size=12,
)


def cells_of(rows: list[tuple[int, int, float, float, int, int]]) -> Cells:
    """Return cells of (site, label, score, comparator, call, exams)."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * 6
    zero = np.zeros(len(rows), dtype=np.int32)
    exams = np.array(columns[5], dtype=np.int64)
    return Cells(
        codes={
            "site": np.array(columns[0], dtype=np.int32), "finding": zero, "partition": zero,
        },
        label=np.array(columns[1], dtype=np.int8),
        score=np.array(columns[2], dtype=np.float64),
        comparators={"old": np.array(columns[3], dtype=np.float64)},
        readers={"r": np.array(columns[4], dtype=np.int8)},
        exams=exams,
        sums={WEIGHT: exams * 3},
    )  # fmt: skip


def names(cells: Cells) -> list[tuple[object, ...]]:
    """Return what tells each cell apart; "no score" is one thing and is above every score."""
    numbers = [cells.codes["site"], cells.label, cells.score, cells.comparators["old"]]
    columns: list[list[float]] = [np.asarray(one).tolist() for one in numbers]
    rows = zip(*columns, cells.readers["r"].tolist(), strict=True)
    return [tuple(9.0 if np.isnan(x) else x for x in row) for row in rows]


class TestGathered:
    """Alike cells, added up."""

    @given(rows=ROWS)
    def test_each_goes_to_its_like(
        self, rows: list[tuple[int, int, float, float, int, int]]
    ) -> None:
        """Each cell goes to the one that has its names, and exams and sums are those of all."""
        cells = cells_of(rows)
        found, places = located(cells)
        assert [names(found)[place] for place in places] == names(cells)
        assert names(found) == sorted(set(names(cells)))
        for place in range(len(found)):
            here = places == place
            assert found.exams[place] == cells.exams[here].sum()
            assert found.sums[WEIGHT][place] == cells.sums[WEIGHT][here].sum()


class TestInOrder:
    """The canonical order."""

    @given(rows=ROWS)
    def test_is_that_of_the_names(
        self, rows: list[tuple[int, int, float, float, int, int]]
    ) -> None:
        """By site, label, score, comparator and call; what has no score stands last."""
        ordered = in_order(cells_of(rows))
        assert names(ordered) == sorted(names(cells_of(rows)))
        assert list(ordered.codes) == ["finding", "partition", "site"]


class TestAmount:
    """Sums over exams, as numbers."""

    CELLS = cells_of([(0, 1, 0.5, 0.1, 1, 4)])

    def test_kept(self) -> None:
        """A sum that is kept is told in its units: 12 of 2**-20."""
        assert self.CELLS.amount(WEIGHT).tolist() == [12 * 2.0**-20]

    def test_not_kept(self) -> None:
        """Unweighted, 4 exams at 0.5 weigh 4, their scores are 2 and the squares of these 1."""
        plain = replace(self.CELLS, sums={})
        told = [plain.amount(name)[0] for name in (WEIGHT, WEIGHT_SQUARED, SCORE, SCORE_SQUARED)]
        assert told == [4, 4, 2, 1]

    def test_unknown(self) -> None:
        """A cost that no row states is not 0."""
        with pytest.raises(KeyError, match="no sum “miss”"):
            self.CELLS.amount("miss")


class TestCoarsened:
    """Lower edges of coarser cells."""

    def test_worked(self) -> None:
        """0.3 lies between 0.25 and 0.5; what lies below all edges takes the lowest."""
        found = coarsened(np.array([0.3, 0.5, 0.1, np.nan]), np.array([0.25, 0.5]))
        assert found[:3].tolist() == [0.25, 0.5, 0.25]
        assert np.isnan(found[3])
