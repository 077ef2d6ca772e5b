"""Curves: what a figure draws, as a bounded number of points."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from validation.counts import ScoreCounts, confusion_as_deployed
from validation.errors import UndefinedError
from validation.intervals import wilson
from validation.metrics.calibration import RANKS, equal_mass_bins
from validation.metrics.discrimination import require_classes
from validation.metrics.utility import expected_cost_of, net_benefit_of
from validation.protocols.edges import curve_thresholds
from validation.protocols.shape import Costs, Protocol, ScoreKind
from validation.strata import Stratum

ROC_POINTS = 201
DECILES = 10


@dataclass(frozen=True, kw_only=True)
class RocPoint:
    """Sensitivity and false-positive rate among scored exams, flagging from `threshold` on.

    `threshold` is None where nobody is flagged.
    """

    threshold: float | None
    sensitivity: float
    false_positive_rate: float


@dataclass(frozen=True, kw_only=True)
class CalibrationPoint:
    """Mean predicted and observed risk of neighbouring scores, with Wilson's interval."""

    predicted: float
    observed: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, kw_only=True)
class DecisionPoint:
    """Net benefit, as deployed, against flagging everybody and nobody.

    `interventions_avoided` is per exam, against flagging everybody.
    """

    threshold: float
    net_benefit: float
    treat_all: float
    treat_none: float
    interventions_avoided: float


@dataclass(frozen=True, kw_only=True)
class CostPoint:
    """Expected cost of one exam, as deployed, if this were the threshold."""

    threshold: float
    expected_cost: float


@dataclass(frozen=True, kw_only=True)
class Curves:
    """The curves of one stratum; an empty one has its reason in `undefined`."""

    by: dict[str, str]
    finding: str | None
    partition: str | None = None
    roc: tuple[RocPoint, ...] = ()
    calibration: tuple[CalibrationPoint, ...] = ()
    decision: tuple[DecisionPoint, ...] = ()
    cost: tuple[CostPoint, ...] = ()
    undefined: dict[str, str] = field(default_factory=dict)


def draw(stratum: Stratum, protocol: Protocol) -> Curves:
    """Return the curves of one stratum."""
    undefined: dict[str, str] = {}
    roc: tuple[RocPoint, ...] = ()
    calibration: tuple[CalibrationPoint, ...] = ()
    decision: tuple[DecisionPoint, ...] = ()
    cost: tuple[CostPoint, ...] = ()
    counts = stratum.counts
    try:
        require_classes(counts.scored_positives, counts.scored_negatives)
    except UndefinedError as reason:
        names = ("roc", "calibration", "decision", "cost")
        undefined = dict.fromkeys(names, str(reason))
    else:
        roc = roc_points(counts)
        thresholds = curve_thresholds(protocol)
        if protocol.score_kind is ScoreKind.RANK:
            undefined = dict.fromkeys(("calibration", "decision", "cost"), RANKS)
        else:
            calibration = calibration_points(counts, level=protocol.intervals.level)
            decision = decision_points(stratum, thresholds)
            if stratum.finding.costs is None:
                undefined["cost"] = "the protocol declares no costs"
            else:
                cost = cost_points(stratum, stratum.finding.costs, thresholds)
    return Curves(
        by=dict(stratum.by), finding=stratum.finding.name, partition=stratum.partition,
        roc=roc, calibration=calibration, decision=decision, cost=cost, undefined=undefined,
    )  # fmt: skip


def roc_points(counts: ScoreCounts) -> tuple[RocPoint, ...]:
    """Return the ROC curve of scored exams, at most 201 points, from nobody to everybody flagged.

    Where there are more distinct scores, those are kept that part the curve's length evenly.
    """
    sensitivity = np.cumsum(counts.positives[::-1]) / counts.scored_positives
    alarms = np.cumsum(counts.negatives[::-1]) / counts.scored_negatives
    thresholds = counts.scores[::-1]
    kept = np.arange(thresholds.size)
    if kept.size >= ROC_POINTS:
        length = (sensitivity + alarms) / 2
        wanted = np.linspace(1 / (ROC_POINTS - 1), 1, ROC_POINTS - 1)
        kept = np.unique(np.minimum(np.searchsorted(length, wanted), kept.size - 1))
    points = [RocPoint(threshold=None, sensitivity=0.0, false_positive_rate=0.0)]
    points += [
        RocPoint(
            threshold=float(thresholds[i]),
            sensitivity=float(sensitivity[i]),
            false_positive_rate=float(alarms[i]),
        )
        for i in kept
    ]
    return tuple(points)


def calibration_points(counts: ScoreCounts, *, level: float) -> tuple[CalibrationPoint, ...]:
    """Return observed against predicted risk in tenths of the exams, equal scores together."""
    points = []
    for positives, expected, n in equal_mass_bins(counts, bins=DECILES):
        low, high = wilson(positives, n, level=level)
        points.append(
            CalibrationPoint(
                predicted=expected / n, observed=positives / n, low=low, high=high, n=n
            )
        )
    return tuple(points)


def decision_points(stratum: Stratum, thresholds: Sequence[float]) -> tuple[DecisionPoint, ...]:
    """Return the decision curve at the observed prevalence.

    References
    ----------
    Vickers AJ, Elkin EB. Med Decis Making 2006;26(6):565-574.
    """
    counts = stratum.counts
    n = counts.labelled
    share = np.array([counts.all_positives / n])
    points = []
    for threshold in thresholds:
        if not 0 < threshold < 1:
            continue
        misses, alarms = _error_rates(stratum, threshold)
        line = net_benefit_of(threshold)(share)
        benefit = float(line.worth(misses=misses, alarms=alarms)[0])
        everybody = float(line.worth(misses=np.zeros(1), alarms=np.ones(1))[0])
        points.append(
            DecisionPoint(
                threshold=threshold,
                net_benefit=benefit,
                treat_all=everybody,
                treat_none=0.0,
                interventions_avoided=(benefit - everybody) * (1 - threshold) / threshold,
            )
        )
    return tuple(points)


def cost_points(
    stratum: Stratum, costs: Costs, thresholds: Sequence[float]
) -> tuple[CostPoint, ...]:
    """Return the expected cost of one exam over thresholds, at the observed prevalence."""
    counts = stratum.counts
    line = expected_cost_of(costs)(np.array([counts.all_positives / counts.labelled]))
    points = []
    for threshold in thresholds:
        misses, alarms = _error_rates(stratum, threshold)
        cost = float(line.worth(misses=misses, alarms=alarms)[0])
        points.append(CostPoint(threshold=threshold, expected_cost=cost))
    return tuple(points)


def _error_rates(
    stratum: Stratum, threshold: float
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.float64]], ...]:
    """Return the share of positives missed and of negatives flagged, as deployed."""
    point = stratum.finding.operating_point
    table = confusion_as_deployed(stratum.counts, threshold=threshold, point=point)
    return np.array([table.fn / table.positives]), np.array([table.fp / table.negatives])
