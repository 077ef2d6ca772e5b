"""Discrimination: how well scores rank exams with the finding above exams without."""

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from validation.counts import ScoreCounts, remembered
from validation.errors import EmptyStratumError
from validation.estimates import Bounds, Estimate
from validation.intervals import Interval, expit, logit, normal_quantile

Scale = Literal["delong-logit", "delong"]

Array = npt.NDArray[np.float64]

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
    return _spread_out(
        positives,
        negatives,
        of_positives=(np.cumsum(negatives) - negatives / 2) / n,
        of_negatives=1 - (np.cumsum(positives) - positives / 2) / m,
    )


def _spread_out(
    positives: Array, negatives: Array, *, of_positives: Array, of_negatives: Array
) -> Placements:
    """Return placements with their mean and the variance within each class."""
    auroc = float(positives @ of_positives) / float(positives.sum())

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


@remembered
def delong(counts: ScoreCounts) -> tuple[float, float | None]:
    """Return the AUROC and its variance; None for the variance where it cannot be estimated.

    It is DeLong's where exams are independent, Obuchowski's where several are of one patient.
    It cannot be estimated when a class is of a single exam or patient, or when the classes are
    separated perfectly: the variance is then 0, which would claim to know the AUROC without
    doubt. Where sites told cells of their own, the order of two exams is what both cells tell.
    """
    counts = counts.finest
    placed = _placed(counts)
    if counts.clusters is None and counts.weights is None:
        m, n = counts.scored_positives, counts.scored_negatives
        variance = placed.variance_positives / m + placed.variance_negatives / n
        variance *= counts.stated_effect("auroc")
        sizes = (m, n)
    else:
        variance = variance_between_patients(
            counts, placed.of_positives - placed.auroc, placed.of_negatives - placed.auroc
        )
        sizes = patients_of(counts)
    if counts.spans is not None:
        negatives, positives = (one[:-1] for one in counts.squared_by_label)
        variance += counts.stated_effect("auroc") * counts.spans.within(positives, negatives)
    if min(sizes) < 2 or variance <= 0 or not 0 < placed.auroc < 1:  # noqa: PLR2004 one has no spread
        return placed.auroc, None
    return placed.auroc, variance


def _placed(counts: ScoreCounts) -> Placements:
    """Return the placements of a stratum, whose cells may overlap."""
    positives, negatives = counts.mass_of_positives, counts.mass_of_negatives
    if counts.spans is None:
        return place(positives, negatives)
    require_classes(float(positives.sum()), float(negatives.sum()))
    of_positives, of_negatives = counts.spans.wins.of_positives, counts.spans.wins.of_negatives
    return _spread_out(positives, negatives, of_positives=of_positives, of_negatives=of_negatives)


def patients_of(counts: ScoreCounts) -> tuple[int, int]:
    """Return how many patients have a positive exam, and a negative one; exams where alone."""
    if counts.clusters is None:
        return counts.scored_positives, counts.scored_negatives
    return counts.clusters.with_positives, counts.clusters.with_negatives


def variance_between_patients(
    counts: ScoreCounts, of_positives: Array, of_negatives: Array, *, metric: str = "auroc"
) -> float:
    r"""Return the variance of the mean influence of positives plus that of negatives.

    .. math:: \frac{I_{10}}{I_{10} - 1} \frac{\sum X_i^2}{m^2}
              + \frac{I_{01}}{I_{01} - 1} \frac{\sum Y_i^2}{n^2}
              + 2 \frac{I}{I - 1} \frac{\sum X_i Y_i}{mn}

    with the sums X and Y of the influences over each patient's positive and negative exams, and
    the numbers of patients with exams of either class, of each, and of any. With one exam a
    patient it is DeLong's. With sampling weights the sums are weighted, and m and n the weights'
    sums.

    Parameters
    ----------
    counts : ScoreCounts
    of_positives, of_negatives : float64 array, shape (k,)
        What an exam of a cell adds to the mean of its class, centred.
    metric : str
        Under whose name a design effect may be stated.

    References
    ----------
    Obuchowski NA. Nonparametric analysis of clustered ROC curve data. Biometrics
    1997;53(2):567-578. doi:10.2307/2533958
    """
    m, n = float(counts.mass_of_positives.sum()), float(counts.mass_of_negatives.sum())
    sums = counts.sums(of_positives, of_negatives)
    with_positives, with_negatives = patients_of(counts)
    patients = counts.scored if counts.clusters is None else counts.clusters.patients
    return counts.stated_effect(metric) * (
        _without_bias(with_positives) * sums.positives / m**2
        + _without_bias(with_negatives) * sums.negatives / n**2
        + _without_bias(patients) * 2 * sums.across / (m * n)
    )


def _without_bias(patients: int) -> float:
    """Return k / (k - 1), which makes a mean square of k patients a variance; 1 for one."""
    return patients / (patients - 1) if patients > 1 else 1.0


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
        0 to 1, or on the AUROC itself, as pROC prints it. The other one stands in `also`. Where
        patients have several exams the methods are named "obuchowski-logit" and "obuchowski".

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
    found = Estimate(
        value=value, level=level, n=counts.scored, events=counts.scored_positives,
        error_bound=auroc_error_bound(counts),
    )  # fmt: skip
    if variance is None:
        positives, negatives = effective_sizes(counts)
        low, high = newcombe_auroc(value, positives=positives, negatives=negatives, level=level)
        return replace(
            found, low=low, high=high, method="newcombe-5" + counts.kind,
            note="DeLong's variance is 0 or unknown here; the interval is Newcombe's method 5",
        )  # fmt: skip
    by_scale = {
        one: Bounds(value=value, low=low, high=high, method=method_of(one, counts))
        for one, (low, high) in _delong_intervals(value, variance, level=level).items()
    }
    chosen = by_scale.pop(scale)
    return replace(
        found, low=chosen.low, high=chosen.high, method=chosen.method,
        also=tuple(by_scale.values()),
    )  # fmt: skip


