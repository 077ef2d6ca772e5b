"""Classification: what a decision at the operating point gets right and wrong."""

import math

import numpy as np

from validation.bootstrap import Draws, percentile_interval
from validation.counts import Confusion
from validation.errors import EmptyStratumError, UndefinedError
from validation.estimates import CARRY_OVER, Estimate
from validation.intervals import Interval, linear, normal_quantile, wilson


def proportion(events: int, n: int, *, level: float, empty: str) -> Estimate:
    """Return a proportion with Wilson's interval.

    Raises
    ------
    EmptyStratumError
        When `n` is 0; its message is `empty`.
    """
    if n == 0:
        raise EmptyStratumError(empty)
    low, high = wilson(events, n, level=level)
    return Estimate(
        value=events / n, low=low, high=high, level=level, method="wilson", n=n, events=events
    )


def sensitivity(table: Confusion, *, level: float) -> Estimate:
    """Return the share of exams with the finding that are flagged."""
    return proportion(table.tp, table.positives, level=level, empty="no positive exam")


def specificity(table: Confusion, *, level: float) -> Estimate:
    """Return the share of exams without the finding that are not flagged."""
    return proportion(table.tn, table.negatives, level=level, empty="no negative exam")


def ppv(table: Confusion, *, level: float) -> Estimate:
    """Return the share of flagged exams that have the finding, as observed."""
    return proportion(table.tp, table.flagged, level=level, empty="no exam is flagged")


def npv(table: Confusion, *, level: float) -> Estimate:
    """Return the share of exams not flagged that lack the finding, as observed."""
    return proportion(
        table.tn, table.total - table.flagged, level=level, empty="every exam is flagged"
    )


def accuracy(table: Confusion, *, level: float) -> Estimate:
    """Return the share of exams that are decided rightly."""
    return proportion(table.tp + table.tn, table.total, level=level, empty="no labelled exam")


def flag_rate(table: Confusion, *, level: float) -> Estimate:
    """Return the share of exams that are flagged."""
    return proportion(table.flagged, table.total, level=level, empty="no labelled exam")


def prevalence(table: Confusion, *, level: float) -> Estimate:
    """Return the share of labelled exams that have the finding."""
    return proportion(table.positives, table.total, level=level, empty="no labelled exam")


def f1(table: Confusion, *, level: float) -> Estimate:
    """Return the harmonic mean of sensitivity and PPV.

    It is 2J / (1 + J) with J = TP / (TP + FP + FN), which is a proportion: the interval is
    Wilson's for J, carried over.
    """
    n = table.tp + table.fp + table.fn
    jaccard = proportion(table.tp, n, level=level, empty="no exam is positive or flagged")
    low, high = wilson(table.tp, n, level=level)

    def carry(share: float) -> float:
        return 2 * share / (1 + share)

    return Estimate(
        value=carry(table.tp / n), low=carry(low), high=carry(high), level=level,
        method="wilson-jaccard", n=jaccard.n, events=jaccard.events,
    )  # fmt: skip


