"""Random effects: means over sites, and each site among the others."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t as student
from statsmodels.regression.linear_model import WLS
from statsmodels.stats.meta_analysis import combine_effects

from validation.sites.random_effects import pool, shrink
from validation.sites.variance import Method

# The BCG vaccine trials (Colditz 1994) as in metafor: cases and others, vaccinated and not.
BCG = np.array(
    [
        (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619),
        (33, 5036, 47, 5761), (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892),
        (29, 7470, 45, 7232), (17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338),
        (27, 16886, 29, 17825),
    ],
    dtype=float,
)  # fmt: skip
A, B, C, D = BCG.T
VALUES = np.log(A / (A + B)) - np.log(C / (C + D))
VARIANCES = 1 / A - 1 / (A + B) + 1 / C - 1 / (C + D)


class TestPool:
    """The BCG trials, on the log scale."""

    found = pool(VALUES, VARIANCES, level=0.95)

    def test_metafor_prints_the_same(self) -> None:
        """rma(): -0.7145, tau² 0.3132, Q 152.2330; and -1.0669 to -0.3622 by the classic error."""
        printed = (self.found.mean, self.found.tau2, self.found.q)
        assert printed == pytest.approx((-0.7145, 0.3132, 152.2330), abs=5e-5)
        half = 1.959963984540054 / math.sqrt((1 / (VARIANCES + self.found.tau2)).sum())
        classic = (self.found.mean - half, self.found.mean + half)
        assert classic == pytest.approx((-1.0669, -0.3622), abs=5e-5)

    def test_a_weighted_regression_agrees(self) -> None:
        """Its error of a weighted mean with t(k - 1) is Hartung's and Knapp's interval."""
        fit = WLS(VALUES, np.ones(13), weights=1 / (VARIANCES + self.found.tau2)).fit()
        assert (self.found.low, self.found.high) == pytest.approx(tuple(fit.conf_int()[0]))

    def test_statsmodels_agrees_on_q(self) -> None:
        """Cochran's Q and I² as (Q - df) / Q."""
        expected = combine_effects(VALUES, VARIANCES, method_re="dl")
        assert self.found.q == pytest.approx(expected.q, rel=1e-10)
        assert self.found.i2 == pytest.approx(expected.i2, rel=1e-10)

    def test_statsmodels_agrees_given_the_spread(self) -> None:
        """With statsmodels' own τ² close to ours, its Hartung-Knapp error is close to ours."""
        other = combine_effects(VALUES, VARIANCES, method_re="iterated", use_t=True)
        weights = 1 / (VARIANCES + other.tau2)
        mean = float(weights @ VALUES / weights.sum())
        assert other.mean_effect_re == pytest.approx(mean)
        assert self.found.mean == pytest.approx(mean, abs=0.005)

    def test_the_prediction_interval(self) -> None:
        """Mean ± t(12) · sqrt(τ² + se²), from the interval's own standard error."""
        quantile = student.ppf(0.975, 12)
        error = (self.found.high - self.found.low) / 2 / quantile
        half = quantile * math.sqrt(self.found.tau2 + error**2)
        assert self.found.prediction == pytest.approx(
            (self.found.mean - half, self.found.mean + half)
        )

    def test_no_prediction_from_two(self) -> None:
        """Two sites say nothing about a third."""
        assert pool(VALUES[:2], VARIANCES[:2], level=0.95).prediction is None

    def test_the_guard(self) -> None:
        """Sites that agree too well do not narrow the interval below the classic error."""
        found = pool(np.array([1.0, 1.0, 1.0]), np.full(3, 0.03), level=0.95)
        assert found.high - found.mean == pytest.approx(student.ppf(0.975, 2) * math.sqrt(0.01))
        assert (found.q, found.i2, found.tau2, found.i2_tau2) == (0, 0, 0, 0)

    @pytest.mark.parametrize(
        ("method", "printed"),
        [
            ("REML", (-0.714532, -1.108444, -0.320621, 0.313243, 0.922214, -1.996017, 0.566952)),
            ("DL", (-0.714117, -1.107821, -0.320413, 0.308760, 0.921173, -1.987207, 0.558973)),
            ("PM", (-0.714970, -1.109113, -0.320828, 0.318094, 0.923309, -2.005478, 0.575538)),
        ],
    )
    def test_metafor_with_each_estimate(self, method: Method, printed: tuple[float, ...]) -> None:
        """Metafor 3.8-1, test="adhoc": mean, ends, τ², I² by τ², prediction (its own tolerance)."""
        found = pool(VALUES, VARIANCES, level=0.95, method=method)
        assert found.prediction is not None
        measured = (
            found.mean, found.low, found.high, found.tau2, found.i2_tau2, *found.prediction,
        )  # fmt: skip
        assert measured == pytest.approx(printed, abs=6e-5)

    @pytest.mark.parametrize(("method", "theirs"), [("DL", "dl"), ("PM", "iterated")])
    def test_statsmodels_with_each_estimate(self, method: Method, theirs: str) -> None:
        """The same mean and variance between sites."""
        expected = combine_effects(VALUES, VARIANCES, method_re=theirs, atol=1e-12)
        found = pool(VALUES, VARIANCES, level=0.95, method=method)
        assert found.tau2 == pytest.approx(expected.tau2, rel=1e-6)
        assert found.mean == pytest.approx(expected.mean_effect_re, rel=1e-6)

    @given(
        st.lists(st.tuples(st.floats(-3, 3), st.floats(0.01, 2)), min_size=2, max_size=12),
        st.sampled_from(["REML", "DL", "PM"]),
        st.floats(-5, 5),
    )
    def test_a_shift_moves_everything(
        self, sites: list[tuple[float, float]], method: Method, shift: float
    ) -> None:
        """Adding a number to every site adds it to the mean and leaves the spread."""
        values, variances = np.array(sites).T
        one = pool(values, variances, level=0.95, method=method)
        other = pool(values + shift, variances, level=0.95, method=method)
        assert other.mean == pytest.approx(one.mean + shift, abs=1e-5)
        assert other.tau2 == pytest.approx(one.tau2, abs=1e-5)


