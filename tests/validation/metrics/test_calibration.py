"""Calibration: scores read as probabilities."""

import math
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import norm

from tests.factories.patients import by_patient, counts_of_rows, patients
from tests.factories.tallies import counts_of, score_counts
from validation.errors import EmptyStratumError, UndefinedError
from validation.estimates import Estimate
from validation.metrics import calibration

RNG = np.random.default_rng(21)
SCORES = np.round(np.clip(RNG.beta(2, 3, 600), 0.01, 0.99), 3)
LABELS = RNG.binomial(1, np.clip(0.9 * SCORES + 0.02, 0, 1))
COUNTS = counts_of(LABELS, SCORES)
LOG_ODDS = np.log(SCORES / (1 - SCORES))
Z = 1.959963984540054

EVERY = [
    calibration.calibration_intercept,
    calibration.calibration_slope,
    calibration.observed_expected,
]


@pytest.mark.parametrize("measure", EVERY)
def test_an_empty_class_is_named(measure: Callable[..., Estimate]) -> None:
    """Without negatives nothing about calibration is said."""
    with pytest.raises(EmptyStratumError, match="no negative"):
        measure(score_counts((0.5, 4, 0)), level=0.95)


class TestCalibrationIntercept:
    """The intercept with the slope fixed at 1."""

    def test_agrees_with_statsmodels(self) -> None:
        """A logistic regression with the log-odds as offset, on the rows."""
        model = sm.GLM(LABELS, np.ones(600), family=sm.families.Binomial(), offset=LOG_ODDS)
        fit = model.fit(tol=1e-12)
        found = calibration.calibration_intercept(COUNTS, level=0.95)
        assert found.value == pytest.approx(fit.params[0], abs=1e-9)
        assert (found.low, found.high) == pytest.approx(tuple(fit.conf_int()[0]), abs=1e-7)

    def test_a_score_of_one_is_refused(self) -> None:
        """Its log-odds are infinite, and clipping would invent a slope."""
        counts = score_counts((0.2, 1, 3), (1.0, 2, 1))
        with pytest.raises(UndefinedError, match="3 exams have a score of exactly 0 or 1"):
            calibration.calibration_intercept(counts, level=0.95)

    def test_far_off_scores_converge(self) -> None:
        """Scores of 1 in a million for every second exam do not overflow."""
        found = calibration.calibration_intercept(score_counts((1e-6, 5, 5)), level=0.95)
        assert found.value == pytest.approx(math.log(999_999), abs=1e-6)


class TestCalibrationSlope:
    """The slope on the log-odds."""

    def test_agrees_with_statsmodels(self) -> None:
        """A logistic regression on the rows: estimate and Wald interval."""
        fit = sm.Logit(LABELS, sm.add_constant(LOG_ODDS)).fit(disp=0, tol=1e-12)
        found = calibration.calibration_slope(COUNTS, level=0.95)
        assert found.value == pytest.approx(fit.params[1], abs=1e-9)
        assert (found.low, found.high) == pytest.approx(tuple(fit.conf_int()[1]), abs=1e-7)

    @pytest.mark.parametrize(
        "cells",
        [
            [(0.2, 0, 3), (0.8, 3, 0)],
            [(0.2, 3, 0), (0.8, 0, 3)],
            [(0.2, 0, 3), (0.5, 1, 1), (0.8, 3, 0)],
        ],
    )
    def test_separated_classes(self, cells: list[tuple[float, int, int]]) -> None:
        """Where the scores separate the classes, the slope would be infinite."""
        with pytest.raises(UndefinedError, match="separate the classes"):
            calibration.calibration_slope(score_counts(*cells), level=0.95)

    def test_one_score(self) -> None:
        """With the same score everywhere there is no slope."""
        with pytest.raises(UndefinedError, match="same score"):
            calibration.calibration_slope(score_counts((0.5, 3, 3)), level=0.95)

    def test_scores_too_close_to_tell(self) -> None:
        """Scores that differ in the last digit alone give no slope either."""
        close = score_counts((0.5, 3, 4), (0.5 + 1e-15, 4, 3), (0.5 + 2e-15, 3, 4))
        with pytest.raises(UndefinedError, match="not estimable"):
            calibration.calibration_slope(close, level=0.95)

    def test_steps_are_halved(self) -> None:
        """Extreme scores against the labels: a full Newton step would overshoot."""
        cells = [(1e-9, 30, 1), (0.5, 1, 1), (1 - 1e-9, 1, 30)]
        rows = [(s, y) for s, p, n in cells for y, k in ((1, p), (0, n)) for _ in range(k)]
        scores = np.array([score for score, _ in rows])
        labels = np.array([label for _, label in rows])
        x = np.log(scores) - np.log1p(-scores)
        fit = sm.Logit(labels, sm.add_constant(x)).fit(disp=0, maxiter=200, tol=1e-13)
        found = calibration.calibration_slope(score_counts(*cells), level=0.95)
        assert found.value == pytest.approx(fit.params[1], abs=1e-8)


