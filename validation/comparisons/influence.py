"""Influence: how far a sum over exams varies where several exams are of one patient."""

import numpy as np
import numpy.typing as npt

from validation.strata import Stratum
from validation.tallies.cells import WEIGHT

Array = npt.NDArray[np.float64]


def crossed(stratum: Stratum, influences: Array) -> Array:
    """Return what the pairs of exams of one patient add to the covariance of sums over exams.

    The square of a patient's sum is the squares of its exams and twice the products of its
    pairs, so that pairs of cells are all that is needed.

    Parameters
    ----------
    stratum : Stratum
    influences : float64 array, shape (k, m)
        What one exam of each of the k cells of `Stratum.joint` adds to each of m sums; 0 for
        exams that do not enter.

    Returns
    -------
    float64 array, shape (m, m)
        To be added to the covariance of independent exams.

    References
    ----------
    Obuchowski NA. Nonparametric analysis of clustered ROC curve data. Biometrics
    1997;53(2):567-578. doi:10.2307/2533958
    """
    pairs = stratum.pairs
    size = influences.shape[1]
    if pairs is None:
        return np.zeros((size, size))
    everywhere = np.zeros((len(stratum.base.cells), size))
    everywhere[stratum.chosen] = influences
    count = pairs.count.astype(np.float64)
    if WEIGHT in stratum.base.cells.sums:
        # Comparisons count every exam as one, and the pairs are sums of products of weights.
        weight = stratum.base.cells.amount(WEIGHT) / stratum.base.cells.exams
        count = count * 2.0**-20 / (weight[pairs.first] * weight[pairs.second])
    half: Array = everywhere[pairs.first].T @ (count[:, None] * everywhere[pairs.second])
    return np.asarray(half + half.T)
