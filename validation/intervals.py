"""Intervals: proportions, differences and linear combinations of them; each with its paper."""

import math
from collections.abc import Sequence
from functools import lru_cache

from scipy.special import ndtri

from validation.errors import EmptyStratumError

Interval = tuple[float, float]


@lru_cache(maxsize=256)
def normal_quantile(level: float) -> float:
    """Return z of a two-sided interval: 1.96 for 0.95."""
    return float(ndtri(0.5 + level / 2))


def logit(p: float) -> float:
    """Return the log-odds of a probability strictly between 0 and 1."""
    return math.log(p) - math.log1p(-p)


def expit(x: float) -> float:
    """Return the probability whose log-odds are `x`, without overflow at either end."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def sidak(level: float, *, strata: int) -> float:
    """Return the level of each of k intervals that hold together at `level`.

    References
    ----------
    Šidák Z. Rectangular confidence regions for the means of multivariate normal
    distributions. J Am Stat Assoc 1967;62(318):626-633. doi:10.1080/01621459.1967.10482935
    """
    return float(level ** (1 / max(strata, 1)))


def wilson(events: float, n: float, *, level: float) -> Interval:
    """Return Wilson's score interval of a proportion.

    Raises
    ------
    EmptyStratumError
        When `n` is 0.

    References
    ----------
    Wilson EB. Probable inference, the law of succession, and statistical inference.
    J Am Stat Assoc 1927;22(158):209-212. doi:10.1080/01621459.1927.10502953
    """
    if n <= 0:
        msg = "no exam to form a proportion of"
        raise EmptyStratumError(msg)
    z = normal_quantile(level)
    p = events / n
    middle = p + z * z / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    low = 0.0 if events == 0 else max(0.0, (middle - half) / scale)
    high = 1.0 if events == n else min(1.0, (middle + half) / scale)
    return low, high


def linear(
    weights: Sequence[float], values: Sequence[float], intervals: Sequence[Interval]
) -> Interval:
    """Return the interval of Σ wᵢ pᵢ of independent proportions from the intervals of each.

    The method of variance estimates recovery: it keeps the skewness of each interval and,
    unlike the delta method, does not collapse when a proportion is 0 or 1.

    References
    ----------
    Zou GY, Huang W, Zhang X. A note on confidence interval estimation for a linear function
    of binomial proportions. Comput Stat Data Anal 2009;53(4):1080-1085.
    doi:10.1016/j.csda.2008.09.033
    """
    centre = sum(w * p for w, p in zip(weights, values, strict=True))
    below = above = 0.0
    for weight, value, (low, high) in zip(weights, values, intervals, strict=True):
        down, up = weight * (value - low), weight * (high - value)
        if weight < 0:
            down, up = -up, -down
        below += down * down
        above += up * up
    return centre - math.sqrt(below), centre + math.sqrt(above)


def paired_difference(
    both: float, first: float, second: float, neither: float, *, level: float
) -> Interval:
    """Return Newcombe's interval of the difference of two proportions on the same exams.

    Parameters
    ----------
    both, first, second, neither : float
        Exams with the event under both, under the first alone, the second alone, neither;
        whole numbers, unless divided by a design effect.
    level : float
        Two-sided.

    Returns
    -------
    tuple of float
        The interval of first minus second.

    References
    ----------
    Newcombe RG. Improved confidence intervals for the difference between binomial
    proportions based on paired data. Stat Med 1998;17(22):2635-2650 (method 10).
    """
    n = both + first + second + neither
    ours, theirs = both + first, both + second
    low_1, high_1 = wilson(ours, n, level=level)
    low_2, high_2 = wilson(theirs, n, level=level)
    p_1, p_2 = ours / n, theirs / n
    phi = _phi(both, first, second, neither)
    down = (p_1 - low_1, high_2 - p_2)
    up = (high_1 - p_1, p_2 - low_2)
    difference = p_1 - p_2
    return (
        difference - math.sqrt(max(0.0, down[0] ** 2 - 2 * phi * down[0] * down[1] + down[1] ** 2)),
        difference + math.sqrt(max(0.0, up[0] ** 2 - 2 * phi * up[0] * up[1] + up[1] ** 2)),
    )


def _phi(both: float, first: float, second: float, neither: float) -> float:
    """Return the correlation of the two outcomes, with Newcombe's continuity correction."""
    n = both + first + second + neither
    margins = (both + first) * (second + neither) * (both + second) * (first + neither)
    if margins == 0:
        return 0.0
    product = both * neither - first * second
    if product > n / 2:
        return (product - n / 2) / math.sqrt(margins)
    return product / math.sqrt(margins) if product < 0 else 0.0
