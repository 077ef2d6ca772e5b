"""Calibration: scores read as probabilities."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import statsmodels.api as sm
from sklearn.metrics import brier_score_loss, log_loss

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
    calibration.brier,
    calibration.scaled_brier,
    calibration.log_loss,
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


class TestBrier:
    """The mean squared distance."""

    def test_agrees_with_scikit_learn(self) -> None:
        """On the 600 rows."""
        found = calibration.brier(COUNTS, level=0.95).value
        assert found == pytest.approx(brier_score_loss(LABELS, SCORES), abs=1e-14)

    def test_the_interval_is_that_of_a_mean(self) -> None:
        """1.96 standard errors of the mean of the 600 squared distances."""
        loss = (LABELS - SCORES) ** 2
        found = calibration.brier(COUNTS, level=0.95)
        assert found.high == pytest.approx(loss.mean() + Z * loss.std(ddof=1) / math.sqrt(600))

    def test_it_does_not_fall_below_zero(self) -> None:
        """Few exams, nearly perfect: the interval ends at 0."""
        cells = [(0.001, 0, 3), (0.4, 1, 0), (0.999, 3, 0)]
        assert calibration.brier(score_counts(*cells), level=0.95).low == 0


class TestScaledBrier:
    """The Brier score against always saying the prevalence."""

    def test_hand_worked(self) -> None:
        """One minus Brier over 0.25 · 0.75, from scikit-learn's Brier score."""
        share = LABELS.mean()
        expected = 1 - brier_score_loss(LABELS, SCORES) / (share * (1 - share))
        found = calibration.scaled_brier(COUNTS, level=0.95).value
        assert found == pytest.approx(expected, abs=1e-12)

    def test_the_interval_agrees_with_the_jackknife(self) -> None:
        """Leaving out each of 600 rows gives the same standard error, ± 2 %."""
        loss = (LABELS - SCORES) ** 2
        total, ones = loss.sum(), LABELS.sum()
        share = (ones - LABELS) / 599
        without = 1 - (total - loss) / 599 / (share * (1 - share))
        error = math.sqrt(599 / 600 * ((without - without.mean()) ** 2).sum())
        found = calibration.scaled_brier(COUNTS, level=0.95)
        assert found.low is not None
        assert found.high is not None
        assert (found.high - found.low) / 2 == pytest.approx(Z * error, rel=0.02)


class TestLogLoss:
    """Minus the logarithm of what was given to what happened."""

    def test_agrees_with_scikit_learn(self) -> None:
        """On the 600 rows."""
        found = calibration.log_loss(COUNTS, level=0.95).value
        assert found == pytest.approx(log_loss(LABELS, SCORES), abs=1e-12)

    def test_the_impossible_happened(self) -> None:
        """A positive scored 0 has an infinite loss."""
        with pytest.raises(UndefinedError, match="probability 0 in 2 exams"):
            calibration.log_loss(score_counts((0.0, 2, 3), (0.5, 1, 1)), level=0.95)

    def test_a_sure_score_that_is_right(self) -> None:
        """A negative scored 0 loses nothing: log 2 over two of four exams."""
        found = calibration.log_loss(score_counts((0.0, 0, 2), (0.5, 1, 1)), level=0.95)
        assert found.value == pytest.approx(math.log(2) / 2)


class TestEce:
    """The mean distance over bins of equal mass."""

    def test_hand_worked(self) -> None:
        """Ten bins of ten: each 0.1 off, so is the mean."""
        cells = [(k / 10 + 0.05, k, 10 - k) for k in range(10)]
        cells[0] = (0.05, 1, 9)
        found = calibration.ece(score_counts(*cells))
        assert found.value == pytest.approx(0.05)

    def test_no_interval_and_why(self) -> None:
        """It is biased upwards, and is given no interval."""
        found = calibration.ece(COUNTS)
        assert (found.low, found.high) == (None, None)
        assert found.note is not None
        assert "biased" in found.note


class TestEqualMassBins:
    """Neighbouring scores of about equal mass."""

    def test_equal_scores_stay_together(self) -> None:
        """A score that half the exams share is one bin."""
        counts = score_counts((0.1, 1, 49), (0.5, 5, 20), (0.9, 20, 5))
        bins = calibration.equal_mass_bins(counts, bins=10)
        assert [n for _, _, n in bins] == [50, 25, 25]

    def test_everybody_is_in_one_bin(self) -> None:
        """The bins hold all exams, positives and expectations."""
        bins = calibration.equal_mass_bins(COUNTS, bins=10)
        assert len(bins) == 10
        assert sum(n for _, _, n in bins) == 600
        assert sum(positives for positives, _, _ in bins) == LABELS.sum()
        assert sum(expected for _, expected, _ in bins) == pytest.approx(SCORES.sum())
