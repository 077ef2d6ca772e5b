"""Classification: what a decision at the operating point gets right and wrong."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from validation.bootstrap import Draws, percentile_interval
from validation.confusion import ALL, FN, FP, TN, TP, Confusion, Share, share
from validation.errors import EmptyStratumError, UndefinedError
from validation.estimates import CARRY_OVER, Estimate
from validation.intervals import Interval, linear, normal_quantile, wilson


def proportion(
    table: Confusion,
    metric: str,
    *,
    events: Sequence[int],
    of: Sequence[int],
    level: float,
    empty: str,
) -> Estimate:
    """Return a proportion of decisions with Wilson's interval on its effective size.

    Where exams are independent and count as one each, the effective size is their number.

    Raises
    ------
    EmptyStratumError
        When there is no exam in `of`; its message is `empty`.
    """
    found = share(table, metric, events=events, of=of, empty=empty)
    low, high = limits(found, level=level)
    return Estimate(
        value=found.value, low=low, high=high, level=level, method="wilson" + table.kind,
        n=found.n, events=found.events,
    )  # fmt: skip


def limits(found: Share, *, level: float) -> Interval:
    """Return Wilson's interval of a proportion on its effective size."""
    return wilson(found.hits, found.size, level=level)


def sensitivity(table: Confusion, *, level: float) -> Estimate:
    """Return the share of exams with the finding that are flagged."""
    return proportion(
        table, "sensitivity", events=(TP,), of=(TP, FN), level=level, empty="no positive exam"
    )


def specificity(table: Confusion, *, level: float) -> Estimate:
    """Return the share of exams without the finding that are not flagged."""
    return proportion(
        table, "specificity", events=(TN,), of=(FP, TN), level=level, empty="no negative exam"
    )


def ppv(table: Confusion, *, level: float) -> Estimate:
    """Return the share of flagged exams that have the finding, as observed."""
    return proportion(
        table, "ppv", events=(TP,), of=(TP, FP), level=level, empty="no exam is flagged"
    )


def npv(table: Confusion, *, level: float) -> Estimate:
    """Return the share of exams not flagged that lack the finding, as observed."""
    return proportion(
        table, "npv", events=(TN,), of=(FN, TN), level=level, empty="every exam is flagged"
    )


def accuracy(table: Confusion, *, level: float) -> Estimate:
    """Return the share of exams that are decided rightly."""
    return proportion(
        table, "accuracy", events=(TP, TN), of=ALL, level=level, empty="no labelled exam"
    )


def flag_rate(table: Confusion, *, level: float) -> Estimate:
    """Return the share of exams that are flagged."""
    return proportion(
        table, "flag_rate", events=(TP, FP), of=ALL, level=level, empty="no labelled exam"
    )


def prevalence(table: Confusion, *, level: float) -> Estimate:
    """Return the share of labelled exams that have the finding."""
    return proportion(
        table, "prevalence", events=(TP, FN), of=ALL, level=level, empty="no labelled exam"
    )


