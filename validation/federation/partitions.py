"""Partitions: which neighbouring score cells are counted together so that no count is too small."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]

# What crossing a threshold costs, beside which the loss of order within cells is at most 1.
SOFT: Final = 64.0
HARD: Final = 1e6


def tellable(counts: Counts, minimum: int) -> npt.NDArray[np.bool_]:
    """Return which counts may be told: none at all, or at least the minimum (in either sign)."""
    return np.asarray((counts == 0) | (np.abs(counts) >= minimum))


@dataclass(frozen=True, kw_only=True, eq=False)
class Units:
    """k neighbouring score cells, ascending, of which runs are to be counted together.

    Attributes
    ----------
    told : int64 array, shape (k, c)
        Every count that would be told of each: one column per level and label, and one per
        difference from a tally sent earlier.
    positives, negatives : int64 array, shape (k,)
    hard : int64 array, shape (k,)
        How many thresholds of decisions begin with each.
    soft : float64 array, shape (k,)
        What the thresholds of curves weigh that begin with each.
    """

    told: Counts
    positives: Counts
    negatives: Counts
    hard: Counts
    soft: npt.NDArray[np.float64]


def weights_of(count: int) -> npt.NDArray[np.float64]:
    """Return what each of some ascending thresholds weighs: 1 in the middle, half at the quarters.

    Every site halves the same list, so that sites of whatever size keep the same edges first,
    and their tallies have edges in common when they are merged.
    """
    found = np.zeros(count)
    spans = [(0, count, 1.0)]
    while spans:
        low, high, weight = spans.pop()
        if low < high:
            middle = (low + high) // 2
            found[middle] = weight
            spans += [(low, middle, weight / 2), (middle + 1, high, weight / 2)]
    return found


def best_runs(units: Units, *, minimum: int) -> npt.NDArray[np.intp] | None:
    """Return where the runs begin that lose least; None where even all together are too few.

    Thresholds of decisions are crossed only where it cannot be helped, then those of curves by
    what they weigh; among what is left, the sum over cells of positives times negatives is
    smallest, which is twice the bound on the error of the AUROC. Found by dynamic programming
    over all ways to cut, so that the answer depends on the counts alone.

    Returns
    -------
    intp array, shape (r,)
        Index of the first unit of each run; the first is 0.
    """
    size = units.positives.size
    sums = np.vstack([np.zeros((1, units.told.shape[1]), np.int64), np.cumsum(units.told, axis=0)])
    up = np.concatenate([[0], np.cumsum(units.positives)])
    down = np.concatenate([[0], np.cumsum(units.negatives)])
    whole = max(1.0, float(up[-1]) * float(down[-1]))
    crossed = HARD * np.cumsum(units.hard) + SOFT * np.cumsum(units.soft)
    cost = np.full(size + 1, np.inf)
    cost[0] = 0.0
    came = np.zeros(size + 1, dtype=np.intp)
    for end in range(1, size + 1):
        allowed = tellable(sums[end] - sums[:end], minimum).all(axis=1)
        mixed = (up[end] - up[:end]).astype(float) * (down[end] - down[:end]) / whole
        total = cost[:end] + mixed + (crossed[end - 1] - crossed[:end])
        total[~allowed] = np.inf
        came[end] = int(total.argmin())
        cost[end] = total[came[end]]
    if not np.isfinite(cost[size]):
        return None
    starts, place = [], size
    while place > 0:
        place = int(came[place])
        starts.append(place)
    return np.array(starts[::-1], dtype=np.intp)
