"""Variance between sites: three estimates of τ², of which none is always best."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

Array = npt.NDArray[np.float64]
Method = Literal["REML", "DL", "PM"]

GRID = 200


def _span(values: Array, variances: Array) -> float:
    """Return a variance that τ² cannot reach."""
    return 10 * (float(np.var(values)) * values.size + float(variances.max()))


def reml(values: Array, variances: Array) -> float:
    """Return the restricted-maximum-likelihood estimate of the variance between sites.

    The derivative of the likelihood is searched for falling zeros from 0 upwards; the best of
    them and of 0 is taken.

    Parameters
    ----------
    values, variances : float64 array, shape (k,)
        k ≥ 2 estimates, and the variance of each.

    Returns
    -------
    float
        At least 0.

    References
    ----------
    Viechtbauer W. Bias and efficiency of meta-analytic variance estimators in the
    random-effects model. J Educ Behav Stat 2005;30(3):261-293.
    doi:10.3102/10769986030003261
    """

    def centred(tau2: Array) -> tuple[Array, Array]:
        """Return weights and squared distances from the mean, each of shape (tau2, k)."""
        weights = 1 / (variances + tau2[:, None])
        mean = (weights * values).sum(axis=1) / weights.sum(axis=1)
        return weights, (values - mean[:, None]) ** 2

    def slopes(tau2: Array) -> Array:
        w, rest = centred(tau2)
        squares = (w * w).sum(axis=1)
        total = w.sum(axis=1)
        return np.asarray((w * w * rest).sum(axis=1) - total + squares / total)

    def likelihoods(tau2: Array) -> Array:
        w, rest = centred(tau2)
        return np.asarray(np.log(w).sum(axis=1) - np.log(w.sum(axis=1)) - (w * rest).sum(axis=1))

    top = _span(values, variances)
    grid = np.concatenate([[0.0], np.geomspace(top * 1e-10, top, GRID)])
    found = slopes(grid)
    candidates = [0.0]
    for i in np.flatnonzero((found[:-1] > 0) & (found[1:] <= 0)):
        zero = brentq(
            lambda x: float(slopes(np.array([x]))[0]), grid[i], grid[i + 1], xtol=1e-15, rtol=1e-13
        )
        candidates.append(float(zero))
    return candidates[int(likelihoods(np.array(candidates)).argmax())]


def dersimonian_laird(values: Array, variances: Array) -> float:
    """Return the moment estimate of the variance between sites from Cochran's Q; at least 0.

    References
    ----------
    DerSimonian R, Laird N. Meta-analysis in clinical trials. Control Clin Trials
    1986;7(3):177-188. doi:10.1016/0197-2456(86)90046-2
    """
    weights = 1 / variances
    total = float(weights.sum())
    excess = cochran_q(values, variances) - (values.size - 1)
    return max(0.0, excess / (total - float((weights * weights).sum()) / total))


def paule_mandel(values: Array, variances: Array) -> float:
    """Return the variance between sites that leaves as much spread as k - 1; at least 0.

    Cochran's Q with the variance between sites in its weights falls in that variance, so that
    there is one such value.

    References
    ----------
    Paule RC, Mandel J. Consensus values and weighting factors. J Res Natl Bur Stand
    1982;87(5):377-385. doi:10.6028/jres.087.022
    """

    def excess(tau2: float) -> float:
        return cochran_q(values, variances + tau2) - (values.size - 1)

    if excess(0.0) <= 0:
        return 0.0
    return float(brentq(excess, 0.0, _span(values, variances), xtol=1e-15, rtol=1e-13))


def cochran_q(values: Array, variances: Array) -> float:
    """Return the weighted squares around the weighted mean."""
    weights = 1 / variances
    mean = float(weights @ values / weights.sum())
    return float(weights @ (values - mean) ** 2)


ESTIMATORS: Final[Mapping[Method, Callable[[Array, Array], float]]] = MappingProxyType(
    {"REML": reml, "DL": dersimonian_laird, "PM": paule_mandel}
)
