"""Bootstrap: replicates drawn from counts."""

import numpy as np
import pytest
from scipy.stats import beta

from validation.bootstrap import (
    coarsen,
    draw_confusions,
    generator,
    percentile_interval,
)
from validation.counts import Confusion


class TestGenerator:
    """One stream per purpose and stratum."""

    def test_the_same_key_draws_the_same(self) -> None:
        """Nothing but seed and key decides."""
        assert generator(1, "a", "b").random() == generator(1, "a", "b").random()

    @pytest.mark.parametrize("other", [(2, "a", "b"), (1, "a", "c"), (1, "ab", "")])
    def test_another_key_draws_otherwise(self, other: tuple[int, str, str]) -> None:
        """A word more or less, or another seed, is another stream."""
        assert generator(1, "a", "b").random() != generator(*other).random()


class TestDrawConfusions:
    """Draws under Jeffreys' prior."""

    table = Confusion(tp=12, fp=0, fn=3, tn=8)
    draws = draw_confusions(table, replicates=40_000, rng=generator(7, "test"))

    def test_each_row_is_a_distribution(self) -> None:
        """Four probabilities that sum to 1."""
        assert self.draws.shape == (40_000, 4)
        assert self.draws.sum(axis=1) == pytest.approx(1)

    def test_a_rate_follows_its_beta(self) -> None:
        """Sensitivity is drawn from Beta(12.5, 3.5): its quartiles to two digits."""
        drawn = self.draws[:, 0] / (self.draws[:, 0] + self.draws[:, 2])
        expected = beta(12.5, 3.5).ppf([0.025, 0.5, 0.975])
        assert np.quantile(drawn, [0.025, 0.5, 0.975]) == pytest.approx(expected, abs=0.01)

    def test_an_empty_cell_stays_uncertain(self) -> None:
        """No false alert among eight negatives leaves room for a quarter."""
        drawn = self.draws[:, 3] / (self.draws[:, 1] + self.draws[:, 3])
        assert np.quantile(drawn, 0.025) < 0.75


class TestPercentileInterval:
    """Equal tails, widened to hold the estimate."""

    def test_equal_tails(self) -> None:
        """Of 0 to 1000 the middle four fifths."""
        found = percentile_interval(np.arange(1001.0), value=500, level=0.8)
        assert found == pytest.approx((100, 900))

    @pytest.mark.parametrize(("value", "expected"), [(-1, (-1, 9.5)), (11, (0.5, 11))])
    def test_it_holds_the_estimate(self, value: float, expected: tuple[float, float]) -> None:
        """An estimate at the edge lies outside equal tails, and the interval reaches to it."""
        found = percentile_interval(np.arange(11.0), value=value, level=0.9)
        assert found == pytest.approx(expected)


class TestCoarsen:
    """Neighbouring scores merged."""

    def test_few_stay_apart(self) -> None:
        """With no more scores than bins nothing is merged."""
        assert coarsen(np.ones(3), np.zeros(3), bins=3).tolist() == [0, 1, 2]

    def test_many_share_bins_of_equal_mass(self) -> None:
        """Eight scores with one exam each in four bins of two."""
        assert coarsen(np.ones(8), np.zeros(8), bins=4).tolist() == [0, 2, 4, 6]
