"""Shifts: distances of two distributions."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ks_2samp

from validation.casemix.shifts import (
    difference_of_levels,
    difference_of_means,
    kolmogorov_smirnov,
    population_stability,
)
from validation.errors import EmptyStratumError, UndefinedError

COUNTS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=6)


class TestPopulationStability:
    """The symmetric divergence."""

    def test_by_hand(self) -> None:
        """20 and 80 against 80 and 20, half an exam added to each: 1.648, by hand."""
        expected = 2 * (80.5 - 20.5) / 101 * math.log(80.5 / 20.5)
        found = population_stability(np.array([20.0, 80, 0]), np.array([80.0, 20, 0]))
        assert found == pytest.approx(expected)

    @given(COUNTS)
    def test_either_way(self, counts: list[tuple[int, int]]) -> None:
        """It is the same from either side, never below 0, and 0 between a group and itself."""
        first, second = np.array(counts, dtype=np.float64).T
        if first.sum() and second.sum():
            found = population_stability(first, second)
            assert found == pytest.approx(population_stability(second, first))
            assert found >= -1e-12
            assert population_stability(first, first) == 0

    def test_empty(self) -> None:
        """Nobody is not stable."""
        with pytest.raises(EmptyStratumError, match="no exam"):
            population_stability(np.zeros(2), np.ones(2))


class TestKolmogorovSmirnov:
    """The greatest distance of two distribution functions."""

    @given(COUNTS)
    def test_scipy(self, counts: list[tuple[int, int]]) -> None:
        """In scipy one finds the same from the exams one by one."""
        first, second = np.array(counts, dtype=np.float64).T
        if min(first.sum(), second.sum()) > 2:
            values = np.arange(len(counts))
            one, other = (np.repeat(values, of.astype(int)) for of in (first, second))
            theirs = ks_2samp(one, other, method="asymp").statistic
            assert kolmogorov_smirnov(first, second) == pytest.approx(theirs)


class TestDifferenceOfLevels:
    """The standardised difference of shares."""

    def test_two_levels(self) -> None:
        """30 % against 50 %: 0.2 over the root of (0.21 + 0.25) / 2."""
        found = difference_of_levels(np.array([30.0, 70, 0]), np.array([50.0, 50, 0]))
        assert found == pytest.approx(0.2 / math.sqrt(0.23))

    def test_three_levels(self) -> None:
        """Mahalanobis' distance is the same whichever level is left out."""
        first, second = np.array([10.0, 30, 60]), np.array([30.0, 30, 40])
        found = difference_of_levels(first, second)
        assert found == pytest.approx(difference_of_levels(first[::-1], second[::-1]))
        assert found > 0

    def test_one_level(self) -> None:
        """Where all are alike, nothing differs."""
        assert difference_of_levels(np.array([3.0, 0]), np.array([9.0, 0])) == 0

    def test_apart(self) -> None:
        """Two groups on one level each have no common spread."""
        with pytest.raises(UndefinedError, match="common spread"):
            difference_of_levels(np.array([3.0, 0]), np.array([0.0, 3]))


class TestDifferenceOfMeans:
    """The standardised difference of means."""

    def test_by_hand(self) -> None:
        """1 apart, deviations 3 and 1: 1 over the root of 5."""
        assert difference_of_means((2.0, 3.0), (1.0, 1.0)) == pytest.approx(1 / math.sqrt(5))

    def test_no_spread(self) -> None:
        """Two constants have no spread to measure in."""
        with pytest.raises(UndefinedError, match="neither group varies"):
            difference_of_means((2.0, 0.0), (1.0, 0.0))
