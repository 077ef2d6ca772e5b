"""Calibration: whether scores, read as probabilities, agree with what is observed."""

import math

import numpy as np
import numpy.typing as npt

from validation.counts import ScoreCounts
from validation.errors import UndefinedError
from validation.estimates import Estimate
from validation.intervals import normal_quantile
from validation.metrics.discrimination import require_classes

Array = npt.NDArray[np.float64]

STEPS = 100
TOLERANCE = 1e-12
ECE_BINS = 10
RANKS = "the protocol declares scores to be ranks, not probabilities"


def _expit(x: Array) -> Array:
    return np.asarray(0.5 * (1 + np.tanh(x / 2)))


def _log_odds(counts: ScoreCounts) -> Array:
    """Return the log-odds of the scores.

    Raises
    ------
    UndefinedError
        When a score is exactly 0 or 1, so that its log-odds are infinite.
    """
    edge = (counts.scores <= 0) | (counts.scores >= 1)
    if edge.any():
        exams = int((counts.positives + counts.negatives)[edge].sum())
        msg = f"the log-odds are infinite: {exams:,} exams have a score of exactly 0 or 1"
        raise UndefinedError(msg)
    return np.asarray(np.log(counts.scores) - np.log1p(-counts.scores))


def _fit(design: Array, offset: Array, positives: Array, exams: Array) -> tuple[Array, Array]:
    """Return coefficients and covariance of a logistic regression on counts.

    Newton's steps are halved until the likelihood rises, so that small strata do not overflow.

    Raises
    ------
    UndefinedError
        When no maximum is found.
    """

    def likelihood(beta: Array) -> float:
        x = offset + design @ beta
        return float(positives @ x - exams @ np.logaddexp(0, x))

    beta = np.zeros(design.shape[1])
    best = likelihood(beta)
    for _ in range(STEPS):  # pragma: no branch  # the likelihood is concave: far fewer are needed
        p = _expit(offset + design @ beta)
        information = design.T @ (design * (exams * p * (1 - p))[:, None])
        gradient = design.T @ (positives - exams * p)
        if np.linalg.cond(information) > 1e14:  # noqa: PLR2004 beyond it doubles cannot solve
            break
        step = np.linalg.solve(information, gradient)
        if float(gradient @ step) < TOLERANCE:
            return np.asarray(beta + step), np.asarray(np.linalg.inv(information), dtype=np.float64)
        while likelihood(beta + step) < best and np.abs(step).max() > TOLERANCE:
            step = step / 2
        beta = beta + step
        best = likelihood(beta)
    msg = "not estimable: the likelihood has no maximum"
    raise UndefinedError(msg)


