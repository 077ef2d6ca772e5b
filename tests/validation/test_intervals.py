"""Intervals: proportions, differences and linear combinations of them."""

import math

import numpy as np
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from validation.errors import EmptyStratumError
from validation.intervals import (
    expit,
    linear,
    logit,
    normal_quantile,
    paired_difference,
    sidak,
    wilson,
)


class TestWilson:
    """Wilson's score interval."""

    @pytest.mark.parametrize(("events", "n"), [(0, 8), (8, 8), (7, 8), (1, 300), (150, 300)])
    @pytest.mark.parametrize("level", [0.95, 0.8])
    def test_agrees_with_statsmodels(self, events: int, n: int, level: float) -> None:
        """The same limits as statsmodels, at the edges too."""
        expected = proportion_confint(events, n, alpha=1 - level, method="wilson")
        assert wilson(events, n, level=level) == pytest.approx(expected, abs=1e-12)

    def test_an_edge_is_exact(self) -> None:
        """With no event the lower limit is 0 itself, not a rounding error beside it."""
        assert wilson(0, 7, level=0.95)[0] == 0.0
        assert wilson(7, 7, level=0.95)[1] == 1.0

    def test_nobody(self) -> None:
        """Of nobody there is no proportion."""
        with pytest.raises(EmptyStratumError, match="no exam"):
            wilson(0, 0, level=0.95)


class TestLinear:
    """Linear combinations by the method of variance estimates recovery."""

    def test_a_difference_is_newcombes(self) -> None:
        """With weights 1 and -1 it is Newcombe's method 10 for independent proportions."""
        expected = confint_proportions_2indep(
            56, 70, 48, 80, method="newcomb", compare="diff", correction=False
        )
        intervals = [wilson(56, 70, level=0.95), wilson(48, 80, level=0.95)]
        found = linear((1, -1), (56 / 70, 48 / 80), intervals)
        assert found == pytest.approx(expected, abs=1e-12)

    def test_one_proportion_is_itself(self) -> None:
        """A single term with weight 2 has twice the limits."""
        low, high = wilson(3, 10, level=0.95)
        assert linear((2,), (0.3,), [(low, high)]) == pytest.approx((2 * low, 2 * high))

    def test_it_has_width_at_the_edge(self) -> None:
        """No error among eight exams is not certainty."""
        low, high = linear((1,), (0.0,), [wilson(0, 8, level=0.95)])
        assert low == 0
        assert high > 0.3


class TestPairedDifference:
    """Newcombe's method 10 for paired proportions."""

    def test_hand_worked(self) -> None:
        """36, 12, 2, 0: Wilson's limits of 48/50 and 38/50, and no correlation left.

        The product of the diagonals, 36·0 - 12·2, is negative, so that it is not corrected:
        phi = -24 / sqrt(48·2·38·12).
        """
        low_1, high_1 = proportion_confint(48, 50, method="wilson")
        low_2, high_2 = proportion_confint(38, 50, method="wilson")
        phi = -24 / math.sqrt(48 * 2 * 38 * 12)
        a, b = 0.96 - low_1, high_2 - 0.76
        c, d = high_1 - 0.96, 0.76 - low_2
        expected = (
            0.2 - math.sqrt(a * a - 2 * phi * a * b + b * b),
            0.2 + math.sqrt(c * c - 2 * phi * c * d + d * d),
        )
        assert paired_difference(36, 12, 2, 0, level=0.95) == pytest.approx(expected, abs=1e-12)

    def test_agreement_narrows_it(self) -> None:
        """Two versions that agree on most exams differ by less than two that do not."""
        alike = paired_difference(80, 5, 3, 12, level=0.95)
        apart = paired_difference(70, 15, 13, 2, level=0.95)
        assert alike[1] - alike[0] < apart[1] - apart[0]

    def test_the_correction(self) -> None:
        """A correlation smaller than half an exam's worth counts as none."""
        low_1, high_1 = wilson(4, 8, level=0.95)
        half = math.hypot(0.5 - low_1, high_1 - 0.5)
        found = paired_difference(2, 2, 2, 2, level=0.95)
        assert found == pytest.approx((-half, half))

    def test_an_empty_margin(self) -> None:
        """Where both are always right there is no correlation, and still a width."""
        low, high = paired_difference(9, 0, 0, 0, level=0.95)
        assert low < 0 < high


class TestScales:
    """Log-odds, quantiles and levels."""

    @pytest.mark.parametrize("p", [1e-9, 0.2, 0.5, 1 - 1e-9])
    def test_expit_undoes_logit(self, p: float) -> None:
        """There and back again."""
        assert expit(logit(p)) == pytest.approx(p, rel=1e-12)

    @pytest.mark.parametrize(("x", "expected"), [(-1e4, 0.0), (1e4, 1.0)])
    def test_expit_does_not_overflow(self, x: float, expected: float) -> None:
        """Far out it is 0 or 1, without a warning."""
        assert expit(x) == expected

    def test_quantile(self) -> None:
        """1.96 for 95 %."""
        assert normal_quantile(0.95) == pytest.approx(1.959963984540054)

    def test_sidak(self) -> None:
        """Three independent intervals at the level returned hold together at 0.95."""
        assert np.prod([sidak(0.95, strata=3)] * 3) == pytest.approx(0.95)
        assert sidak(0.95, strata=0) == 0.95
