"""Partial area: the part of the ROC curve where a model would really be used."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from validation.counts import ScoreCounts
from validation.estimates import Estimate
from validation.intervals import expit, logit, normal_quantile
from validation.metrics.discrimination import require_classes, variance_between_patients
from validation.protocols.shape import PartialArea

Array = npt.NDArray[np.float64]

ROUNDING: Final = 1e-12  # what floats lose: an error below it is none


@dataclass(frozen=True, kw_only=True, eq=False)
class Curve:
    """An ROC curve with straight lines between its points, from nobody to everybody flagged.

    Attributes
    ----------
    x, y : float64 array, shape (k + 2,)
        False- and true-positive rate, ascending; the last point (2, 1) only ends the last line.
    """

    x: Array
    y: Array

    def height(self, at: Array) -> Array:
        """Return the true-positive rate at some false-positive rates in [0, 1]."""
        return self._heights(at, np.searchsorted(self.x, at, side="right") - 1)

    def _heights(self, at: Array, k: npt.NDArray[np.intp]) -> Array:
        """Return the same, given the point at or before each."""
        before, after, start = self.y[k], self.y[k + 1], self.x[k]
        return np.asarray(before + (after - before) / (self.x[k + 1] - start) * (at - start))

    @cached_property
    def _below(self) -> Array:
        """The area from 0 to each point, shape (k + 2,)."""
        pieces = np.diff(self.x) * (self.y[1:] + self.y[:-1]) / 2
        return np.concatenate([[0.0], np.cumsum(pieces)])

    def area(self, at: Array) -> Array:
        """Return the area under the curve from 0 to some false-positive rates."""
        k = np.searchsorted(self.x, at, side="right") - 1
        heights = self._heights(at, k)
        return np.asarray(self._below[k] + (at - self.x[k]) * (self.y[k] + heights) / 2)


def curve_of(upper: Array, lower: Array) -> Curve:
    """Return the curve of cells in the order in which they are flagged.

    Parameters
    ----------
    upper, lower : float64 array, shape (k,)
        What the exams of each cell count for of the class on the y axis, and of the other.
    """
    x = np.concatenate([[0.0], np.cumsum(lower) / lower.sum(), [2.0]])
    y = np.concatenate([[0.0], np.cumsum(upper) / upper.sum(), [1.0]])
    x[-2] = y[-2] = 1.0  # whatever was lost to rounding
    return Curve(x=x, y=y)


def partial_auroc(counts: ScoreCounts, *, area: PartialArea, level: float) -> Estimate:
    r"""Return the area under a part of the ROC curve, standardised: 0.5 is chance, 1 perfect.

    With A the area over the part, :math:`A_0` that under the diagonal and :math:`A_1` the
    greatest possible,

    .. math:: \tfrac12 \left(1 + \frac{A - A_0}{A_1 - A_0}\right)

    as pROC gives it with ``partial.auc.correct``; A itself stands in the note. Below 0.5 the
    curve lies below the diagonal; pROC then gives nothing, here the number stands. Between its
    points the curve is straight.

    The interval is formed on the log-odds with the standard error of the influence function,
    which heeds that the ends of the part are estimated too; added up by patient where patients
    have several exams. A part that holds few exams of the class on its axis makes it too narrow.

    Parameters
    ----------
    counts : ScoreCounts
        One stratum; scored exams count.
    area : PartialArea
        On which axis, from where to where.
    level : float

    Raises
    ------
    EmptyStratumError
        When a class holds nobody with a score.

    References
    ----------
    McClish DK. Analyzing a portion of the ROC curve. Med Decis Making 1989;9(3):190-195.
    doi:10.1177/0272989X8900900307
    Dodd LE, Pepe MS. Partial AUC estimation and regression. Biometrics 2003;59(3):614-623.
    doi:10.1111/1541-0420.00071
    Robin X, Turck N, Hainard A, et al. pROC: an open-source package for R and S+ to analyze and
    compare ROC curves. BMC Bioinformatics 2011;12:77. doi:10.1186/1471-2105-12-77
    """
    require_classes(counts.scored_positives, counts.scored_negatives)
    upper, lower = counts.mass_of_positives[::-1], counts.mass_of_negatives[::-1]
    if area.axis == "sensitivity":  # the same curve, seen from the other class
        upper, lower = counts.mass_of_negatives, counts.mass_of_positives
    start, end = 1 - area.high, 1 - area.low
    curve = curve_of(upper, lower)
    ends = curve.area(np.array([start, end]))
    raw = float(ends[1] - ends[0])
    most, chance = end - start, (end**2 - start**2) / 2
    value = (1 + (raw - chance) / (most - chance)) / 2
    scale = 1 / (2 * (most - chance))
    of_upper = scale * (_reach(curve, start, end) - raw)
    of_lower = scale * _shift(curve, start, end)
    influences = (of_upper[::-1], of_lower[::-1])
    if area.axis == "sensitivity":
        influences = (of_lower, of_upper)
    variance = variance_between_patients(counts, *influences, metric="partial_auroc")
    note = f"area {raw:.4g} of {most:.4g}, {area.axis} {area.low:g} to {area.high:g}; chance is 0.5"
    bound = scale * _error(curve, start, end) if counts.is_merged else None
    found = Estimate(
        value=value, n=counts.scored, events=counts.scored_positives, error_bound=bound,
        method="none", note=f"{note}; no interval: nothing varies there",
    )  # fmt: skip
    if variance < ROUNDING**2 or not ROUNDING < 1 - value < 1 - ROUNDING:
        return found
    half = normal_quantile(level) * math.sqrt(variance) / (value * (1 - value))
    return Estimate(
        value=value, low=expit(logit(value) - half), high=expit(logit(value) + half), level=level,
        method="influence-logit" + counts.kind, n=found.n, events=found.events,
        error_bound=bound, note=note,
    )  # fmt: skip


def _widths(curve: Curve) -> tuple[Array, Array, Array]:
    """Return where each cell's piece of the curve begins and ends on the x axis, and its width."""
    begins, ends = curve.x[:-2], curve.x[1:-1]
    return begins, ends, ends - begins


