"""Logistic: regressions of the outcome on functions of the score, from counts alone."""

import numpy as np
import numpy.typing as npt

from validation.errors import UndefinedError

Array = npt.NDArray[np.float64]

STEPS = 100
TOLERANCE = 1e-12


def expit(x: Array) -> Array:
    """Return the probabilities whose log-odds are `x`, without overflow at either end."""
    return np.asarray(0.5 * (1 + np.tanh(x / 2)))


def fit(design: Array, offset: Array, positives: Array, exams: Array) -> tuple[Array, Array]:
    """Return coefficients and covariance of a logistic regression on counts.

    Parameters
    ----------
    design : float64 array, shape (k, p)
    offset : float64 array, shape (k,)
    positives, exams : float64 array, shape (k,)
        What the positives and all exams of each cell count for.

    Newton's steps are halved until the likelihood rises, so that small strata do not overflow.

    Raises
    ------
    UndefinedError
        When no maximum is found.
    """

    def likelihood(beta: Array) -> float:
        x = offset + design @ beta
        return float(positives @ x - exams @ np.logaddexp(0, x))

    beta = np.zeros(design.shape[1])
    best = likelihood(beta)
    for _ in range(STEPS):  # pragma: no branch  # the likelihood is concave: far fewer are needed
        p = expit(offset + design @ beta)
        information = design.T @ (design * (exams * p * (1 - p))[:, None])
        gradient = design.T @ (positives - exams * p)
        if np.linalg.cond(information) > 1e14:  # noqa: PLR2004 beyond it doubles cannot solve
            break
        step = np.linalg.solve(information, gradient)
        if float(gradient @ step) < TOLERANCE:
            return np.asarray(beta + step), np.asarray(np.linalg.inv(information), dtype=np.float64)
        while likelihood(beta + step) < best and np.abs(step).max() > TOLERANCE:
            step = step / 2
        beta = beta + step
        best = likelihood(beta)
    msg = "not estimable: the likelihood has no maximum"
    raise UndefinedError(msg)
