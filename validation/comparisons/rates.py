"""Rates: sensitivity and specificity of two versions on the same exams, compared."""

import math

import numpy as np
from scipy.special import ndtr

from validation.comparisons.differences import Difference, Pair, effective_size
from validation.comparisons.influence import Array, Mask
from validation.errors import EmptyStratumError
from validation.intervals import Interval, paired_difference

NO_TEST = (
    "McNemar's test counts discordant exams and is not defined on a weighted table; the interval "
    "is that of the weighted difference"
)


def sensitivity(pair: Pair) -> Difference:
    """Return the difference of the sensitivities, as deployed."""
    return _rate(pair, label=1, metric="sensitivity")


def specificity(pair: Pair) -> Difference:
    """Return the difference of the specificities, as deployed."""
    return _rate(pair, label=0, metric="specificity")


def _rate(pair: Pair, *, label: int, metric: str) -> Difference:
    """Return the difference of the rates of right decisions in one class.

    Newcombe's interval and the exact conditional McNemar test. Where exams are weighted or
    several of one patient, the interval is that of as many independent exams as tell as much.

    Raises
    ------
    EmptyStratumError
        When there is no exam of the class.
    """
    ours, theirs = pair.decisions()
    among = pair.cells.label == label
    right, right_theirs = (ours, theirs) if label == 1 else (~ours, ~theirs)
    outcomes = tuple(
        among & one for one in (right & right_theirs, right & ~right_theirs, ~right & right_theirs)
    )
    n = int(pair.cells.exams[among].sum())
    if n == 0:
        msg = f"no {'positive' if label == 1 else 'negative'} exam"
        raise EmptyStratumError(msg)
    change = np.where(among, right.astype(np.float64) - right_theirs, 0.0)
    low, high = _interval(pair, change, among, outcomes, metric)
    z, p = _mcnemar(pair, change, metric)
    value = float(pair.mass @ change) / float(pair.mass[among].sum())
    return Difference(
        value=value, low=low, high=high, method=pair.named("newcombe-paired"), n=n, p=p, z=z,
        note=NO_TEST if pair.is_weighted else None,
    )  # fmt: skip


def _interval(
    pair: Pair, change: Array, among: Mask, outcomes: tuple[Mask, ...], metric: str
) -> Interval:
    """Return Newcombe's interval of the (weighted) shares, on the effective number of exams."""
    n = float(pair.cells.exams[among].sum())
    if not pair.heeds:
        counts = [float(pair.cells.exams[one].sum()) for one in outcomes]
    else:
        n = effective_size(pair, change, among, metric)
        total = float(pair.mass[among].sum())
        counts = [float(pair.mass[one].sum()) / total * n for one in outcomes]
    both, first, second = counts
    neither = max(0.0, n - both - first - second)
    return paired_difference(both, first, second, neither, level=pair.level)


def _mcnemar(pair: Pair, change: Array, metric: str) -> tuple[float | None, float | None]:
    """Return z and p of the test that both are right equally often; None on a weighted table.

    Exact where exams are independent; else the sum of the changes over the root of what it would
    vary by over patients if there were no difference.

    References
    ----------
    McNemar Q. Note on the sampling error of the difference between correlated proportions or
    percentages. Psychometrika 1947;12(2):153-157. doi:10.1007/BF02295996
    Yang Z, Sun X, Hardin JW. A note on the tests for clustered matched-pair binary data. Biom J
    2010;52(5):638-652. doi:10.1002/bimj.201000035 (the modified Obuchowski test)
    """
    if pair.is_weighted:
        return None, None
    first, second = (int(pair.cells.exams[change == sign].sum()) for sign in (1, -1))
    under_none = pair.variance(change, metric) if pair.heeds else 0.0
    if under_none > 0:
        z = (first - second) / math.sqrt(under_none)
        return z, float(2 * ndtr(-abs(z)))
    if not first + second:
        return None, 1.0
    from scipy.stats import binomtest  # slow to load, and few comparisons need it

    return None, float(binomtest(first, first + second).pvalue)
