"""Random effects: the mean over sites, how far they differ, and each site seen among the others."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, stdtrit

from validation.sites.variance import ESTIMATORS, Method, cochran_q

Array = npt.NDArray[np.float64]

FEWEST_FOR_PREDICTION = 3


@dataclass(frozen=True, kw_only=True)
class RandomEffects:
    """A random-effects summary on the scale of its inputs.

    Attributes
    ----------
    mean, low, high : float
        The mean of the distribution of sites and its interval.
    tau2 : float
        The variance between sites.
    q, q_p : float
        Cochran's Q and its p value.
    i2 : float
        (Q - df) / Q, at least 0 (Higgins 2002).
    i2_tau2 : float
        τ² / (τ² + s²), s² the typical variance within sites (Higgins 2002): what metafor prints.
    prediction : tuple of float or None
        Where the true value of a new site may lie; None below three sites.
    """

    mean: float
    low: float
    high: float
    tau2: float
    q: float
    q_p: float
    i2: float
    i2_tau2: float
    prediction: tuple[float, float] | None


def pool(
    values: Array, variances: Array, *, level: float, method: Method = "REML"
) -> RandomEffects:
    """Return the random-effects summary of k ≥ 2 estimates with known variances.

    The interval is Hartung's, Knapp's, Sidik's and Jonkman's with the guard that it is never
    narrower than the classic one; the prediction interval uses Student's t with k - 1 degrees
    of freedom, as metafor does.

    Parameters
    ----------
    values, variances : float64 array, shape (k,)
    level : float
        Of both intervals, two-sided.
    method : {"REML", "DL", "PM"}
        How the variance between sites is estimated: restricted maximum likelihood,
        DerSimonian and Laird, Paule and Mandel.

    References
    ----------
    IntHout J, Ioannidis JPA, Borm GF. The Hartung-Knapp-Sidik-Jonkman method for random
    effects meta-analysis is straightforward. BMC Med Res Methodol 2014;14:25.
    doi:10.1186/1471-2288-14-25
    Snell KIE, Ensor J, Debray TPA, Moons KGM, Riley RD. Meta-analysis of prediction model
    performance across multiple studies. Stat Methods Med Res 2018;27(11):3505-3522.
    doi:10.1177/0962280217705678
    Higgins JPT, Thompson SG. Quantifying heterogeneity in a meta-analysis. Stat Med
    2002;21(11):1539-1558. doi:10.1002/sim.1186
    Viechtbauer W. Conducting meta-analyses in R with the metafor package. J Stat Softw
    2010;36(3):1-48. doi:10.18637/jss.v036.i03
    """
    df = values.size - 1
    tau2 = ESTIMATORS[method](values, variances)
    weights = 1 / (variances + tau2)
    mean = float(weights @ values / weights.sum())
    spread = float(weights @ (values - mean) ** 2) / df
    error2 = max(1.0, spread) / float(weights.sum())
    quantile = float(stdtrit(df, 0.5 + level / 2))
    half, wide = quantile * math.sqrt(error2), quantile * math.sqrt(tau2 + error2)
    q = cochran_q(values, variances)
    enough = values.size >= FEWEST_FOR_PREDICTION
    return RandomEffects(
        mean=mean,
        low=mean - half,
        high=mean + half,
        tau2=tau2,
        q=q,
        q_p=float(chdtrc(df, q)),
        i2=max(0.0, (q - df) / q) if q > 0 else 0.0,
        i2_tau2=tau2 / (tau2 + _typical(variances)),
        prediction=(mean - wide, mean + wide) if enough else None,
    )


def _typical(variances: Array) -> float:
    """Return the variance within a typical site."""
    weights = 1 / variances
    total = float(weights.sum())
    return (variances.size - 1) * total / (total**2 - float((weights * weights).sum()))


@dataclass(frozen=True, kw_only=True, eq=False)
class Shrinkage:
    """Each estimate drawn towards the mean of all, the more the less is known of it.

    Attributes
    ----------
    values, errors : float64 array, shape (k,)
        The best linear unbiased predictions and their standard errors.
    weights : float64 array, shape (k,)
        How much of its own estimate each keeps, 0 to 1; the rest is the mean's.
    mean, tau2 : float
    """

    values: Array
    errors: Array
    weights: Array
    mean: float
    tau2: float


def shrink(values: Array, variances: Array, *, method: Method = "REML") -> Shrinkage:
    r"""Return empirical Bayes estimates of k ≥ 2 estimates with known variances.

    With :math:`B_i = \tau^2 / (\tau^2 + v_i)` the estimate is
    :math:`B_i y_i + (1 - B_i) \hat\mu`. Its error is Prasad's and Rao's,
    :math:`B_i v_i + (1 - B_i)^2 / \sum w + 2 v_i^2 w_i^3 \cdot 2 / \sum w^2` with
    :math:`w_i = 1 / (\tau^2 + v_i)`: the last part is for τ² being estimated, without which
    the interval would vanish wherever τ² is estimated as 0.

    Parameters
    ----------
    values, variances : float64 array, shape (k,)
    method : {"REML", "DL", "PM"}

    References
    ----------
    Efron B, Morris C. Data analysis using Stein's estimator and its generalizations. J Am Stat
    Assoc 1975;70(350):311-319. doi:10.1080/01621459.1975.10479864
    Fay RE, Herriot RA. Estimates of income for small places. J Am Stat Assoc
    1979;74(366a):269-277. doi:10.1080/01621459.1979.10482505
    Prasad NGN, Rao JNK. The estimation of the mean squared error of small-area estimators.
    J Am Stat Assoc 1990;85(409):163-171. doi:10.1080/01621459.1990.10475320
    """
    tau2 = ESTIMATORS[method](values, variances)
    w = 1 / (variances + tau2)
    mean = float(w @ values / w.sum())
    kept = tau2 * w
    of_spread = 2 / float((w * w).sum())
    squares = kept * variances + (1 - kept) ** 2 / float(w.sum())
    squares = squares + 2 * variances**2 * w**3 * of_spread
    return Shrinkage(
        values=kept * values + (1 - kept) * mean,
        errors=np.sqrt(squares),
        weights=kept,
        mean=mean,
        tau2=tau2,
    )
