"""Clustering: what exams of one patient add."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from validation.clustering import Clusters, Sums, sum_by, together

# Two score cells and the unscored: slots 0 to 2 of negatives, 3 to 5 of positives.
CLUSTERS = Clusters(
    edges=np.array([0.0, 0.5]),
    first=np.array([0, 1, 3, 2], dtype=np.int32),
    second=np.array([1, 4, 4, 5], dtype=np.int32),
    pairs=np.array([2.0, 1.0, 3.0, 5.0]),
    patients=9, with_positives=5, with_negatives=6,
)  # fmt: skip


class TestSums:
    """Squares within each class and the product across."""

    def test_the_total(self) -> None:
        """The square of a sum: both squares and twice the product."""
        both = Sums(positives=9.0, negatives=4.0) + Sums(across=6.0)
        assert both.total == 9 + 4 + 2 * 6


class TestClusters:
    """Eleven pairs: two of negatives, three of positives, six of both."""

    def test_what_pairs_add(self) -> None:
        """By hand, from influences 1, 2, 3 of negatives and 10, 20, 30 of positives."""
        found = CLUSTERS.sums(
            np.array([0.1, 0.7]),
            (np.array([1.0, 2.0, 3.0]), np.array([10.0, 20.0, 30.0])),
            mass=(np.ones(3), np.ones(3)),
        )
        assert found.negatives == 2 * 2 * 1 * 2
        assert found.positives == 2 * 3 * 10 * 20
        assert found.across == 1 * 2 * 20 + 5 * 3 * 30

    def test_an_empty_cell_adds_nothing(self) -> None:
        """Nobody counts there, whatever the influence."""
        found = CLUSTERS.sums(
            np.array([0.1, 0.7]),
            (np.array([1.0, 2.0, 3.0]), np.array([10.0, 20.0, 30.0])),
            mass=(np.array([0.0, 1.0, 1.0]), np.ones(3)),
        )
        assert found.negatives == 0

    def test_by_four_cells(self) -> None:
        """Of decisions: ordered pairs, those with an exam of no cell left out."""
        found = CLUSTERS.products(np.array([3, 1, 4, 2, 0, 4]))
        assert found[3, 1] == found[1, 3] == 2
        assert found[1, 0] == found[0, 1] == 1
        assert found[2, 0] == found[0, 2] == 3
        assert found.sum() == 2 * (2 + 1 + 3)


class TestTogether:
    """Pairs of slots, those alike added up."""

    def test_many_for_few_slots(self) -> None:
        """Of two slots, whichever is named first; what is nobody's is left out."""
        first, second, pairs = together(
            np.array([2, 0, 0, 2, 1], np.int32), np.array([0, 2, 0, 2, 2], np.int32),
            np.array([3.0, 4.0, 1.0, 2.0, 0.0]), slots=3,
        )  # fmt: skip
        assert first.tolist() == [0, 0, 2]
        assert second.tolist() == [0, 2, 2]
        assert pairs.tolist() == [1, 7, 2]

    def test_few_stay_as_they_are(self) -> None:
        """A table of all two slots would be emptier than full."""
        one, other = np.array([2, 0], np.int32), np.array([0, 2], np.int32)
        first, second, pairs = together(one, other, np.array([3.0, 4.0]), slots=6)
        assert (first.tolist(), second.tolist()) == ([2, 0], [0, 2])
        assert pairs.tolist() == [3, 4]

    @given(
        rows=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 9))),
        size=st.integers(0, 60),
    )
    def test_sums_stay_the_same(self, rows: list[tuple[int, int, int]], size: int) -> None:
        """Of any influences, whether pairs were added up or not."""
        rows = (rows * 20)[:size]
        first, second = (np.array([row[i] for row in rows], np.int32) for i in (0, 1))
        pairs = np.array([row[2] for row in rows], np.float64)
        found = [
            Clusters(
                edges=np.array([0.0, 0.5]), first=one, second=other, pairs=mass, patients=1,
                with_positives=1, with_negatives=1,
            ).sums(
                np.array([0.1, 0.7]), (np.array([1.0, 2, 3]), np.array([10.0, 20, 30])),
                mass=(np.ones(3), np.ones(3)),
            )
            for one, other, mass in (
                (first, second, pairs), together(first, second, pairs, slots=6)
            )
        ]  # fmt: skip
        assert found[0] == found[1]


class TestSumBy:
    """Amounts by place."""

    def test_by_hand(self) -> None:
        """What falls to the same place is added; where nothing falls is 0."""
        found = sum_by(np.array([2, 0, 2]), np.array([1.0, 5.0, 0.5]), size=4)
        assert found == pytest.approx([5, 0, 1.5, 0])