def f1(table: Confusion, *, level: float) -> Estimate:
    """Return the harmonic mean of sensitivity and PPV.

    It is 2J / (1 + J) with J = TP / (TP + FP + FN), which is a proportion: the interval is
    Wilson's for J, carried over.
    """
    jaccard = share(
        table, "f1", events=(TP,), of=(TP, FP, FN), empty="no exam is positive or flagged"
    )
    low, high = limits(jaccard, level=level)

    def carry(part: float) -> float:
        return 2 * part / (1 + part)

    return Estimate(
        value=carry(jaccard.value), low=carry(low), high=carry(high), level=level,
        method="wilson-jaccard" + table.kind, n=jaccard.n, events=jaccard.events,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Rates:
    """Sensitivity and specificity with the interval of each."""

    sensitivity: float
    specificity: float
    of_sensitivity: Interval
    of_specificity: Interval


def rates(table: Confusion, *, level: float) -> Rates:
    """Return sensitivity and specificity and the interval of each.

    Raises
    ------
    EmptyStratumError
        When a class is empty.
    """
    require_both(table)
    hits = share(table, "sensitivity", events=(TP,), of=(TP, FN), empty="")
    spared = share(table, "specificity", events=(TN,), of=(FP, TN), empty="")
    return Rates(
        sensitivity=hits.value,
        specificity=spared.value,
        of_sensitivity=limits(hits, level=level),
        of_specificity=limits(spared, level=level),
    )


def require_both(table: Confusion) -> None:
    """Raise unless there is somebody in both classes.

    Raises
    ------
    EmptyStratumError
        Saying which class is empty.
    """
    if table.positives == 0:
        msg = "no positive exam"
        raise EmptyStratumError(msg)
    if table.negatives == 0:
        msg = "no negative exam"
        raise EmptyStratumError(msg)


def youden(table: Confusion, *, level: float) -> Estimate:
    """Return sensitivity + specificity - 1; the interval joins Wilson's of the two (MOVER)."""
    both = rates(table, level=level)
    values = (both.sensitivity, both.specificity)
    low, high = linear((1, 1), values, (both.of_sensitivity, both.of_specificity))
    return Estimate(
        value=sum(values) - 1, low=low - 1, high=high - 1, level=level,
        method="mover-wilson" + table.kind,
        n=table.total, events=table.positives,
    )  # fmt: skip


def balanced_accuracy(table: Confusion, *, level: float) -> Estimate:
    """Return the mean of sensitivity and specificity; the interval as that of `youden`."""
    index = youden(table, level=level)
    half = (1 + np.array([index.value, index.low, index.high], dtype=np.float64)) / 2
    return Estimate(
        value=float(half[0]), low=float(half[1]), high=float(half[2]), level=level,
        method=index.method, n=index.n, events=index.events,
    )  # fmt: skip


def lr_positive(table: Confusion, *, level: float) -> Estimate:
    """Return how much a flag multiplies the odds of the finding."""
    return _likelihood_ratio(
        table, "lr_positive", (TP, FP), level=level,
        zero="no exam without the finding is flagged: the ratio is unbounded",
    )  # fmt: skip


def lr_negative(table: Confusion, *, level: float) -> Estimate:
    """Return how much the absence of a flag multiplies the odds of the finding."""
    return _likelihood_ratio(
        table, "lr_negative", (FN, TN), level=level,
        zero="every exam without the finding is flagged: the ratio is unbounded",
    )  # fmt: skip


def _likelihood_ratio(
    table: Confusion, metric: str, cells: tuple[int, int], *, level: float, zero: str
) -> Estimate:
    """Return a ratio of two proportions with the interval on the log scale.

    References
    ----------
    Simel DL, Samsa GP, Matchar DB. Likelihood ratios with confidence: sample size estimation
    for diagnostic test studies. J Clin Epidemiol 1991;44(8):763-770.
    doi:10.1016/0895-4356(91)90128-V
    """
    require_both(table)
    above = share(table, "sensitivity", events=cells[:1], of=(TP, FN), empty="")
    below = share(table, "specificity", events=cells[1:], of=(FP, TN), empty="")
    if below.value == 0:
        raise UndefinedError(zero)
    ratio = above.value / below.value
    if above.value == 0:
        # The log of 0 has no interval; Wilson's limits of both give an honest upper end.
        high = limits(above, level=level)[1] / limits(below, level=level)[0]
        return Estimate(
            value=0.0, low=0.0, high=high, level=level, method="wilson-limits" + table.kind,
            n=table.total, events=table.positives,
        )  # fmt: skip
    # What one more exam in each cell changes in the log of the ratio.
    mass = table.mass
    influences = np.zeros(4)
    for sign, hit, of in ((1, cells[0], (TP, FN)), (-1, cells[1], (FP, TN))):
        influences[list(of)] = -sign / mass[list(of)].sum()
        influences[hit] += sign / mass[hit]
    half = normal_quantile(level) * math.sqrt(table.variance(metric, influences))
    return Estimate(
        value=ratio, low=ratio * math.exp(-half), high=ratio * math.exp(half), level=level,
        method="log-ratio" + table.kind, n=table.total, events=table.positives,
    )  # fmt: skip


def mcc(table: Confusion, draws: Draws, *, level: float) -> Estimate:
    """Return Matthews' correlation of decision and reference standard.

    Parameters
    ----------
    table : Confusion
    draws : float64 array, shape (r, 4)
        From `validation.bootstrap.draw_confusions`.
    level : float
    """
    require_both(table)
    unflagged = table.total - table.flagged
    if table.flagged == 0 or unflagged == 0:
        msg = "no exam is flagged" if table.flagged == 0 else "every exam is flagged"
        raise EmptyStratumError(msg)

    def correlate(tp: Draws, fp: Draws, fn: Draws, tn: Draws) -> Draws:
        spread = (tp + fn) * (fp + tn) * (tp + fp) * (fn + tn)
        return np.asarray((tp * tn - fp * fn) / np.sqrt(spread))

    value = float(correlate(*table.mass[:, None])[0])
    low, high = percentile_interval(correlate(*draws.T), value=value, level=level)
    return Estimate(
        value=value, low=low, high=high, level=level, method="bootstrap-counts" + table.kind,
        n=table.total, events=table.positives,
    )  # fmt: skip


def ppv_at(table: Confusion, draws: Draws, *, prevalence: float, level: float) -> Estimate:
    """Return the PPV in a population of another prevalence, by Bayes' theorem."""
    require_both(table)
    if table.flagged == 0:
        msg = "no exam is flagged"
        raise EmptyStratumError(msg)
    return _predictive_at((TP, FP), draws, table, weight=prevalence, level=level)


def npv_at(table: Confusion, draws: Draws, *, prevalence: float, level: float) -> Estimate:
    """Return the NPV in a population of another prevalence, by Bayes' theorem."""
    require_both(table)
    if table.flagged == table.total:
        msg = "every exam is flagged"
        raise EmptyStratumError(msg)
    return _predictive_at((FN, TN), draws, table, weight=prevalence, level=level, of_negatives=True)


def _predictive_at(
    cells: tuple[int, int],
    draws: Draws,
    table: Confusion,
    *,
    weight: float,
    level: float,
    of_negatives: bool = False,
) -> Estimate:
    """Return the share of one class among equally decided exams at a prevalence."""

    def at(tables: Draws) -> Draws:
        of_positive = weight * tables[:, cells[0]] / (tables[:, TP] + tables[:, FN])
        of_negative = (1 - weight) * tables[:, cells[1]] / (tables[:, FP] + tables[:, TN])
        return (of_negative if of_negatives else of_positive) / (of_positive + of_negative)

    value = float(at(table.mass[None, :])[0])
    low, high = percentile_interval(at(draws), value=value, level=level)
    return Estimate(
        value=value, low=low, high=high, level=level, method="bootstrap-counts" + table.kind,
        n=table.total, events=table.positives, note=CARRY_OVER,
    )  # fmt: skip