class TestShrink:
    """Each trial among the others."""

    found = shrink(VALUES, VARIANCES)

    def test_metafor_prints_the_same(self) -> None:
        """blup() of metafor 3.8-1 for the first, the fourth and the twelfth trial."""
        assert self.found.values[[0, 3, 11]] == pytest.approx([-0.8002, -1.3979, -0.2847], abs=1e-4)

    def test_the_error_holds_metafors(self) -> None:
        """And a little more, because the variance between sites is itself estimated."""
        theirs = np.array([0.4099, 0.1376, 0.4583])
        ours = self.found.errors[[0, 3, 11]]
        w = 1 / (VARIANCES + self.found.tau2)
        more = 2 * VARIANCES**2 * w**3 * 2 / (w * w).sum()
        assert ours**2 - more[[0, 3, 11]] == pytest.approx(theirs**2, abs=1e-4)

    def test_without_spread_all_are_one(self) -> None:
        """They become the mean, and their interval does not vanish."""
        found = shrink(np.array([0.1, 0.2, 0.15, 0.12]), np.full(4, 1.0))
        assert found.values == pytest.approx(np.full(4, 0.1425))
        assert found.weights == pytest.approx(np.zeros(4))
        assert found.errors == pytest.approx(np.full(4, math.sqrt(1 / 4 + 2 * 2 / 4)))

    @given(st.lists(st.tuples(st.floats(-3, 3), st.floats(0.01, 2)), min_size=3, max_size=12))
    def test_nobody_is_drawn_past_the_mean(self, sites: list[tuple[float, float]]) -> None:
        """Each lies between its own estimate and the mean."""
        values, variances = np.array(sites).T
        found = shrink(values, variances)
        low = np.minimum(values, found.mean) - 1e-9
        high = np.maximum(values, found.mean) + 1e-9
        assert ((low <= found.values) & (found.values <= high)).all()
