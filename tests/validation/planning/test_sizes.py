"""Sizes: the exams that intervals of a wanted width need."""

import math

import numpy as np
import numpy.typing as npt
import pytest

from validation.errors import UndefinedError
from validation.intervals import normal_quantile
from validation.planning.sizes import (
    for_auroc_by_pavlou,
    for_auroc_by_riley,
    for_calibration_intercept,
    for_calibration_slope,
    for_observed_expected,
    for_standardized_net_benefit,
)

Array = npt.NDArray[np.float64]

Z = normal_quantile(0.95)


def normal(mean: float, deviation: float) -> tuple[Array, Array]:
    """Return log-odds on a fine mesh and their normal masses."""
    steps = np.linspace(-9, 9, 4001)
    return mean + deviation * steps, np.exp(-(steps**2) / 2)


def pavlou(prevalence: float, auroc: float) -> tuple[Array, Array]:
    """Return the normal log-odds of Pavlou 2021, equations 7 and 8."""
    square = 2 * normal_quantile(2 * auroc - 1) ** 2  # the variance within a class
    mean = 0.5 * (2 * prevalence - 1) * square + math.log(prevalence / (1 - prevalence))
    return normal(mean, math.sqrt(square * (1 + prevalence * (1 - prevalence) * square)))


class TestForObservedExpected:
    """The ratio of observed to expected."""

    def test_riley(self) -> None:
        """Prevalence 5 %, width 0.2: 7,324 exams by the formula of Riley 2021."""
        assert math.ceil(for_observed_expected(0.05, width=0.2, level=0.95)) == 7324


class TestForCalibrationSlope:
    """The calibration slope."""

    def test_sampsizeval(self) -> None:
        """The R package sampsizeval 1.0 asks for 934 exams at 5.7 %, C 0.77, error 0.15."""
        size = for_calibration_slope(*pavlou(0.057, 0.77), width=2 * Z * 0.15, level=0.95)
        assert math.ceil(size) == 934

    def test_readme_of_sampsizeval(self) -> None:
        """And for 1,536 at 10 %, C 0.75, error 0.1."""
        size = for_calibration_slope(*pavlou(0.1, 0.75), width=2 * Z * 0.1, level=0.95)
        assert math.ceil(size) == 1536

    def test_riley(self) -> None:
        """Log-odds of mean -3.9 and deviation 1.6, as simulated 5,473: 0.3 % from it."""
        size = for_calibration_slope(*normal(-3.9, 1.6), width=0.2, level=0.95)
        assert size == pytest.approx(5473, rel=0.003)

    def test_one_score(self) -> None:
        """Nothing can be said of a slope on one score."""
        with pytest.raises(UndefinedError, match="same score"):
            for_calibration_slope(np.array([1.0, 2]), np.array([5.0, 0]), width=0.2, level=0.95)


class TestForCalibrationIntercept:
    """Calibration-in-the-large."""

    def test_sampsizeval(self) -> None:
        """The R package sampsizeval 1.0 asks for 897 exams at 5.7 %, C 0.77, error 0.15."""
        size = for_calibration_intercept(*pavlou(0.057, 0.77), width=2 * Z * 0.15, level=0.95)
        assert math.ceil(size) == 897

    def test_far_out(self) -> None:
        """Log-odds beyond any double's exponential add nothing, and do not overflow."""
        near = for_calibration_intercept(np.zeros(1), np.ones(1), width=0.4, level=0.95)
        both = for_calibration_intercept(np.array([0.0, 1e4]), np.ones(2), width=0.4, level=0.95)
        assert both == pytest.approx(2 * near)


class TestForAurocByRiley:
    """The AUROC, by Newcombe's variance."""

    def test_riley(self) -> None:
        """Prevalence 5 %, C 0.85, width 0.1: 1,218 exams."""
        assert math.ceil(for_auroc_by_riley(0.85, 0.05, width=0.1, level=0.95)) == 1218

    def test_gives_the_variance_back(self) -> None:
        """Newcombe's variance at the size found is that of the width wanted."""
        c, share = 0.77, 0.2
        n = for_auroc_by_riley(c, share, width=0.1, level=0.95)
        inner = 1 + (n / 2 - 1) * ((1 - c) / (2 - c) + c / (1 + c))
        variance = c * (1 - c) * inner / (n**2 * share * (1 - share))
        assert 2 * Z * math.sqrt(variance) == pytest.approx(0.1)

    def test_perfect(self) -> None:
        """A perfect AUROC has no spread to plan with."""
        with pytest.raises(UndefinedError, match="nothing varies"):
            for_auroc_by_riley(1.0, 0.05, width=0.1, level=0.95)


class TestForAurocByPavlou:
    """The AUROC, by the binormal closed form."""

    def test_sampsizeval(self) -> None:
        """The R package sampsizeval 1.0 asks for 1,599 exams at 5.7 %, C 0.77, error 0.025."""
        size = for_auroc_by_pavlou(0.77, 0.057, width=2 * Z * 0.025, level=0.95)
        assert math.ceil(size) == 1599

    def test_useless_model(self) -> None:
        """At 0.5 the variance is 1/12 per class, that of a uniform placement."""
        size = for_auroc_by_pavlou(0.5, 0.5, width=2 * Z * 0.1, level=0.95)
        assert size == pytest.approx(4 / 12 / 0.01)

    def test_always_wrong(self) -> None:
        """Nor has an AUROC of 0 any."""
        with pytest.raises(UndefinedError, match="nothing varies"):
            for_auroc_by_pavlou(0.0, 0.05, width=0.1, level=0.95)


class TestForStandardizedNetBenefit:
    """Standardised net benefit."""

    def test_by_simulation(self) -> None:
        """Multinomial tables of the size found spread as widely as planned."""
        size = for_standardized_net_benefit(0.8, 0.9, 0.1, threshold=0.125, width=0.2, level=0.95)
        cells = [0.08, 0.09, 0.02, 0.81]  # true and false positives, false and true negatives
        drawn = np.random.default_rng(7).multinomial(round(size), cells, size=20_000)
        tp, fp, fn, _ = drawn.T
        benefit = (tp - fp * 0.125 / 0.875) / (tp + fn)
        assert 2 * Z * benefit.std() == pytest.approx(0.2, rel=0.03)

    def test_perfect(self) -> None:
        """A perfect decision has no spread to plan with."""
        with pytest.raises(UndefinedError, match="nothing varies"):
            for_standardized_net_benefit(1.0, 1.0, 0.1, threshold=0.2, width=0.2, level=0.95)
