"""Logistic: regressions of the outcome on functions of the score, from counts alone."""

import numpy as np
import numpy.typing as npt
from scipy.linalg.lapack import dpocon, dposv

from validation.errors import UndefinedError

Array = npt.NDArray[np.float64]

STEPS = 100
TOLERANCE = 1e-12
WORST = 1e14  # condition beyond which doubles cannot solve
SAFE = 1.75  # change of log-odds up to which Newton's step is known to raise the likelihood


def expit(x: Array) -> Array:
    """Return the probabilities whose log-odds are `x`, without overflow at either end."""
    return np.asarray(0.5 * (1 + np.tanh(x / 2)))


def fit(
    design: Array, offset: Array, positives: Array, exams: Array, *, start: Array | None = None
) -> tuple[Array, Array]:
    r"""Return coefficients and covariance of a logistic regression on counts.

    Parameters
    ----------
    design : float64 array, shape (k, p)
    offset : float64 array, shape (k,)
    positives, exams : float64 array, shape (k,)
        What the positives and all exams of each cell count for.
    start : float64 array, shape (p,), optional
        Where the search begins, the sooner to end; without, and where it fails from there, at 0.

    Newton's steps are halved until the likelihood rises, so that small strata do not overflow.
    It surely does, and need not be computed, where it still rises at the end of the step, being
    concave, and where no log-odds change by more than d: by at least
    :math:`\lambda^2 (1 - (e^d - 1 - d) / d^2)`, with :math:`\lambda^2` the step times the
    gradient (Bach 2010, proposition 1), which is above 0 up to 1.79.

    Raises
    ------
    UndefinedError
        When no maximum is found.

    References
    ----------
    Bach F. Self-concordant analysis for logistic regression. Electron J Stat 2010;4:384-414.
    doi:10.1214/09-EJS521
    """

    def likelihood(x: Array) -> float:
        return float(positives @ x - exams @ np.logaddexp(0, x))

    def there(x: Array) -> tuple[Array, Array, Array]:
        p = expit(x)
        expected = exams * p
        return p, expected, positives - expected

    def curvature(p: Array, expected: Array) -> Array:
        return np.asarray((columns * (expected * (1 - p))) @ columns.T)

    columns = np.ascontiguousarray(design.T)
    beta = np.zeros(len(columns)) if start is None else start
    x = offset + beta @ columns
    p, expected, rest = there(x)
    for _ in range(STEPS):  # pragma: no branch  # the likelihood is concave: far fewer are needed
        information = curvature(p, expected)
        gradient = columns @ rest
        step = _solved(information, gradient)
        if step is None and start is not None:  # as far off as it may be, 0 is no worse
            return fit(design, offset, positives, exams)
        if step is None:
            break
        change = step @ columns
        is_last = float(gradient @ step) < TOLERANCE
        p, expected, rest = there(x + change)
        if is_last:  # The covariance is that of where it ends, not of a step before.
            covariance = dposv(curvature(p, expected), np.eye(len(columns)))[1]
            return np.asarray(beta + step), np.asarray(covariance, dtype=np.float64)
        if change @ rest < 0 and np.abs(change).max() > SAFE:
            best = likelihood(x)
            while likelihood(x + change) < best and np.abs(step).max() > TOLERANCE:
                step, change = step / 2, change / 2
            p, expected, rest = there(x + change)
        beta, x = beta + step, x + change
    msg = "not estimable: the likelihood has no maximum"
    raise UndefinedError(msg)


def _solved(information: Array, gradient: Array) -> Array | None:
    """Return Newton's step; None where the information is singular, or too nearly so.

    LAPACK is asked itself: what NumPy wraps around it takes longer than so small a matrix.
    """
    factor, step, failed = dposv(information, gradient)
    if failed or dpocon(factor, information.trace())[0] * WORST < 1:
        return None
    return np.asarray(step, dtype=np.float64)
