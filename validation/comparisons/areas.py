"""Areas: the AUROCs of several versions on the same exams, and how they vary together."""

from dataclasses import dataclass, replace

import numpy as np

from validation.comparisons.differences import Difference, Pair, by_normal
from validation.comparisons.influence import Array, Mask, between_patients
from validation.counts import sum_by
from validation.errors import UndefinedError
from validation.metrics.discrimination import Placements, place
from validation.strata import Stratum
from validation.tallies.cells import WEIGHT
from validation.tallies.content import EXACT


@dataclass(frozen=True, kw_only=True, eq=False)
class Areas:
    """The AUROCs of m sets of scores on the same exams.

    Attributes
    ----------
    values : float64 array, shape (m,)
    influences : float64 array, shape (k, m)
        What one exam of each cell of `Stratum.joint` adds to each, per unit of its weight; 0
        for exams that do not enter.
    error_bounds : float64 array, shape (m,)
        How far each may lie from that of the scores as they were; 0 where none were merged.
    """

    values: Array
    influences: Array
    error_bounds: Array


def areas_of(stratum: Stratum, scores: Array, enters: Mask) -> Areas:
    """Return the AUROCs of several sets of scores on the same exams, by weight.

    Parameters
    ----------
    stratum : Stratum
    scores : float64 array, shape (m, k)
        One row per version, one column per cell of `Stratum.joint`.
    enters : bool array, shape (k,)
        The cells that count; all scores are present there.

    Raises
    ------
    EmptyStratumError
        When a class is empty.

    References
    ----------
    DeLong ER, DeLong DM, Clarke-Pearson DL. Comparing the areas under two or more correlated
    receiver operating characteristic curves. Biometrics 1988;44(3):837-845. doi:10.2307/2531595
    """
    used = stratum.joint.where(enters)
    mass, positive = used.amount(WEIGHT), used.label == 1
    influences = np.zeros((enters.size, len(scores)))
    values, bounds = np.zeros(len(scores)), np.zeros(len(scores))
    of_class = np.where(positive, mass[positive].sum(), mass[~positive].sum())
    for index, row in enumerate(scores):
        placed, bound = _place_cells(row[enters], positive, mass)
        where = np.where(positive, placed.of_positives, placed.of_negatives)
        influences[enters, index] = (where - placed.auroc) / of_class
        values[index] = placed.auroc
        bounds[index] = bound if stratum.base.grid != EXACT else 0.0
    return Areas(values=values, influences=influences, error_bounds=bounds)


def _place_cells(scores: Array, positive: Mask, mass: Array) -> tuple[Placements, float]:
    """Return the placements by one set of scores, cell by cell, and the bound of merging.

    Within a score cell the order is unknown: ties count half there, and the truth lies between
    none and all, as `auroc_error_bound` says of a single AUROC.
    """
    distinct, where = np.unique(scores, return_inverse=True)
    positives = sum_by(where, mass * positive, size=distinct.size)
    negatives = sum_by(where, mass * ~positive, size=distinct.size)
    placed = place(positives, negatives)
    bound = float(positives @ negatives) / 2 / float(positives.sum() * negatives.sum())
    return replace(
        placed, of_positives=placed.of_positives[where], of_negatives=placed.of_negatives[where]
    ), bound


def auroc(pair: Pair) -> Difference:
    """Return the difference of the AUROCs by paired DeLong, Obuchowski's where patients repeat.

    Raises
    ------
    UndefinedError
        When a class is empty or of a single exam or patient, or both rank every exam alike.
    """
    stratum = pair.stratum
    scores = np.stack([stratum.joint.score, stratum.joint.comparators[pair.comparator.name]])
    areas = areas_of(stratum, scores, pair.enters)
    influence = areas.influences[:, :1] - areas.influences[:, 1:]
    variance = float(between_patients(stratum, pair.enters, influence)[0, 0])
    if variance <= 0:
        msg = "both rank every exam alike, so that the difference has no spread"
        raise UndefinedError(msg)
    found = by_normal(
        pair, float(areas.values[0] - areas.values[1]), variance, method="delong-paired"
    )
    bound = float(areas.error_bounds.sum())
    return replace(found, error_bound=bound if stratum.base.grid != EXACT else None)
