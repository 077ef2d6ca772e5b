"""Discrimination: how well scores rank exams with the finding above exams without."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from validation.counts import ScoreCounts
from validation.errors import EmptyStratumError
from validation.estimates import Bounds, Estimate
from validation.intervals import Interval, expit, logit, normal_quantile

Scale = Literal["delong-logit", "delong"]

EDGE = 1e-12  # at 0 and 1 themselves Newcombe's equation has a root that is no limit


@dataclass(frozen=True, kw_only=True, eq=False)
class Placements:
    """Where each score cell stands in the other class.

    Attributes
    ----------
    of_positives, of_negatives : float64 array, shape (k,)
        For an exam with the finding and this score: the share of exams without it that score
        lower, ties counting half; for an exam without it: the share of those with it that
        score higher.
    auroc, variance_positives, variance_negatives : float
        Their mean, and the sample variance within each class (0 where a class has one exam).
    """

    of_positives: npt.NDArray[np.float64]
    of_negatives: npt.NDArray[np.float64]
    auroc: float
    variance_positives: float
    variance_negatives: float


def place(positives: npt.NDArray[np.float64], negatives: npt.NDArray[np.float64]) -> Placements:
    """Return the placements of score cells in ascending order of score.

    Parameters
    ----------
    positives, negatives : float64 array, shape (k,)
        Exams per distinct score.

    Raises
    ------
    EmptyStratumError
        When a class holds nobody.

    References
    ----------
    DeLong ER, DeLong DM, Clarke-Pearson DL. Comparing the areas under two or more correlated
    receiver operating characteristic curves. Biometrics 1988;44(3):837-845.
    Sun X, Xu W. Fast implementation of DeLong's algorithm. IEEE Signal Process Lett
    2014;21(11):1389-1393. doi:10.1109/LSP.2014.2337313
    """
    m, n = float(positives.sum()), float(negatives.sum())
    require_classes(m, n)
    of_positives = (np.cumsum(negatives) - negatives / 2) / n
    of_negatives = 1 - (np.cumsum(positives) - positives / 2) / m
    auroc = float(positives @ of_positives) / m

    def spread(counts: npt.NDArray[np.float64], placed: npt.NDArray[np.float64]) -> float:
        size = float(counts.sum())
        return float(counts @ (placed - auroc) ** 2) / (size - 1) if size > 1 else 0.0

    return Placements(
        of_positives=of_positives,
        of_negatives=of_negatives,
        auroc=min(max(auroc, 0.0), 1.0),
        variance_positives=spread(positives, of_positives),
        variance_negatives=spread(negatives, of_negatives),
    )


def require_classes(positives: float, negatives: float) -> None:
    """Raise unless there is somebody in both classes.

    Raises
    ------
    EmptyStratumError
        Saying which class is empty.
    """
    if positives + negatives == 0:
        msg = "no labelled exam has a score"
        raise EmptyStratumError(msg)
    if positives == 0 or negatives == 0:
        msg = f"no {'positive' if positives == 0 else 'negative'} exam has a score"
        raise EmptyStratumError(msg)


def delong(counts: ScoreCounts) -> tuple[float, float | None]:
    """Return the AUROC and its variance; None for the variance where it cannot be estimated.

    It cannot when a class has a single exam, or when the classes are separated perfectly:
    DeLong's variance is then 0, which would claim to know the AUROC without doubt.
    """
    m, n = counts.scored_positives, counts.scored_negatives
    placed = place(counts.positives, counts.negatives)
    variance = placed.variance_positives / m + placed.variance_negatives / n
    if min(m, n) < 2 or variance <= 0 or not 0 < placed.auroc < 1:  # noqa: PLR2004 one exam has no spread
        return placed.auroc, None
    return placed.auroc, variance


def auroc(counts: ScoreCounts, *, level: float, scale: Scale = "delong-logit") -> Estimate:
    """Return the area under the ROC curve among scored exams.

    Parameters
    ----------
    counts : ScoreCounts
        One stratum.
    level : float
        Of the two-sided interval.
    scale : {"delong-logit", "delong"}
        Whether the interval is formed on the log-odds of the AUROC, which keeps it inside
        0 to 1, or on the AUROC itself, as pROC prints it. The other one stands in `also`.

    Raises
    ------
    EmptyStratumError
        When a class holds nobody with a score.

    References
    ----------
    Pepe MS. The statistical evaluation of medical tests for classification and prediction.
    Oxford University Press 2003, section 5.2.4 (the log-odds scale).
    """
    value, variance = delong(counts)
    m, n = counts.scored_positives, counts.scored_negatives
    if variance is None:
        low, high = newcombe_auroc(value, positives=m, negatives=n, level=level)
        return Estimate(
            value=value, low=low, high=high, level=level, method="newcombe-5", n=m + n, events=m,
            note="DeLong's variance is 0 or unknown here; the interval is Newcombe's method 5",
        )  # fmt: skip
    by_scale = {
        one: Bounds(value=value, low=low, high=high, method=one)
        for one, (low, high) in _delong_intervals(value, variance, level=level).items()
    }
    chosen = by_scale.pop(scale)
    return Estimate(
        value=value, low=chosen.low, high=chosen.high, level=level, method=scale,
        n=m + n, events=m, also=tuple(by_scale.values()),
    )  # fmt: skip


def _delong_intervals(value: float, variance: float, *, level: float) -> dict[Scale, Interval]:
    """Return the interval on both scales."""
    half = normal_quantile(level) * math.sqrt(variance)
    half_logit = half / (value * (1 - value))
    return {
        "delong-logit": (expit(logit(value) - half_logit), expit(logit(value) + half_logit)),
        "delong": (max(0.0, value - half), min(1.0, value + half)),
    }


def newcombe_auroc(value: float, *, positives: int, negatives: int, level: float) -> Interval:
    """Return an interval of the AUROC that rests on the class sizes alone.

    Solves (θ - θ̂)² = z² V(θ) with the variance that Hanley and McNeil give for exponential
    scores, so that it has a width even where the classes are separated perfectly.

    References
    ----------
    Newcombe RG. Confidence intervals for an effect size measure based on the Mann-Whitney
    statistic. Part 2. Stat Med 2006;25(4):559-573. doi:10.1002/sim.2324 (method 5)
    """
    z = normal_quantile(level)
    star = (positives + negatives) / 2 - 1
    size = positives * negatives

    def excess(theta: float) -> float:
        shape = 1 + star * (1 - theta) / (2 - theta) + star * theta / (1 + theta)
        return (theta - value) ** 2 - z * z * theta * (1 - theta) * shape / size

    low = 0.0 if value <= 0 else float(brentq(excess, 0.0, min(value, 1 - EDGE)))
    high = 1.0 if value >= 1 else float(brentq(excess, max(value, EDGE), 1.0))
    return low, high


def average_precision(counts: ScoreCounts, *, level: float) -> Estimate:
    r"""Return the mean precision over the exams with the finding, among scored exams.

    .. math:: \mathrm{AP} = \sum_b \frac{c^+_b}{m} \frac{TP_b}{TP_b + FP_b}

    The interval is formed on the log-odds with the standard error of the influence function:
    what one more exam of each score and class would change.

    Raises
    ------
    EmptyStratumError
        When a class holds nobody with a score.

    References
    ----------
    Boyd K, Eng KH, Page CD. Area under the precision-recall curve: point estimates and
    confidence intervals. ECML PKDD 2013, LNCS 8190:451-466 (the log-odds scale).
    """
    require_classes(counts.scored_positives, counts.scored_negatives)
    positives, negatives = counts.positives[::-1], counts.negatives[::-1]
    m, total = float(positives.sum()), float(positives.sum() + negatives.sum())
    hits, alarms = np.cumsum(positives), np.cumsum(negatives)
    precision = hits / (hits + alarms)
    value = float(positives @ precision) / m
    standard_error = _ap_error(positives, negatives, precision=precision, value=value)
    if standard_error <= 0 or not 0 < value < 1:
        return Estimate(
            value=value, method="none", n=int(total), events=int(m),
            note="no interval: every exam with the finding scores highest",
        )  # fmt: skip
    half = normal_quantile(level) * standard_error / (value * (1 - value))
    return Estimate(
        value=value, low=expit(logit(value) - half), high=expit(logit(value) + half),
        level=level, method="influence-logit", n=int(total), events=int(m),
    )  # fmt: skip


def _ap_error(
    positives: npt.NDArray[np.float64],
    negatives: npt.NDArray[np.float64],
    *,
    precision: npt.NDArray[np.float64],
    value: float,
) -> float:
    """Return the standard error of the average precision; cells run from the highest score."""
    total = float(positives.sum() + negatives.sum())
    m = float(positives.sum())
    hits, alarms = np.cumsum(positives), np.cumsum(negatives)
    seen = hits + alarms
    # What one more exam above a cell does to the cell's precision, summed from here downwards.
    raised = np.cumsum((positives * alarms / seen**2)[::-1])[::-1]
    lowered = np.cumsum((positives * hits / seen**2)[::-1])[::-1]
    of_positive = total / m * (precision - value + raised)
    of_negative = -total / m * lowered
    mean = float(positives @ of_positive + negatives @ of_negative) / total
    squares = positives @ (of_positive - mean) ** 2 + negatives @ (of_negative - mean) ** 2
    return math.sqrt(float(squares)) / total
