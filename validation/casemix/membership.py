"""Membership: how well a model can tell from which of two groups an exam is."""

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from validation.casemix.shifts import require_exams
from validation.clustering import sum_by
from validation.errors import UndefinedError
from validation.metrics.discrimination import place

Array = npt.NDArray[np.float64]

STEPS = 200
TOLERANCE = 1e-9
PENALTY = 1.0


def membership_auroc(design: Array, group: Array, others: Array) -> float:
    """Return the AUROC of a membership model on the exams that it was fitted to, in [0, 1].

    Near 0.5 the groups are alike and testing on one shows that a model can be reproduced; near
    1 they differ and it shows that a model can be transported. The model is a logistic
    regression on standardised columns whose coefficients have a normal prior of variance 1, so
    that a level which only one group has does not take them to infinity.

    Parameters
    ----------
    design : float64 array, shape (u, c)
        What each pattern of exams is described by, without a constant.
    group, others : float64 array, shape (u,)
        Exams of either with each pattern.

    Raises
    ------
    EmptyStratumError
        When either group has no exam.
    UndefinedError
        When every exam has the same pattern.

    References
    ----------
    Debray TPA, Vergouwe Y, Koffijberg H, et al. A new framework to enhance the interpretation
    of external validation studies of clinical prediction models. J Clin Epidemiol
    2015;68(3):279-289. doi:10.1016/j.jclinepi.2014.06.018
    """
    require_exams(group, others)
    exams = group + others
    centred = design - exams @ design / exams.sum()
    scale = np.sqrt(exams @ centred**2 / exams.sum())
    varies = scale > TOLERANCE
    if not varies.any():
        msg = "no exam differs from another in what the model may use"
        raise UndefinedError(msg)
    columns = np.column_stack([np.ones(len(design)), centred[:, varies] / scale[varies]])
    fitted = columns @ _fit(columns, group, exams)
    _, places = np.unique(np.round(fitted, 9), return_inverse=True)
    size = int(places.max()) + 1
    return place(sum_by(places, group, size=size), sum_by(places, others, size=size)).auroc


def _fit(columns: Array, positives: Array, exams: Array) -> Array:
    """Return the coefficients of greatest penalised likelihood, which is strictly concave.

    Steps are kept to where the likelihood is well described by its curvature: groups with little
    in common send plain Newton's steps to and fro.
    """
    penalty = np.full(columns.shape[1], PENALTY)
    penalty[0] = TOLERANCE  # the constant is free
    total = float(exams.sum())

    def chances(beta: Array) -> Array:
        return np.asarray(0.5 * (1 + np.tanh(columns @ beta / 2)))

    def loss(beta: Array) -> float:
        x = columns @ beta
        return float(exams @ np.logaddexp(0, x) - positives @ x + penalty @ beta**2 / 2) / total

    def gradient(beta: Array) -> Array:
        rest = positives - exams * chances(beta)
        return np.asarray((penalty * beta - columns.T @ rest) / total)

    def curvature(beta: Array) -> Array:
        p = chances(beta)
        weights = (exams * p * (1 - p))[:, None]
        return np.asarray((columns.T @ (columns * weights) + np.diag(penalty)) / total)

    start = np.zeros(columns.shape[1])
    found = minimize(
        loss, start, jac=gradient, hess=curvature, method="trust-exact",
        options={"gtol": TOLERANCE, "maxiter": STEPS},
    )  # fmt: skip
    return np.asarray(found.x, dtype=np.float64)
