"""Calibration: whether scores, read as probabilities, agree with what is observed."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validation.counts import ScoreCounts, remembered
from validation.errors import UndefinedError
from validation.estimates import Bounds, Estimate
from validation.intervals import normal_quantile
from validation.metrics.binning import binned
from validation.metrics.discrimination import require_classes
from validation.metrics.logistic import expit, fit

Array = npt.NDArray[np.float64]

ECE_BINS = 10
RANKS = "the protocol declares scores to be ranks, not probabilities"


@remembered
def log_odds(counts: ScoreCounts) -> Array:
    """Return the log-odds of each cell's mean score, shape (k,).

    Raises
    ------
    UndefinedError
        When a score is exactly 0 or 1, so that its log-odds are infinite.
    """
    means = counts.means
    edge = (means <= 0) | (means >= 1)
    if edge.any():
        exams = int((counts.positives + counts.negatives)[edge].sum())
        msg = f"the log-odds are infinite: {exams:,} exams have a score of exactly 0 or 1"
        raise UndefinedError(msg)
    return np.asarray(np.log(means) - np.log1p(-means))


@remembered
def mass_of_exams(counts: ScoreCounts) -> Array:
    """Return what the exams of each cell count for, shape (k,)."""
    return np.asarray(counts.mass_of_positives + counts.mass_of_negatives)


def _wald(found: "Regression", counts: ScoreCounts, *, level: float) -> Estimate:
    """Return the last coefficient of a regression with its normal interval."""
    value, half = float(found.beta[-1]), normal_quantile(level) * math.sqrt(found.variance)
    return Estimate(
        value=value, low=value - half, high=value + half, level=level,
        method="wald" + counts.kind, n=counts.scored, events=counts.scored_positives,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Regression:
    """A logistic regression of the outcome.

    Attributes
    ----------
    beta : float64 array, shape (p,)
    variance : float
        Of the last coefficient: the inverse of the information where exams are independent and
        count as one each; else that of the sum of its influences (the sandwich).
    """

    beta: Array
    variance: float


def _regress(
    counts: ScoreCounts, metric: str, design: Array, offset: Array, *, start: Array | None = None
) -> Regression:
    """Return a logistic regression of the outcome."""
    beta, covariance = fit(
        design, offset, counts.mass_of_positives, mass_of_exams(counts), start=start
    )
    variance = float(covariance[-1, -1])
    if counts.kind:
        chances = expit(offset + design @ beta)
        pull = design @ covariance[-1]
        variance = counts.variance(metric, pull * (1 - chances), -pull * chances)
    return Regression(beta=beta, variance=variance)


def calibration_intercept(counts: ScoreCounts, *, level: float) -> Estimate:
    """Return the calibration-in-the-large: the intercept with the slope fixed at 1.

    Above 0, risks are underestimated on the whole; below 0, overestimated.

    Raises
    ------
    UndefinedError
        When a class is empty or a score is exactly 0 or 1.

    References
    ----------
    Cox DR. Two further applications of a model for binary regression. Biometrika
    1958;45(3-4):562-565. doi:10.1093/biomet/45.3-4.562
    Van Calster B, McLernon DJ, van Smeden M, et al. Calibration: the Achilles heel of
    predictive analytics. BMC Med 2019;17:230. doi:10.1186/s12916-019-1466-7
    Liang KY, Zeger SL. Longitudinal data analysis using generalized linear models. Biometrika
    1986;73(1):13-22. doi:10.1093/biomet/73.1.13 (the variance where patients repeat).
    """
    return _wald(_at_large(counts), counts, level=level)


@remembered
def _at_large(counts: ScoreCounts) -> Regression:
    """Return the regression on a constant, the log-odds of the score taken as they are."""
    require_classes(counts.scored_positives, counts.scored_negatives)
    offset = log_odds(counts)
    return _regress(counts, "calibration_intercept", np.ones((offset.size, 1)), offset)


def calibration_slope(counts: ScoreCounts, *, level: float) -> Estimate:
    """Return the slope of the outcome on the log-odds of the score.

    Below 1, scores are too extreme; above 1, too timid.

    Raises
    ------
    UndefinedError
        When a class is empty, a score is exactly 0 or 1, all scores are the same, or the
        classes are separated.
    """
    return _wald(on_log_odds(counts), counts, level=level)


@remembered
def on_log_odds(counts: ScoreCounts) -> Regression:
    """Return the regression on the log-odds of the score; raises as `calibration_slope` does."""
    x = separable_log_odds(counts)
    design = np.column_stack([np.ones_like(x), x])
    start = np.array([_at_large(counts).beta[0], 1.0])
    return _regress(counts, "calibration_slope", design, np.zeros_like(x), start=start)


@remembered
def separable_log_odds(counts: ScoreCounts) -> Array:
    """Return the log-odds of the scores, of which the classes are known to overlap.

    Raises
    ------
    UndefinedError
        When a class is empty, a score is exactly 0 or 1, all scores are the same, or the
        classes are separated.
    """
    require_classes(counts.scored_positives, counts.scored_negatives)
    x = log_odds(counts)
    if x.size == 1:
        msg = "not estimable: every exam has the same score"
        raise UndefinedError(msg)
    of_positives, of_negatives = x[counts.positives > 0], x[counts.negatives > 0]
    if of_negatives[-1] <= of_positives[0] or of_positives[-1] <= of_negatives[0]:
        msg = "not estimable: the scores separate the classes"
        raise UndefinedError(msg)
    return x


def observed_expected(counts: ScoreCounts, *, level: float) -> Estimate:
    """Return how many positives were observed for one expected; the interval on the log scale.

    Raises
    ------
    UndefinedError
        When no positive is observed or none expected.

    References
    ----------
    Debray TPA, Damen JAAG, Snell KIE, et al. A guide to systematic review and meta-analysis
    of prediction model performance. BMJ 2017;356:i6460. doi:10.1136/bmj.i6460
    """
    ratio, variance = log_observed_expected(counts)
    half = normal_quantile(level) * math.sqrt(variance)
    return Estimate(
        value=math.exp(ratio), low=math.exp(ratio - half), high=math.exp(ratio + half),
        level=level, method="log-ratio" + counts.kind, n=counts.scored,
        events=counts.scored_positives,
    )  # fmt: skip


def log_observed_expected(counts: ScoreCounts) -> tuple[float, float]:
    """Return the logarithm of observed:expected and its variance.

    What is expected is taken as given, as in Debray's formula, of which this is the form for
    patients with several exams and for weights.
    """
    require_classes(counts.scored_positives, counts.scored_negatives)
    exams = mass_of_exams(counts)
    observed, n = float(counts.mass_of_positives.sum()), float(exams.sum())
    expected = float(counts.means @ exams)
    if expected <= 0:
        msg = "no positive is expected: every score is 0"
        raise UndefinedError(msg)
    ones, share = np.ones(counts.scores.size), observed / n
    variance = counts.variance(
        "observed_expected", ones * (1 - share) / observed, -ones * share / observed
    )
    return math.log(observed / expected), variance


def ece(counts: ScoreCounts) -> Estimate:
    r"""Return the mean distance of predicted and observed risk over bins, less what chance adds.

    Ten bins of equal mass. A bin of n exams lies off by chance, too: with the distance d and
    its standard error s, chance adds :math:`E|N(d, s^2)| - |d|`, which is taken off each bin.
    That removes most of the bias, not all of it: of a model without any error about three
    fifths remain. Beside it (`also`) stand the plain mean distance and the root of the debiased
    mean square. No interval is given: none is honest so near the bound at 0.

    References
    ----------
    Kumar A, Liang P, Ma T. Verified uncertainty calibration. NeurIPS 2019. arXiv:1909.10155
    (their code's normal debiasing, here in closed form).
    """
    require_classes(counts.scored_positives, counts.scored_negatives)
    bins = binned(counts, bins=ECE_BINS)
    distance, error = np.abs(bins.observed - bins.predicted), np.sqrt(bins.variance)
    plain = float(bins.share @ distance)
    debiased = float(bins.share @ (2 * distance - _folded(distance, error)))
    square = float(bins.share @ (distance**2 - bins.variance))
    return Estimate(
        value=max(0.0, debiased), method=f"equal-mass-{ECE_BINS}-debiased" + counts.kind,
        n=counts.scored, events=counts.scored_positives,
        note="no interval: biased upwards in small strata",
        also=(
            Bounds(value=plain, method="plain mean distance"),
            Bounds(value=math.sqrt(max(0.0, square)), method="root mean square, debiased"),
        ),
    )  # fmt: skip


def _folded(mean: Array, error: Array) -> Array:
    """Return the mean of the absolute value of normal variables, none of them of mean below 0."""
    z = np.divide(mean, error, out=np.full_like(mean, np.inf), where=error > 0)
    below = np.array([math.erfc(one / math.sqrt(2)) for one in z])  # twice the lower tail
    return np.asarray(
        error * math.sqrt(2 / math.pi) * np.exp(-(np.minimum(z, 40) ** 2) / 2) + mean * (1 - below)
    )