def _wald(value: float, variance: float, counts: ScoreCounts, *, level: float) -> Estimate:
    half = normal_quantile(level) * math.sqrt(variance)
    return Estimate(
        value=value, low=value - half, high=value + half, level=level, method="wald",
        n=counts.scored, events=counts.scored_positives,
    )  # fmt: skip


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
    """
    require_classes(counts.scored_positives, counts.scored_negatives)
    offset = _log_odds(counts)
    exams = counts.positives + counts.negatives
    beta, covariance = _fit(np.ones((offset.size, 1)), offset, counts.positives, exams)
    return _wald(float(beta[0]), float(covariance[0, 0]), counts, level=level)


def calibration_slope(counts: ScoreCounts, *, level: float) -> Estimate:
    """Return the slope of the outcome on the log-odds of the score.

    Below 1, scores are too extreme; above 1, too timid.

    Raises
    ------
    UndefinedError
        When a class is empty, a score is exactly 0 or 1, all scores are the same, or the
        classes are separated.
    """
    return _wald(*slope_and_variance(counts), counts, level=level)


def slope_and_variance(counts: ScoreCounts) -> tuple[float, float]:
    """Return the calibration slope and its variance; raises as `calibration_slope` does."""
    require_classes(counts.scored_positives, counts.scored_negatives)
    x = _log_odds(counts)
    if x.size == 1:
        msg = "not estimable: every exam has the same score"
        raise UndefinedError(msg)
    of_positives, of_negatives = x[counts.positives > 0], x[counts.negatives > 0]
    if of_negatives[-1] <= of_positives[0] or of_positives[-1] <= of_negatives[0]:
        msg = "not estimable: the scores separate the classes"
        raise UndefinedError(msg)
    design = np.column_stack([np.ones_like(x), x])
    exams = counts.positives + counts.negatives
    beta, covariance = _fit(design, np.zeros_like(x), counts.positives, exams)
    return float(beta[1]), float(covariance[1, 1])


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
        level=level, method="log-ratio", n=counts.scored, events=counts.scored_positives,
    )  # fmt: skip


def log_observed_expected(counts: ScoreCounts) -> tuple[float, float]:
    """Return the logarithm of observed:expected and its variance."""
    require_classes(counts.scored_positives, counts.scored_negatives)
    observed, n = counts.scored_positives, counts.scored
    expected = float(counts.scores @ (counts.positives + counts.negatives))
    if expected <= 0:
        msg = "no positive is expected: every score is 0"
        raise UndefinedError(msg)
    return math.log(observed / expected), (1 - observed / n) / observed


def _mean(of_positives: Array, of_negatives: Array, counts: ScoreCounts) -> tuple[float, float]:
    """Return the mean of a quantity over scored exams and its standard error."""
    n = counts.scored
    mean = float(counts.positives @ of_positives + counts.negatives @ of_negatives) / n
    squares = counts.positives @ (of_positives - mean) ** 2
    squares = squares + counts.negatives @ (of_negatives - mean) ** 2
    return mean, math.sqrt(float(squares) / max(n - 1, 1) / n)


def _around_mean(value: float, error: float, counts: ScoreCounts, *, level: float) -> Estimate:
    half = normal_quantile(level) * error
    return Estimate(
        value=value, low=max(0.0, value - half), high=value + half, level=level, method="normal",
        n=counts.scored, events=counts.scored_positives,
    )  # fmt: skip


def brier(counts: ScoreCounts, *, level: float) -> Estimate:
    """Return the mean squared distance of score and outcome."""
    require_classes(counts.scored_positives, counts.scored_negatives)
    mean, error = _mean((1 - counts.scores) ** 2, counts.scores**2, counts)
    return _around_mean(mean, error, counts, level=level)


def log_loss(counts: ScoreCounts, *, level: float) -> Estimate:
    """Return the mean of minus the logarithm of the probability given to what happened.

    Raises
    ------
    UndefinedError
        When what happened was given probability 0.
    """
    require_classes(counts.scored_positives, counts.scored_negatives)
    impossible = counts.positives[counts.scores <= 0].sum()
    impossible += counts.negatives[counts.scores >= 1].sum()
    if impossible:
        msg = f"infinite: what happened was given probability 0 in {int(impossible):,} exams"
        raise UndefinedError(msg)
    inner = np.clip(counts.scores, 5e-324, 1 - 1e-16)
    loss_1 = np.where(counts.positives > 0, -np.log(inner), 0.0)
    loss_0 = np.where(counts.negatives > 0, -np.log1p(-inner), 0.0)
    mean, error = _mean(loss_1, loss_0, counts)
    return _around_mean(mean, error, counts, level=level)


def scaled_brier(counts: ScoreCounts, *, level: float) -> Estimate:
    """Return one minus the Brier score over that of always saying the prevalence.

    The interval comes from the influence of each exam on the ratio.

    References
    ----------
    Steyerberg EW, Vickers AJ, Cook NR, et al. Assessing the performance of prediction models.
    Epidemiology 2010;21(1):128-138. doi:10.1097/EDE.0b013e3181c30fb2
    """
    require_classes(counts.scored_positives, counts.scored_negatives)
    share = counts.scored_positives / counts.scored
    useless = share * (1 - share)
    score, _ = _mean((1 - counts.scores) ** 2, counts.scores**2, counts)

    def influence(loss: Array, outcome: int) -> Array:
        drift = (1 - 2 * share) * (outcome - share)
        return np.asarray(-(loss - score) / useless + score * drift / useless**2)

    _, error = _mean(influence((1 - counts.scores) ** 2, 1), influence(counts.scores**2, 0), counts)
    half = normal_quantile(level) * error
    value = 1 - score / useless
    return Estimate(
        value=value, low=value - half, high=min(1.0, value + half), level=level,
        method="influence", n=counts.scored, events=counts.scored_positives,
    )  # fmt: skip


def ece(counts: ScoreCounts) -> Estimate:
    """Return the mean distance of predicted and observed risk over bins of equal mass.

    No interval is given: with few exams in a bin the estimate is biased upwards, and so would
    be any resampling of it.

    References
    ----------
    Kumar A, Liang P, Ma T. Verified uncertainty calibration. NeurIPS 2019.
    """
    require_classes(counts.scored_positives, counts.scored_negatives)
    distance = sum(
        abs(float(positives) - float(expected))
        for positives, expected, _ in equal_mass_bins(counts, bins=ECE_BINS)
    )
    return Estimate(
        value=distance / counts.scored, method="equal-mass-10", n=counts.scored,
        events=counts.scored_positives, note="no interval: biased upwards in small strata",
    )  # fmt: skip


def equal_mass_bins(counts: ScoreCounts, *, bins: int) -> list[tuple[int, float, int]]:
    """Return positives, expected positives and exams of neighbouring scores of about equal mass.

    Equal scores are never parted, so that there may be fewer bins than asked for.
    """
    exams = counts.positives + counts.negatives
    middle = np.cumsum(exams) - exams / 2
    place = np.minimum((middle * bins / exams.sum()).astype(np.intp), bins - 1)
    starts = np.flatnonzero(np.diff(place, prepend=-1))
    return [
        (int(a), float(b), int(c))
        for a, b, c in zip(
            np.add.reduceat(counts.positives, starts),
            np.add.reduceat(exams * counts.scores, starts),
            np.add.reduceat(exams, starts),
            strict=True,
        )
    ]
