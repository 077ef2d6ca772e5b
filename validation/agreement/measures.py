"""Measures of agreement between readers, on counts of the patterns of their calls."""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

from validation.errors import UndefinedError

Array = npt.NDArray[np.float64]
Calls = npt.NDArray[np.int8]
Measure = Callable[[Calls, Array], float]

ROUNDING: Final = 1e-12  # sums of weights that are alike may differ by a trace of floats
ALL_ALIKE = "every call is the same, so that agreement by chance is certain"


def percent_agreement(calls: Calls, exams: Array) -> float:
    """Return how often two calls on one exam are alike, in [0, 1].

    Parameters
    ----------
    calls : int8 array, shape (k, r)
        What each of r readers said in each of k patterns: 1, 0, or -1 where nothing.
    exams : float64 array, shape (k,)
        What the exams with each pattern count for: their number, or their weights' sum.

    Raises
    ------
    UndefinedError
        When no exam has two calls.
    """
    ones, zeros, size = _tables(calls)
    pairs = float(exams @ (size * (size - 1)))
    if pairs <= 0:
        msg = "no exam has the calls of two readers"
        raise UndefinedError(msg)
    return float(exams @ (ones * (ones - 1) + zeros * (zeros - 1))) / pairs


def cohen_kappa(calls: Calls, exams: Array) -> float:
    """Return Cohen's kappa of two readers, at most 1, on exams that both called.

    Parameters as in `percent_agreement`, with r = 2.

    References
    ----------
    Cohen J. A coefficient of agreement for nominal scales. Educ Psychol Meas 1960;20(1):37-46.
    doi:10.1177/001316446002000104
    Lin HM, Kim HY, Williamson JM, Lesser VM. Estimating agreement coefficients from sample survey
    data. Surv Methodol 2012;38(1):63-72 (with sampling weights).
    """
    complete = (calls >= 0).all(axis=1)
    observed = percent_agreement(calls[complete], exams[complete])
    first, second = exams[complete] @ (calls[complete] == 1) / exams[complete].sum()
    return _beyond_chance(observed, float(first * second + (1 - first) * (1 - second)))


def fleiss_kappa(calls: Calls, exams: Array) -> float:
    """Return Fleiss' kappa, at most 1, on exams that every reader called.

    Parameters as in `percent_agreement`.

    References
    ----------
    Fleiss JL. Measuring nominal scale agreement among many raters. Psychol Bull
    1971;76(5):378-382. doi:10.1037/h0031619
    """
    complete = (calls >= 0).all(axis=1)
    observed = percent_agreement(calls[complete], exams[complete])
    share = float(exams[complete] @ (calls[complete] == 1).mean(axis=1) / exams[complete].sum())
    return _beyond_chance(observed, share**2 + (1 - share) ** 2)


def krippendorff_alpha(calls: Calls, exams: Array) -> float:
    """Return Krippendorff's alpha for nominal calls, at most 1, on exams with two calls or more.

    Parameters as in `percent_agreement`; missing calls are allowed. Alpha allows for the number
    of calls: weights have to add up to it, as `in_calls` makes them.

    References
    ----------
    Hayes AF, Krippendorff K. Answering the call for a standard reliability measure for coding
    data. Commun Methods Meas 2007;1(1):77-89. doi:10.1080/19312450709336664
    """
    ones, zeros, size = _pairable(calls)
    total = float(exams @ size)
    if total <= 0:
        msg = "no exam has the calls of two readers"
        raise UndefinedError(msg)
    observed = float(exams @ (2 * ones * zeros / np.maximum(size - 1, 1))) / total
    expected = 2 * float(exams @ ones) * float(exams @ zeros) / (total * (total - 1))
    if expected <= 0:
        raise UndefinedError(ALL_ALIKE)
    return 1 - observed / expected


def in_calls(calls: Calls, exams: Array, mass: Array) -> Array:
    """Return weights scaled so that the calls on exams with several add up to their number.

    Shape (k,). Weights tell whom an exam stands for, not how many were read: without the scale
    alpha's correction for few calls would hang on the unit of the weights.

    Parameters
    ----------
    calls : int8 array, shape (k, r)
    exams, mass : float64 array, shape (k,)
        Exams with each pattern, and what they count for.
    """
    size = _pairable(calls)[2]
    weighted = float(mass @ size)
    return mass * (float(exams @ size) / weighted) if weighted > 0 else mass


def _pairable(calls: Calls) -> tuple[Array, Array, Array]:
    """Return what `_tables` gives, 0 for exams that a single reader called."""
    ones, zeros, size = _tables(calls)
    several = size >= 2  # noqa: PLR2004 a single call agrees with nothing
    return ones * several, zeros * several, size * several


def _tables(calls: Calls) -> tuple[Array, Array, Array]:
    """Return how many say yes, how many no, and how many say anything, each shape (k,)."""
    ones = (calls == 1).sum(axis=1).astype(np.float64)
    zeros = (calls == 0).sum(axis=1).astype(np.float64)
    return ones, zeros, ones + zeros


def _beyond_chance(observed: float, expected: float) -> float:
    if expected >= 1 - ROUNDING:
        raise UndefinedError(ALL_ALIKE)
    return (observed - expected) / (1 - expected)


def jackknife_influences(measure: Measure, calls: Calls, exams: Array, mass: Array) -> Array:
    r"""Return what one exam of each pattern adds to a measure, per unit of its weight, shape (k,).

    By leaving out one exam at a time. Exams with one pattern are alike but for their weight, so
    that each pattern is left out once, with its mean weight, and counted as often as it occurs.
    The sum of the squares of what exams add is the jackknife variance
    :math:`\frac{n - 1}{n} \sum_i (\hat\theta_{(i)} - \hat\theta_{(\cdot)})^2`.

    Parameters
    ----------
    measure : callable
        Of `calls` and what exams count for.
    calls : int8 array, shape (k, r)
    exams, mass : float64 array, shape (k,)
        Exams with each pattern, at least one, and what they count for.

    Raises
    ------
    UndefinedError
        When the measure does not exist without some exam.

    References
    ----------
    Efron B, Stein C. The jackknife estimate of variance. Ann Stat 1981;9(3):586-596.
    doi:10.1214/aos/1176345462
    """
    n, weight = float(exams.sum()), mass / exams
    values = np.array([measure(calls, mass - row) for row in np.diag(weight)])
    mean = float(exams @ values) / n
    return np.asarray(np.sqrt((n - 1) / n) * (mean - values) / weight)