def _mean_between(integral: Array, at: Array, widths: Array) -> Array:
    """Return a mean over each piece from an integral at its ends, or the value `at` a point."""
    return np.asarray(np.divide(np.diff(integral), widths, out=at.copy(), where=widths > 0))


def _reach(curve: Curve, start: float, end: float) -> Array:
    """Return how much of the part of the curve an exam of the y class of each cell lifts."""
    begins, _, widths = _widths(curve)
    x = curve.x[:-1]
    within = np.clip(x, start, end)
    integral = start * np.minimum(x, start) + (within**2 - start**2) / 2
    integral += end * np.maximum(x - end, 0)
    return end - _mean_between(integral, np.clip(begins, start, end), widths)


def _shift(curve: Curve, start: float, end: float) -> Array:
    """Return what an exam of the x class of each cell changes in the area, centred."""
    begins, _, widths = _widths(curve)
    x = curve.x[:-1]
    bounds = np.array([start, end])
    heights, areas = curve.height(bounds), curve.area(bounds)
    integral = heights[0] * np.minimum(x, start)
    integral += curve.area(np.clip(x, start, end)) - areas[0]
    integral += heights[1] * np.maximum(x - end, 0)
    at = curve.height(np.clip(begins, start, end))
    return _mean_between(integral, at, widths) - float(integral[-1])


def _error(curve: Curve, start: float, end: float) -> float:
    """Return how far the area may be from that of the scores before they were merged.

    Within a cell the curve may run anywhere in the rectangle of its two ends: half of it is the
    most by which the straight line errs, the whole where only a part of it counts.
    """
    begins, ends, widths = _widths(curve)
    inside = np.clip(ends, start, end) - np.clip(begins, start, end)
    whole = inside >= widths
    return float(np.diff(curve.y[:-1]) @ np.where(whole, inside / 2, inside))
