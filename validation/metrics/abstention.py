"""Abstention: what the decisions are worth if the least sure ones are left to somebody else."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from validation.counts import ScoreCounts, flags
from validation.intervals import wilson
from validation.metrics.discrimination import require_classes
from validation.protocols.shape import OperatingPoint

Array = npt.NDArray[np.float64]

COVERAGES: Final = (1.0, 0.95, 0.9, 0.8, 0.7, 0.5)


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A share of decided exams with Wilson's interval."""

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
        The share of labelled exams that is to be decided.
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
    """Exams and errors by class, summed from the surest distance on; shape (d,) each."""

    positives: Array
    negatives: Array
    missed: Array
    alarmed: Array


def _ordered(counts: ScoreCounts, *, threshold: float, point: OperatingPoint) -> _Ordered:
    distance = np.abs(counts.means - threshold)
    place = np.unique(-distance, return_inverse=True)[1]
    flagged = flags(counts.scores, threshold=threshold, point=point)

    def summed(amounts: Array) -> Array:
        return np.asarray(np.cumsum(np.bincount(place, weights=amounts)), dtype=np.float64)

    return _Ordered(
        positives=summed(counts.positives),
        negatives=summed(counts.negatives),
        missed=summed(counts.positives * ~flagged),
        alarmed=summed(counts.negatives * flagged),
    )


def abstention_points(
    counts: ScoreCounts, *, threshold: float, point: OperatingPoint, level: float
) -> tuple[AbstentionPoint, ...]:
    """Return the errors among the surest exams, at coverages from all to half.

    Sure is what scores far from the threshold. An exam without a score counts as left out.

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
    reached = by.positives + by.negatives

    def rate(events: float, n: float) -> Rate | None:
        if n <= 0:
            return None
        low, high = wilson(events, n, level=level)
        return Rate(value=events / n, low=low, high=high, n=int(n))

    points = []
    for coverage in COVERAGES:
        at = min(int(np.searchsorted(reached, coverage * counts.labelled)), reached.size - 1)
        p, n = float(by.positives[at]), float(by.negatives[at])
        missed, alarmed = float(by.missed[at]), float(by.alarmed[at])
        points.append(
            AbstentionPoint(
                coverage=coverage,
                decided=float(reached[at]) / counts.labelled,
                error=rate(missed + alarmed, p + n),
                sensitivity=rate(p - missed, p),
                specificity=rate(n - alarmed, n),
            )
        )
    return tuple(points)


def risk_coverage_area(counts: ScoreCounts, *, threshold: float, point: OperatingPoint) -> float:
    """Return the mean share of errors over all coverages of the scored exams, 0 at best.

    Exams of equal distance are taken together, at the share of errors once all are decided.

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
    reached = by.positives + by.negatives
    risk = (by.missed + by.alarmed) / reached
    return float(np.diff(reached, prepend=0.0) @ risk / reached[-1])