class TestObservedExpected:
    """Observed positives for one expected."""

    def test_hand_worked(self) -> None:
        """6 of 20 observed, 5 expected: the log has variance 0.7 / 6."""
        counts = score_counts((0.1, 1, 9), (0.4, 5, 5))
        half = Z * math.sqrt(0.7 / 6)
        found = calibration.observed_expected(counts, level=0.95)
        expected = (1.2, 1.2 * math.exp(-half), 1.2 * math.exp(half))
        assert (found.value, found.low, found.high) == pytest.approx(expected)

    def test_nothing_expected(self) -> None:
        """All scores 0: the ratio is unbounded."""
        with pytest.raises(UndefinedError, match="every score is 0"):
            calibration.observed_expected(score_counts((0.0, 1, 2)), level=0.95)


class TestEce:
    """The mean distance over bins of equal mass, less what chance adds."""

    def test_hand_worked(self) -> None:
        """Two bins of 50, each 0.1 off: 0.1 less E|N(0.1, s²)| - 0.1, by integration."""
        counts = score_counts((0.3, 20, 30), (0.7, 40, 10))
        added = []
        for observed in (0.4, 0.8):
            error = math.sqrt(observed * (1 - observed) / 49)
            grid = np.linspace(0.1 - 9 * error, 0.1 + 9 * error, 20_001)
            added.append(np.trapezoid(np.abs(grid) * norm.pdf(grid, 0.1, error), grid) - 0.1)
        found = calibration.ece(counts)
        assert found.value == pytest.approx(0.1 - np.mean(added), abs=1e-7)
        assert found.also[0].value == pytest.approx(0.1)

    def test_the_root_of_the_mean_square(self) -> None:
        """Beside it, each squared distance less the variance of the observed risk."""
        counts = score_counts((0.3, 20, 30), (0.7, 40, 10))
        square = 0.01 - (0.24 + 0.16) / 49 / 2
        assert calibration.ece(counts).also[1].value == pytest.approx(math.sqrt(square))

    def test_it_does_not_fall_below_zero(self) -> None:
        """A model that is off by nothing has an error of 0."""
        found = calibration.ece(score_counts((0.2, 2, 8), (0.5, 5, 5)))
        assert found.value == 0
        assert found.also[1].value == 0

    def test_scores_that_are_sure_and_right(self) -> None:
        """Where nothing varies nothing is taken off."""
        assert calibration.ece(score_counts((0.0, 0, 5), (0.9, 5, 0))).value == pytest.approx(0.05)

    def test_no_interval_and_why(self) -> None:
        """It is biased upwards, and is given no interval."""
        found = calibration.ece(COUNTS)
        assert (found.low, found.high) == (None, None)
        assert found.note is not None
        assert "biased" in found.note


ROWS = [row for row in patients(250, seed=5) if 0 < row["score"] < 1]


class TestPatients:
    """Patients with several exams, against statsmodels on the rows."""

    labels = np.array([row["label"] for row in ROWS])
    scores = np.array([row["score"] for row in ROWS])
    x = np.log(scores / (1 - scores))
    groups = np.unique([row["patient"] for row in ROWS], return_inverse=True)[1]
    robust: ClassVar[dict[str, Any]] = {
        "cov_type": "cluster",
        "cov_kwds": {"groups": groups, "use_correction": False},
    }

    @pytest.mark.parametrize("weighted", [False, True])
    def test_slope(self, weighted: bool) -> None:
        """Estimate and cluster-robust interval of a (weighted) logistic regression."""
        weights = np.array([row["weight"] for row in ROWS]) if weighted else None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # statsmodels: not fully supported with var_weights
            fit = sm.GLM(
                self.labels, sm.add_constant(self.x), family=sm.families.Binomial(),
                var_weights=weights,
            ).fit(tol=1e-13, **self.robust)  # fmt: skip
        found = calibration.calibration_slope(counts_of_rows(ROWS, weighted=weighted), level=0.95)
        assert found.value == pytest.approx(fit.params[1], abs=1e-8)
        assert (found.low, found.high) == pytest.approx(tuple(fit.conf_int()[1]), abs=1e-6)

    def test_intercept(self) -> None:
        """Likewise with the slope fixed at 1."""
        fit = sm.GLM(
            self.labels, np.ones(self.x.size), family=sm.families.Binomial(), offset=self.x
        ).fit(tol=1e-13, **self.robust)
        found = calibration.calibration_intercept(counts_of_rows(ROWS), level=0.95)
        assert found.value == pytest.approx(fit.params[0], abs=1e-8)
        assert (found.low, found.high) == pytest.approx(tuple(fit.conf_int()[0]), abs=1e-6)
        assert found.method == "wald-clustered"

    def test_observed_expected(self) -> None:
        """The variance of the log from the patients' sums of outcome less share."""
        observed, n = self.labels.sum(), self.labels.size
        sums = by_patient(ROWS, (self.labels - observed / n) / observed)
        half = Z * math.sqrt(float((sums**2).sum()))
        found = calibration.observed_expected(counts_of_rows(ROWS), level=0.95)
        ratio = observed / self.scores.sum()
        assert (found.value, found.high) == pytest.approx((ratio, ratio * math.exp(half)))

    def test_the_ece_expects_more_of_chance(self) -> None:
        """Clustered, chance moves a bin farther, so that more is taken off."""
        clustered = counts_of_rows(ROWS)
        alone = replace(clustered, clusters=None)
        assert calibration.ece(clustered).also[0] == calibration.ece(alone).also[0]
        assert (calibration.ece(clustered).value or 0) < (calibration.ece(alone).value or 0)