def _rates(table: Confusion, *, level: float) -> tuple[float, float, Interval, Interval]:
    """Return sensitivity and specificity and the interval of each."""
    require_both(table)
    return (
        table.tp / table.positives,
        table.tn / table.negatives,
        wilson(table.tp, table.positives, level=level),
        wilson(table.tn, table.negatives, level=level),
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
    sens, spec, *intervals = _rates(table, level=level)
    low, high = linear((1, 1), (sens, spec), intervals)
    return Estimate(
        value=sens + spec - 1, low=low - 1, high=high - 1, level=level, method="mover-wilson",
        n=table.total, events=table.positives,
    )  # fmt: skip


def balanced_accuracy(table: Confusion, *, level: float) -> Estimate:
    """Return the mean of sensitivity and specificity; the interval as that of `youden`."""
    index = youden(table, level=level)
    half = (1 + np.array([index.value, index.low, index.high], dtype=np.float64)) / 2
    return Estimate(
        value=float(half[0]), low=float(half[1]), high=float(half[2]), level=level,
        method="mover-wilson", n=index.n, events=index.events,
    )  # fmt: skip


def lr_positive(table: Confusion, *, level: float) -> Estimate:
    """Return how much a flag multiplies the odds of the finding."""
    require_both(table)
    return _likelihood_ratio(
        (table.tp, table.positives), (table.fp, table.negatives), level=level,
        zero="no exam without the finding is flagged: the ratio is unbounded",
    )  # fmt: skip


def lr_negative(table: Confusion, *, level: float) -> Estimate:
    """Return how much the absence of a flag multiplies the odds of the finding."""
    require_both(table)
    return _likelihood_ratio(
        (table.fn, table.positives), (table.tn, table.negatives), level=level,
        zero="every exam without the finding is flagged: the ratio is unbounded",
    )  # fmt: skip


def _likelihood_ratio(
    above: tuple[int, int], below: tuple[int, int], *, level: float, zero: str
) -> Estimate:
    """Return a ratio of two proportions with the interval on the log scale.

    References
    ----------
    Simel DL, Samsa GP, Matchar DB. Likelihood ratios with confidence: sample size estimation
    for diagnostic test studies. J Clin Epidemiol 1991;44(8):763-770.
    doi:10.1016/0895-4356(91)90128-V
    """
    (a, m), (b, n) = above, below
    if b == 0:
        raise UndefinedError(zero)
    ratio = (a / m) / (b / n)
    if a == 0:
        # The log of 0 has no interval; Wilson's limits of both give an honest upper end.
        high = wilson(a, m, level=level)[1] / wilson(b, n, level=level)[0]
        return Estimate(
            value=0.0, low=0.0, high=high, level=level, method="wilson-limits", n=m + n, events=m
        )
    half = normal_quantile(level) * math.sqrt(1 / a - 1 / m + 1 / b - 1 / n)
    return Estimate(
        value=ratio, low=ratio * math.exp(-half), high=ratio * math.exp(half), level=level,
        method="log-ratio", n=m + n, events=m,
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

    observed = np.array([[table.tp, table.fp, table.fn, table.tn]], dtype=np.float64)
    value = float(correlate(*observed.T)[0])
    low, high = percentile_interval(correlate(*draws.T), value=value, level=level)
    return Estimate(
        value=value, low=low, high=high, level=level, method="bootstrap-counts",
        n=table.total, events=table.positives,
    )  # fmt: skip


def ppv_at(table: Confusion, draws: Draws, *, prevalence: float, level: float) -> Estimate:
    """Return the PPV in a population of another prevalence, by Bayes' theorem."""
    require_both(table)
    if table.flagged == 0:
        msg = "no exam is flagged"
        raise EmptyStratumError(msg)
    return _predictive_at(
        (table.tp, table.fp), draws[:, [0, 1]], draws, table, weight=prevalence, level=level
    )


def npv_at(table: Confusion, draws: Draws, *, prevalence: float, level: float) -> Estimate:
    """Return the NPV in a population of another prevalence, by Bayes' theorem."""
    require_both(table)
    if table.flagged == table.total:
        msg = "every exam is flagged"
        raise EmptyStratumError(msg)
    return _predictive_at(
        (table.fn, table.tn), draws[:, [2, 3]], draws, table, weight=prevalence, level=level,
        of_negatives=True,
    )  # fmt: skip


def _predictive_at(
    cells: tuple[int, int],
    cell_draws: Draws,
    draws: Draws,
    table: Confusion,
    *,
    weight: float,
    level: float,
    of_negatives: bool = False,
) -> Estimate:
    """Return the share of one class among equally decided exams at a prevalence."""
    drawn_positives = draws[:, 0] + draws[:, 2]
    of_positive = weight * cell_draws[:, 0] / drawn_positives
    of_negative = (1 - weight) * cell_draws[:, 1] / (1 - drawn_positives)
    a = weight * cells[0] / table.positives
    b = (1 - weight) * cells[1] / table.negatives
    share = (of_negative if of_negatives else of_positive) / (of_positive + of_negative)
    value = (b if of_negatives else a) / (a + b)
    low, high = percentile_interval(share, value=value, level=level)
    return Estimate(
        value=value, low=low, high=high, level=level, method="bootstrap-counts",
        n=table.total, events=table.positives, note=CARRY_OVER,
    )  # fmt: skip