def _delong_intervals(value: float, variance: float, *, level: float) -> dict[Scale, Interval]:
    """Return the interval on both scales."""
    half = normal_quantile(level) * math.sqrt(variance)
    half_logit = half / (value * (1 - value))
    return {
        "delong-logit": (expit(logit(value) - half_logit), expit(logit(value) + half_logit)),
        "delong": (max(0.0, value - half), min(1.0, value + half)),
    }


def method_of(scale: Scale, counts: ScoreCounts) -> str:
    """Return the method's name: Obuchowski's where DeLong's would take exams for patients."""
    clustered = counts.kind.startswith("-clustered")
    name = scale.replace("delong", "obuchowski") if clustered else scale
    return name if counts.weights is None else f"{name}-weighted"


def effective_sizes(counts: ScoreCounts) -> tuple[float, float]:
    """Return how many positives and negatives there are if a patient's exams all are alike.

    The squared sum of what they count for over the sum of squares by patient (Kish 1965); the
    exams themselves where they are independent and count as one each.
    """
    ones, zeros = np.ones(counts.scores.size), np.zeros(counts.scores.size)
    stated = counts.stated_effect("auroc")
    return (
        float(counts.mass_of_positives.sum()) ** 2 / counts.sums(ones, zeros).positives / stated,
        float(counts.mass_of_negatives.sum()) ** 2 / counts.sums(zeros, ones).negatives / stated,
    )


def auroc_error_bound(counts: ScoreCounts) -> float | None:
    r"""Return how far the AUROC may lie from that of the scores before they were merged.

    Within a cell of p and q of the two classes the order is unknown: ties count half there, and
    the truth lies between none and all. So :math:`\tfrac12 \sum_b p_b q_b` bounds the error.
    Where sites told cells of their own, the bound is that of their overlaps (`overlapping.wins`).
    None where every score is kept as it is.
    """
    counts = counts.finest
    if counts.spans is not None:
        return counts.spans.wins.bound
    if not counts.is_merged:
        return None
    p = counts.mass_of_positives / counts.mass_of_positives.sum()
    q = counts.mass_of_negatives / counts.mass_of_negatives.sum()
    return float(p @ q) / 2


def newcombe_auroc(value: float, *, positives: float, negatives: float, level: float) -> Interval:
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
    what one more exam of each score and class would change, added up by patient where patients
    have several.

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
    positives, negatives = counts.mass_of_positives[::-1], counts.mass_of_negatives[::-1]
    m = float(positives.sum())
    hits, alarms = np.cumsum(positives), np.cumsum(negatives)
    precision = hits / (hits + alarms)
    value = float(positives @ precision) / m
    found = Estimate(
        value=value, n=counts.scored, events=counts.scored_positives,
        error_bound=_ap_error_bound(counts, value=value),
    )  # fmt: skip
    standard_error = _ap_error(counts, precision=precision, value=value)
    if standard_error <= 0 or not 0 < value < 1:
        return replace(
            found, method="none", note="no interval: every exam with the finding scores highest"
        )
    half = normal_quantile(level) * standard_error / (value * (1 - value))
    return replace(
        found, low=expit(logit(value) - half), high=expit(logit(value) + half),
        level=level, method="influence-logit" + counts.kind,
    )  # fmt: skip


def _ap_error(counts: ScoreCounts, *, precision: Array, value: float) -> float:
    """Return the standard error of the average precision; `precision` from the highest score."""
    positives, negatives = counts.mass_of_positives[::-1], counts.mass_of_negatives[::-1]
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
    variance = counts.variance(
        "average_precision", (of_positive - mean)[::-1], (of_negative - mean)[::-1]
    )
    return math.sqrt(variance) / total


def _ap_error_bound(counts: ScoreCounts, *, value: float) -> float | None:
    r"""Return how far the average precision may lie from that of the scores before merging.

    Of a cell with p and q of the two classes below T and F, precision is highest with all its
    positives on top, :math:`p (T + p) / (T + F + p)`. It is lowest with all its negatives on top
    and no two positives alike; then it is at least
    :math:`\int_0^p (T + t) / (T + F + q + t)\,dt = p - (F + q) \ln(1 + p / (T + F + q))`.
    None where every score is kept as it is.
    """
    if not counts.is_merged:
        return None
    p, q = counts.mass_of_positives[::-1], counts.mass_of_negatives[::-1]
    above, alarms = np.cumsum(p) - p, np.cumsum(q)
    before = above + alarms
    some = p > 0
    p, q, above, alarms, before = (one[some] for one in (p, q, above, alarms, before))
    m = float(p.sum())
    best = float((p * (above + p) / (above + p + alarms - q)).sum()) / m
    # Where nothing lies above, the integrand is 1 throughout.
    share = np.divide(p, before, out=np.zeros_like(p), where=before > 0)
    worst = float((p - alarms * np.log1p(share)).sum()) / m
    return max(best - value, value - worst, 0.0)
