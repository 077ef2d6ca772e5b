"""Binning: neighbouring scores taken together, so that a risk can be observed."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from validation.counts import ScoreCounts, remembered

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Bins:
    """Neighbouring scores of about equal mass; arrays of shape (b,).

    Attributes
    ----------
    starts : intp array
        The first score cell of each.
    share : float64 array
        Of the mass of all exams; sums to 1.
    predicted, observed : float64 array
        The mean score, and the share of positives.
    exams, positives : float64 array
        How many there are, whatever they count for.
    variance : float64 array
        Of the observed risk; 0 where a bin holds one exam.
    effect : float
        How many times larger that is than of independent exams that count as one each: of all
        exams' distances together, never below 1.
    """

    starts: npt.NDArray[np.intp]
    share: Array
    predicted: Array
    observed: Array
    exams: Array
    positives: Array
    variance: Array
    effect: float


@remembered
def binned(counts: ScoreCounts, *, bins: int) -> Bins:
    """Return neighbouring scores joined to at most `bins` of about equal mass.

    Equal scores are never parted, so that there may be fewer bins than asked for.
    """
    mass = counts.mass_of_positives + counts.mass_of_negatives
    middle = np.cumsum(mass) - mass / 2
    place = np.minimum((middle * bins / mass.sum()).astype(np.intp), bins - 1)
    starts = np.flatnonzero(np.diff(place, prepend=-1))

    def total(amounts: Array) -> Array:
        return np.asarray(np.add.reduceat(amounts, starts), dtype=np.float64)

    whole, exams = total(mass), total(counts.positives + counts.negatives)
    observed = total(counts.mass_of_positives) / whole
    effect = _effect(counts, mass) if counts.kind else 1.0
    return Bins(
        starts=starts,
        share=whole / whole.sum(),
        predicted=total(mass * counts.means) / whole,
        observed=observed,
        exams=exams,
        positives=total(counts.positives),
        variance=effect * observed * (1 - observed) / np.maximum(exams - 1, 1),
        effect=effect,
    )


def _effect(counts: ScoreCounts, mass: Array) -> float:
    """Return how many times more the mean distance varies for patients and weights."""
    n, whole, means = float(counts.scored), float(mass.sum()), counts.means
    shift = float(counts.mass_of_positives.sum() - mass @ means) / whole
    apart = (1 - means - shift, -means - shift)
    alone = float(
        counts.mass_of_positives @ apart[0] ** 2 + counts.mass_of_negatives @ apart[1] ** 2
    )
    if alone <= 0:
        return 1.0
    return max(1.0, counts.variance("observed_expected", *apart) / whole**2 / (alone / whole / n))
