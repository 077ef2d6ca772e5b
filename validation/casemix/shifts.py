"""Shifts: how far two distributions lie apart, from counts."""

import math

import numpy as np
import numpy.typing as npt

from validation.errors import EmptyStratumError, UndefinedError

Array = npt.NDArray[np.float64]

HALF = 0.5  # an exam, added to every level so that an empty one does not make all infinite


def population_stability(first: Array, second: Array) -> float:
    """Return the population stability index of two sets of counts, at least 0.

    It is the symmetric divergence of Kullback and Leibler, Σ (p - q) ln(p / q), with half an
    exam added to every level of either; levels that neither has are left out.

    Parameters
    ----------
    first, second : float64 array, shape (l,)
        Exams per level, as `_shares` takes and refuses them.

    References
    ----------
    Kullback S, Leibler RA. On information and sufficiency. Ann Math Stat 1951;22(1):79-86.
    doi:10.1214/aoms/1177729694
    Siddiqi N. Credit Risk Scorecards. Wiley 2006 (the name).
    """
    p, q = _shares(first, second, added=HALF)
    return float((p - q) @ np.log(p / q))


def kolmogorov_smirnov(first: Array, second: Array) -> float:
    """Return the greatest distance of two distribution functions, in [0, 1].

    Parameters
    ----------
    first, second : float64 array, shape (k,)
        Exams per distinct value, ascending.

    Raises
    ------
    EmptyStratumError
        When either has no exam.

    References
    ----------
    Massey FJ. The Kolmogorov-Smirnov test for goodness of fit. J Am Stat Assoc
    1951;46(253):68-78. doi:10.1080/01621459.1951.10500769
    """
    require_exams(first, second)
    return float(np.abs(np.cumsum(first) / first.sum() - np.cumsum(second) / second.sum()).max())


def difference_of_levels(first: Array, second: Array) -> float:
    """Return the standardised difference of the shares of levels, at least 0.

    With two levels it is the difference of proportions over the root of their mean variance;
    with more, Mahalanobis' distance of the shares under their mean covariance.

    Parameters
    ----------
    first, second : float64 array, shape (l,)
        Exams per level, as `_shares` takes and refuses them.

    Raises
    ------
    UndefinedError
        When both lie on single levels, and not on the same one.

    References
    ----------
    Yang D, Dalton JE. A unified approach to measuring the effect size between two groups using
    SAS. SAS Global Forum 2012; paper 335.
    Austin PC. Balance diagnostics for comparing the distribution of baseline covariates between
    treatment groups in propensity-score matched samples. Stat Med 2009;28(25):3083-3107.
    doi:10.1002/sim.3697
    """
    p, q = _shares(first, second)
    if p.size == 1:
        return 0.0
    covariance = (np.diag(p) - np.outer(p, p) + np.diag(q) - np.outer(q, q)) / 2
    gap, covariance = (p - q)[1:], covariance[1:, 1:]
    if np.linalg.matrix_rank(covariance, hermitian=True) < gap.size:
        msg = "levels that only one of the two has leave no common spread to measure in"
        raise UndefinedError(msg)
    return math.sqrt(float(gap @ np.linalg.solve(covariance, gap)))


def difference_of_means(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Return the difference of two means over the root of their mean variance.

    Parameters
    ----------
    first, second : tuple of float
        Mean and standard deviation.

    Raises
    ------
    UndefinedError
        When neither varies.

    References
    ----------
    Austin PC. Stat Med 2009;28(25):3083-3107. doi:10.1002/sim.3697
    """
    spread = math.sqrt((first[1] ** 2 + second[1] ** 2) / 2)
    if spread <= 0:
        msg = "neither group varies"
        raise UndefinedError(msg)
    return (first[0] - second[0]) / spread


def _shares(first: Array, second: Array, *, added: float = 0.0) -> tuple[Array, Array]:
    """Return the shares of the levels that either of two groups has, so many exams `added` to each.

    Parameters
    ----------
    first, second : float64 array, shape (l,)
        Exams per level.

    Raises
    ------
    EmptyStratumError
        When either has no exam.
    """
    require_exams(first, second)
    used = first + second > 0
    p, q = first[used] + added, second[used] + added
    return p / p.sum(), q / q.sum()


def require_exams(first: Array, second: Array) -> None:
    """Raise unless there is an exam in both groups.

    Raises
    ------
    EmptyStratumError
    """
    if not (first.sum() > 0 and second.sum() > 0):
        msg = "one of the two groups has no exam"
        raise EmptyStratumError(msg)
