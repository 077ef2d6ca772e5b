"""Abstention: what the decisions are worth if the least sure ones are left to somebody else."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from validation.confusion import ALL, FN, FP, TN, TP, Confusion, share
from validation.counts import ScoreCounts, confusion_within, flags
from validation.metrics.classification import limits
from validation.metrics.discrimination import require_classes
from validation.protocols.shape import OperatingPoint

Array = npt.NDArray[np.float64]

COVERAGES: Final = (1.0, 0.95, 0.9, 0.8, 0.7, 0.5)
ROUNDING: Final = 1 - 1e-12  # sums of weights may fall short of what they add up to


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A share of decided exams, of which there are `n`, with Wilson's interval."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, kw_only=True)
class AbstentionPoint:
    """The decisions on the surest exams.

    Attributes
    ----------
    coverage : float
        The share of labelled exams, or of their weights, that is to be decided.
    decided : float
        The share that is: exams of equal distance stay together, and unscored ones are left out.
    error, sensitivity, specificity : Rate or None
        Among those decided; None where nobody is left to form it of.
    """

    coverage: float
    decided: float
    error: Rate | None = None
    sensitivity: Rate | None = None
    specificity: Rate | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class _Ordered:
    """What exams and errors count for, summed from the surest distance on; shape (d,) each."""

    distance: Array
    reached: Array
    wrong: Array


def _ordered(counts: ScoreCounts, *, threshold: float, point: OperatingPoint) -> _Ordered:
    distance, place = np.unique(-_distances(counts, threshold), return_inverse=True)
    flagged = flags(counts.scores, threshold=threshold, point=point)
    of_positives, of_negatives = counts.mass_of_positives, counts.mass_of_negatives

    def summed(amounts: Array) -> Array:
        return np.asarray(np.cumsum(np.bincount(place, weights=amounts)), dtype=np.float64)

    return _Ordered(
        distance=-distance,
        reached=summed(of_positives + of_negatives),
        wrong=summed(np.where(flagged, of_negatives, of_positives)),
    )


def _distances(counts: ScoreCounts, threshold: float) -> Array:
    """Return how far each score lies from the threshold, shape (k,).

    Rounded, or 0.2 and 0.8 would not be equally far from 0.5 by their last binary digit.
    """
    step = max(abs(threshold), float(np.abs(counts.means).max())) * 2.0**-40 or 1.0
    return np.asarray(np.round(np.abs(counts.means - threshold) / step) * step)


def _surest(
    counts: ScoreCounts, *, distance: float, threshold: float, point: OperatingPoint
) -> Confusion:
    """Return the decisions on exams whose score is no nearer to the threshold than `distance`."""
    chosen = _distances(counts, threshold) >= distance
    below = counts.scores[chosen & (counts.means < threshold)]
    above = counts.scores[chosen & (counts.means >= threshold)]
    return confusion_within(
        counts,
        threshold=threshold,
        point=point,
        low=float(below.max(initial=-np.inf)),
        high=float(above.min(initial=np.inf)),
    )


def abstention_points(
    counts: ScoreCounts, *, threshold: float, point: OperatingPoint, level: float
) -> tuple[AbstentionPoint, ...]:
    """Return the errors among the surest exams, at coverages from all to half.

    Sure is what scores far from the threshold. An exam without a score counts as left out. Where
    exams are weighted, coverage is a share of the weights; where patients have several, or exams
    weights, the intervals rest on the effective number of exams.

    Raises
    ------
    EmptyStratumError
        When a class has no scored exam.

    References
    ----------
    El-Yaniv R, Wiener Y. On the foundations of noise-free selective classification. J Mach
    Learn Res 2010;11:1605-1641.
    """
    require_classes(counts.scored_positives, counts.scored_negatives)
    by = _ordered(counts, threshold=threshold, point=point)
    whole = sum(float(amounts.sum()) for amounts in counts.by_label)
    points = []
    for coverage in COVERAGES:
        wanted = coverage * whole * ROUNDING
        at = min(int(np.searchsorted(by.reached, wanted)), by.reached.size - 1)
        table = _surest(counts, distance=float(by.distance[at]), threshold=threshold, point=point)
        points.append(
            AbstentionPoint(
                coverage=coverage,
                decided=min(float(by.reached[at]) / whole, 1.0),
                error=_rate(table, "accuracy", events=(FP, FN), of=ALL, level=level),
                sensitivity=_rate(table, "sensitivity", events=(TP,), of=(TP, FN), level=level),
                specificity=_rate(table, "specificity", events=(TN,), of=(FP, TN), level=level),
            )
        )
    return tuple(points)


def _rate(
    table: Confusion, metric: str, *, events: tuple[int, ...], of: tuple[int, ...], level: float
) -> Rate | None:
    """Return a share of the decided exams; None where there is nobody to form it of."""
    if not table.counts[list(of)].any():
        return None
    found = share(table, metric, events=events, of=of, empty="")
    low, high = limits(found, level=level)
    return Rate(value=found.value, low=low, high=high, n=found.n)


def risk_coverage_area(counts: ScoreCounts, *, threshold: float, point: OperatingPoint) -> float:
    """Return the mean share of errors over all coverages of the scored exams, 0 at best.

    Exams of equal distance are taken together, at the share of errors once all are decided;
    exams count by their weights, where they have some.

    Raises
    ------
    EmptyStratumError
        When a class has no scored exam.

    References
    ----------
    Geifman Y, Uziel G, El-Yaniv R. Bias-reduced uncertainty estimation for deep neural
    classifiers. ICLR 2019. arXiv:1805.08206
    """
    require_classes(counts.scored_positives, counts.scored_negatives)
    by = _ordered(counts, threshold=threshold, point=point)
    risk = by.wrong / by.reached
    return float(np.diff(by.reached, prepend=0.0) @ risk / by.reached[-1])
