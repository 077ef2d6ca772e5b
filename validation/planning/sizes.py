"""Sizes: how many independent exams give an interval of a wanted width, one formula per metric.

Every function returns a real number, not yet rounded up, and assumes independent exams that
count as one each and scores that are calibrated.
"""

import math

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri, owens_t

from validation.errors import UndefinedError
from validation.intervals import normal_quantile

Array = npt.NDArray[np.float64]


def for_observed_expected(prevalence: float, *, width: float, level: float) -> float:
    """Return the exams at which the interval of an O:E ratio of 1 is as wide as wanted.

    Parameters
    ----------
    prevalence : float
        In (0, 1).
    width : float
        Of the interval, from end to end; the interval is formed on the log scale.
    level : float
        Two-sided.

    References
    ----------
    Riley RD, Debray TPA, Collins GS, et al. Minimum sample size for external validation of a
    clinical prediction model with a binary outcome. Stat Med 2021;40(19):4230-4251.
    doi:10.1002/sim.9025
    """
    error = math.asinh(width / 2) / normal_quantile(level)
    return (1 - prevalence) / prevalence / error**2


def for_calibration_slope(log_odds: Array, mass: Array, *, width: float, level: float) -> float:
    """Return the exams at which the interval of a calibration slope of 1 is as wide as wanted.

    Parameters
    ----------
    log_odds : float64 array, shape (k,)
        Of the scores.
    mass : float64 array, shape (k,)
        How many exams have them; only its proportions count.
    width, level : float
        As in `for_observed_expected`.

    Raises
    ------
    UndefinedError
        When every exam has the same score.

    References
    ----------
    Riley RD, Debray TPA, Collins GS, et al. Stat Med 2021;40(19):4230-4251.
    doi:10.1002/sim.9025
    """
    spread = _spread_of_outcome(log_odds)
    alone = _mean(spread, mass)
    middle = _mean(spread * log_odds, mass) / alone
    information = _mean(spread * (log_odds - middle) ** 2, mass)
    if np.ptp(log_odds[mass > 0]) == 0:
        msg = "every exam has the same score"
        raise UndefinedError(msg)
    return 1 / information / _variance(width, level)


def for_calibration_intercept(log_odds: Array, mass: Array, *, width: float, level: float) -> float:
    """Return the exams at which the interval of calibration-in-the-large is as wide as wanted.

    Parameters as in `for_calibration_slope`.

    References
    ----------
    Pavlou M, Qu C, Omar RZ, et al. Estimation of required sample size for external validation
    of risk models for binary outcomes. Stat Methods Med Res 2021;30(10):2187-2206.
    doi:10.1177/09622802211007522
    """
    return 1 / _mean(_spread_of_outcome(log_odds), mass) / _variance(width, level)


def for_auroc_by_riley(auroc: float, prevalence: float, *, width: float, level: float) -> float:
    """Return the exams at which the interval of an AUROC is as wide as wanted, by Newcombe.

    Parameters
    ----------
    auroc, prevalence : float
        Both in (0, 1).
    width, level : float
        As in `for_observed_expected`.

    Raises
    ------
    UndefinedError
        When the AUROC is 0 or 1, so that nothing varies.

    References
    ----------
    Riley RD, Debray TPA, Collins GS, et al. Stat Med 2021;40(19):4230-4251.
    doi:10.1002/sim.9025
    Newcombe RG. Confidence intervals for an effect size measure based on the Mann-Whitney
    statistic. Part 2. Stat Med 2006;25(4):559-573. doi:10.1002/sim.2324
    """
    _require_inner(auroc)
    # The variance is a (1 + b (n/2 - 1)) / (n² prevalence (1 - prevalence)): quadratic in n.
    a = auroc * (1 - auroc)
    b = (1 - auroc) / (2 - auroc) + auroc / (1 + auroc)
    wanted = _variance(width, level) * prevalence * (1 - prevalence)
    half = a * b / 2
    return (half + math.sqrt(half**2 + 4 * wanted * a * (1 - b))) / (2 * wanted)


def for_auroc_by_pavlou(auroc: float, prevalence: float, *, width: float, level: float) -> float:
    """Return the same where the log-odds are normal with one variance in either class.

    Parameters as in `for_auroc_by_riley`.

    Raises
    ------
    UndefinedError
        When the AUROC is 0 or 1, so that nothing varies.

    References
    ----------
    Pavlou M, Qu C, Omar RZ, et al. Stat Methods Med Res 2021;30(10):2187-2206, equation 9.
    doi:10.1177/09622802211007522
    """
    _require_inner(auroc)
    spread = auroc - 2 * float(owens_t(float(ndtri(auroc)), 1 / math.sqrt(3))) - auroc**2
    return spread / (prevalence * (1 - prevalence)) / _variance(width, level)


def for_standardized_net_benefit(
    sensitivity: float,
    specificity: float,
    prevalence: float,
    *,
    threshold: float,
    width: float,
    level: float,
) -> float:
    """Return the exams at which the interval of standardised net benefit is as wide as wanted.

    Parameters
    ----------
    sensitivity, specificity : float
        At the threshold, in [0, 1].
    prevalence, threshold : float
        Both in (0, 1).
    width, level : float
        As in `for_observed_expected`.

    Raises
    ------
    UndefinedError
        When both are 1, so that nothing varies.

    References
    ----------
    Riley RD, Debray TPA, Collins GS, et al. Stat Med 2021;40(19):4230-4251.
    doi:10.1002/sim.9025
    Marsh TL, Janes H, Pepe MS. Statistical inference for net benefit measures in biomarker
    validation studies. Biometrics 2020;76(3):843-852. doi:10.1111/biom.13190
    """
    price = (1 - prevalence) / prevalence * threshold / (1 - threshold)
    false = 1 - specificity
    spread = sensitivity * (1 - sensitivity) / prevalence + price**2 * (
        specificity * false / (1 - prevalence) + false**2 / (prevalence * (1 - prevalence))
    )
    if spread <= 0:
        msg = "every exam is decided alike, so that nothing varies"
        raise UndefinedError(msg)
    return spread / _variance(width, level)


def _variance(width: float, level: float) -> float:
    """Return the variance of an estimate whose normal interval has a width."""
    return (width / 2 / normal_quantile(level)) ** 2


def _mean(of: Array, mass: Array) -> float:
    return float(of @ mass) / float(mass.sum())


def _spread_of_outcome(log_odds: Array) -> Array:
    """Return p (1 - p), without overflow far out."""
    return np.asarray(0.25 / np.cosh(np.clip(log_odds, -700, 700) / 2) ** 2)


def _require_inner(auroc: float) -> None:
    if not 0 < auroc < 1:
        msg = f"the AUROC is {auroc:g}, so that nothing varies"
        raise UndefinedError(msg)
