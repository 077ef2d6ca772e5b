"""Influence: how far sums over exams vary, by weight and by patient."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validation.errors import UndefinedError
from validation.strata import Stratum
from validation.tallies.cells import WEIGHT, WEIGHT_SQUARED

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Patients:
    """How many patients stand behind some exams: at least one exam of any kind, of each class."""

    of_any: int
    with_positives: int
    with_negatives: int


def covariance(stratum: Stratum, influences: Array) -> Array:
    """Return the covariance of sums over the exams of a stratum.

    The square of a patient's sum is the squares of its exams and twice the products of its
    pairs, so that counted pairs of cells are all that is needed.

    Parameters
    ----------
    stratum : Stratum
    influences : float64 array, shape (k, m)
        What one exam of each of the k cells of `Stratum.joint` adds to each of m sums, per unit
        of its sampling weight; 0 for exams that do not enter.

    Returns
    -------
    float64 array, shape (m, m)

    References
    ----------
    Binder DA. On the variances of asymptotically normal estimators from complex surveys.
    Int Stat Rev 1983;51(3):279-292. doi:10.2307/1402588
    Obuchowski NA. Nonparametric analysis of clustered ROC curve data. Biometrics
    1997;53(2):567-578. doi:10.2307/2533958
    """
    squared = stratum.joint.amount(WEIGHT_SQUARED)
    alone: Array = influences.T @ (squared[:, None] * influences)
    pairs, cells = stratum.pairs, stratum.base.cells
    if pairs is None:
        return alone
    everywhere = np.zeros((len(cells), influences.shape[1]))
    everywhere[stratum.chosen] = influences
    mass = pairs.mass(weighted=WEIGHT in cells.sums)
    half: Array = everywhere[pairs.first].T @ (mass[:, None] * everywhere[pairs.second])
    return np.asarray(alone + half + half.T)


def between_patients(stratum: Stratum, enters: Mask, influences: Array) -> Array:
    r"""Return the covariance of m areas or of their differences, without DeLong's bias.

    The sums of squares over the k patients with exams of a class are multiplied by
    :math:`k / (k - 1)`, the products between the classes likewise by the number of all patients;
    with one exam a patient it is DeLong's covariance. A design effect that was stated for the
    AUROC multiplies it where the patients are not known.

    Parameters
    ----------
    stratum : Stratum
    enters : bool array, shape (k,)
        The cells of `Stratum.joint` that count.
    influences : float64 array, shape (k, m)
        As in `covariance`.

    Raises
    ------
    UndefinedError
        When a class has a single exam, or is of a single patient.
    """
    positive = (stratum.joint.label == 1)[:, None]
    split = np.hstack([np.where(positive, influences, 0.0), np.where(positive, 0.0, influences)])
    m, found = influences.shape[1], covariance(stratum, split)
    across = found[:m, m:] + found[m:, :m]
    patients = _patients_among(stratum, enters)
    return stratum.counts.largest_effect("auroc") * (
        _without_bias(patients.with_positives) * found[:m, :m]
        + _without_bias(patients.with_negatives) * found[m:, m:]
        + _without_bias(patients.of_any) * across
    )


def _patients_among(stratum: Stratum, enters: Mask) -> Patients:
    """Return the patients behind the exams that enter: never more than there are exams."""
    joint, clusters = stratum.joint, stratum.counts.clusters
    exams = [int(joint.exams[enters & (joint.label == label)].sum()) for label in (0, 1)]
    for n, word in ((exams[1], "positive"), (exams[0], "negative")):
        if n < 2:  # noqa: PLR2004 one exam has no spread
            msg = f"a single {word} exam has no spread"
            raise UndefinedError(msg)
    if clusters is None:
        return Patients(of_any=sum(exams), with_positives=exams[1], with_negatives=exams[0])
    found = Patients(
        of_any=min(clusters.patients, sum(exams)),
        with_positives=min(clusters.with_positives, exams[1]),
        with_negatives=min(clusters.with_negatives, exams[0]),
    )
    for n, word in ((found.with_positives, "positive"), (found.with_negatives, "negative")):
        if n < 2:  # noqa: PLR2004 one patient has no spread
            msg = f"the {word} exams are of a single patient, so that they have no spread"
            raise UndefinedError(msg)
    return found


def _without_bias(patients: int) -> float:
    """Return k / (k - 1), which makes a mean square of k patients a variance."""
    return patients / (patients - 1)
