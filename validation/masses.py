"""Masses: what a stratum's cells hold besides how many exams: scores, weights, costs."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validation.clustering import Array, sum_by
from validation.tallies.cells import (
    ALARM,
    ALARM_SQUARED,
    MISS,
    MISS_SQUARED,
    SCORE,
    SCORE_SQUARED,
    WEIGHT,
    WEIGHT_SQUARED,
    Cells,
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Moments:
    """Sums of the scores themselves, where cells hold more than one score.

    Attributes
    ----------
    means : float64 array, shape (k,)
        The mean score of each cell.
    of_positives, of_squares : float
        The sum of the scores of positives, and of the squares of all scores.
    """

    means: Array
    of_positives: float
    of_squares: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Weights:
    """Sums of sampling weights; the last entry of each is that of exams without a score.

    Attributes
    ----------
    positives, negatives : float64 array, shape (k + 1,)
    positives_squared, negatives_squared : float64 array, shape (k + 1,)
        Sums of the squares of the weights.
    """

    positives: Array
    negatives: Array
    positives_squared: Array
    negatives_squared: Array


@dataclass(frozen=True, kw_only=True, eq=False)
class RowCosts:
    """What errors about these very exams would cost; the last entry is that of unscored exams.

    Attributes
    ----------
    misses, misses_squared : float64 array, shape (k + 1,)
        Over the positives of each score cell.
    alarms, alarms_squared : float64 array, shape (k + 1,)
        Over the negatives.
    """

    misses: Array
    misses_squared: Array
    alarms: Array
    alarms_squared: Array


def moments_of(used: Cells, place: npt.NDArray[np.intp], *, size: int) -> Moments:
    """Return the sums of the scores of labelled and scored cells."""
    mass = used.amount(SCORE)
    weight = sum_by(place, used.amount(WEIGHT), size=size)
    return Moments(
        means=sum_by(place, mass, size=size) / weight,
        of_positives=float(mass[used.label == 1].sum()),
        of_squares=float(used.amount(SCORE_SQUARED).sum()),
    )


def _by_slot(cells: Cells, scores: Array, amounts: Array, *, label: int) -> Array:
    """Return the sum of an amount per score, shape (k + 1,): the last for what has no score."""
    of_label = cells.label == label
    found = cells.score[of_label]
    place = np.where(np.isnan(found), scores.size, np.searchsorted(scores, found))
    return sum_by(place, amounts[of_label], size=scores.size + 1)


def weights_of(cells: Cells, scores: Array) -> Weights:
    """Return the sums of the weights of labelled cells."""
    plain, squared = cells.amount(WEIGHT), cells.amount(WEIGHT_SQUARED)
    return Weights(
        positives=_by_slot(cells, scores, plain, label=1),
        negatives=_by_slot(cells, scores, plain, label=0),
        positives_squared=_by_slot(cells, scores, squared, label=1),
        negatives_squared=_by_slot(cells, scores, squared, label=0),
    )


def row_costs_of(cells: Cells, scores: Array) -> RowCosts:
    """Return the sums of what errors about labelled cells would cost."""
    return RowCosts(
        misses=_by_slot(cells, scores, cells.amount(MISS), label=1),
        misses_squared=_by_slot(cells, scores, cells.amount(MISS_SQUARED), label=1),
        alarms=_by_slot(cells, scores, cells.amount(ALARM), label=0),
        alarms_squared=_by_slot(cells, scores, cells.amount(ALARM_SQUARED), label=0),
    )
