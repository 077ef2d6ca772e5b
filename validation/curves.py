"""Curves: what a figure draws, as a bounded number of points."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from validation.bootstrap import percentile_interval
from validation.counts import ScoreCounts, flags
from validation.errors import UndefinedError
from validation.estimates import Bounds
from validation.exam_costs import DIFFER, costs_differ
from validation.hidden import hidden_by, told_thresholds
from validation.intervals import wilson
from validation.measures import Decided, among_prevalences, curve_of, decide_at
from validation.metrics.abstention import (
    AbstentionPoint,
    abstention_points,
    risk_coverage_area,
)
from validation.metrics.binning import binned
from validation.metrics.calibration import RANKS
from validation.metrics.discrimination import require_classes
from validation.metrics.smooth import Curve
from validation.metrics.utility import (
    Utility,
    expected_cost_of,
    net_benefit_of,
    shares_of,
    worth_of,
)
from validation.protocols.edges import curve_thresholds
from validation.protocols.shape import Costs, Protocol, ScoreKind
from validation.strata import Stratum

ROC_POINTS = 201
DECILES = 10
SMOOTH_POINTS = 41
COST_CURVE_POINTS = 51
BAND_REPLICATES = 400  # as of the flexible calibration curve: enough for a band to be looked at
UTILITIES = (
    "expected_cost",
    "normalized_expected_cost",
    "net_benefit",
    "standardized_net_benefit",
    "interventions_avoided",
)


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
class SmoothPoint:
    """The flexible calibration curve at a predicted risk, with its pointwise interval."""

    predicted: float
    observed: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class DecisionPoint:
    """Net benefit, as deployed, against flagging everybody and nobody.

    `threshold` is the score from which exams are flagged and the probability whose odds price
    them: the curve is of scores that are probabilities. `low` and `high` are the pointwise
    interval of the net benefit, as of the metric of that name; `standardized` is it over the
    prevalence; `interventions_avoided` is per exam, against flagging everybody.
    """

    threshold: float
    net_benefit: float
    treat_all: float
    treat_none: float
    interventions_avoided: float
    low: float | None = None
    high: float | None = None
    standardized: float | None = None


@dataclass(frozen=True, kw_only=True)
class CostPoint:
    """Expected cost of one exam, as deployed, if this were the threshold, with its interval."""

    threshold: float
    expected_cost: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class PrevalencePoint:
    """What decisions at the operating point are worth, as deployed, at another prevalence.

    `of` says which: the population's "range low", "prevalence" or "range high". The values are
    linear in the prevalence (normalised cost and standardised net benefit are monotone in it), so
    that the ends of the range speak for what lies between.
    """

    of: str
    prevalence: float
    expected_cost: Bounds
    normalized_expected_cost: Bounds
    net_benefit: Bounds
    standardized_net_benefit: Bounds
    interventions_avoided: Bounds


@dataclass(frozen=True, kw_only=True)
class CostCurvePoint:
    """Normalised expected cost, as deployed, where misses weigh `probability_cost`.

    The weight joins prevalence and costs: the share of the cost of being always wrong that
    misses would have. `model` is None where no operating point is declared, or it lies inside a
    merged score cell; `lowest` is the
    cheapest threshold's, chosen on these very exams.
    """

    probability_cost: float
    lowest: float
    treat_all: float
    treat_none: float
    model: float | None = None


@dataclass(frozen=True, kw_only=True)
class Curves:
    """The curves of one stratum; `undefined` says why one is empty, or lacks thresholds."""

    by: dict[str, str]
    finding: str | None
    partition: str | None = None
    roc: tuple[RocPoint, ...] = ()
    calibration: tuple[CalibrationPoint, ...] = ()
    calibration_smooth: tuple[SmoothPoint, ...] = ()
    decision: tuple[DecisionPoint, ...] = ()
    cost: tuple[CostPoint, ...] = ()
    cost_curve: tuple[CostCurvePoint, ...] = ()
    over_prevalences: tuple[PrevalencePoint, ...] = ()
    abstention: tuple[AbstentionPoint, ...] = ()
    risk_coverage_area: float | None = None
    undefined: dict[str, str] = field(default_factory=dict)


PROBABLE = ("calibration", "calibration_smooth", "decision", "cost")


def draw(stratum: Stratum, protocol: Protocol) -> Curves:
    """Return the curves of one stratum."""
    counts, costs = stratum.counts, stratum.finding.costs
    level = protocol.intervals.level
    thresholds, left_out = told_thresholds(stratum, curve_thresholds(protocol))
    bare = Curves(by=dict(stratum.by), finding=stratum.finding.name, partition=stratum.partition)
    try:
        require_classes(counts.scored_positives, counts.scored_negatives)
    except UndefinedError as reason:
        return replace(bare, undefined=dict.fromkeys(("roc", *PROBABLE), str(reason)))
    bare = replace(
        bare,
        roc=roc_points(counts),
        cost_curve=cost_curve_points(stratum),
        over_prevalences=prevalence_points(stratum, protocol),
    )
    point = stratum.finding.operating_point
    if point.threshold is not None and hidden_by("accuracy", stratum) is None:
        bare = replace(
            bare,
            abstention=abstention_points(
                counts, threshold=point.threshold, point=point, level=level
            ),
            risk_coverage_area=risk_coverage_area(counts, threshold=point.threshold, point=point),
        )
    if protocol.score_kind is ScoreKind.RANK:
        return replace(bare, undefined=dict.fromkeys(PROBABLE, RANKS))
    undefined: dict[str, str] = {}
    smooth: tuple[SmoothPoint, ...] = ()
    try:
        smooth = smooth_points(curve_of(stratum), level=level)
    except UndefinedError as reason:
        undefined["calibration_smooth"] = str(reason)
    if left_out is not None:
        undefined |= {"decision": left_out, "cost": left_out}
    if costs is None:
        undefined["cost"] = "the protocol declares no costs"
    elif costs_differ(protocol, stratum.finding):
        undefined["cost"], costs = DIFFER, None
    decision, cost = priced_points(stratum, protocol, costs, thresholds)
    return replace(
        bare,
        calibration=calibration_points(counts, level=level),
        calibration_smooth=smooth,
        decision=decision,
        cost=cost,
        undefined=undefined,
    )


def roc_points(counts: ScoreCounts) -> tuple[RocPoint, ...]:
    """Return the ROC curve of scored exams, at most 201 points, from nobody to everybody flagged.

    Exams count by their weights, where they have some. Where there are more distinct scores, those
    are kept that part the curve's length evenly.
    """
    hits, false_alarms = (
        np.cumsum(mass[::-1]) for mass in (counts.mass_of_positives, counts.mass_of_negatives)
    )
    sensitivity, alarms = hits / hits[-1], false_alarms / false_alarms[-1]
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
    """Return observed against predicted risk in tenths of the exams, equal scores together.

    Where patients have several exams, or exams weights, Wilson's interval rests on the
    effective number of exams.
    """
    bins = binned(counts, bins=DECILES)
    points = []
    for predicted, observed, exams in zip(bins.predicted, bins.observed, bins.exams, strict=True):
        size = float(exams) / bins.effect
        low, high = wilson(float(observed) * size, size, level=level)
        points.append(
            CalibrationPoint(
                predicted=float(predicted), observed=float(observed), low=low, high=high,
                n=int(exams),
            )
        )  # fmt: skip
    return tuple(points)


def smooth_points(curve: Curve, *, level: float) -> tuple[SmoothPoint, ...]:
    """Return the flexible calibration curve at evenly spaced predicted risks."""
    ends = float(curve.predicted[0]), float(curve.predicted[-1])
    predicted = np.linspace(*ends, SMOOTH_POINTS)
    middle, low, high = curve.observed(predicted, level=level)
    return tuple(
        SmoothPoint(predicted=float(p), observed=float(o), low=float(a), high=float(b))
        for p, o, a, b in zip(predicted, middle, low, high, strict=True)
    )


def priced_points(
    stratum: Stratum, protocol: Protocol, costs: Costs | None, thresholds: Sequence[float]
) -> tuple[tuple[DecisionPoint, ...], tuple[CostPoint, ...]]:
    """Return the decision curve and, where there are costs, the curve of expected cost.

    Both are as deployed, at the observed prevalence, with intervals made as those of the metrics
    `net_benefit` and `expected_cost` from at most 400 draws: patients and weights are heeded. All
    thresholds start from the same random numbers, so that the band is smooth.

    References
    ----------
    Vickers AJ, Elkin EB. Med Decis Making 2006;26(6):565-574.
    """
    level = protocol.intervals.level
    decision, cost = [], []
    for threshold, decided in _decided_at(stratum, protocol, thresholds):
        if 0 < threshold < 1:
            decision.append(_decision_point(threshold, decided, level=level))
        if costs is not None:
            found = _observed(decided, expected_cost_of(costs), level=level)
            cost.append(
                CostPoint(threshold=threshold, expected_cost=found[0], low=found[1], high=found[2])
            )
    return tuple(decision), tuple(cost)


def _decision_point(threshold: float, decided: Decided, *, level: float) -> DecisionPoint:
    """Return the net benefit of flagging from a probability on."""
    worth = net_benefit_of(threshold)
    benefit, low, high = _observed(decided, worth, level=level)
    prevalence = shares_of(decided.table.mass[None, :]).prevalence
    everybody = worth(prevalence).worth(misses=np.zeros(1), alarms=np.ones(1))
    return DecisionPoint(
        threshold=threshold,
        net_benefit=benefit,
        low=low,
        high=high,
        standardized=benefit / float(prevalence[0]),
        treat_all=float(everybody[0]),
        treat_none=0.0,
        interventions_avoided=(benefit - float(everybody[0])) * (1 - threshold) / threshold,
    )


def _observed(decided: Decided, worth: Utility, *, level: float) -> tuple[float, float, float]:
    """Return a utility as observed, and its interval."""
    value = float(worth_of(shares_of(decided.table.mass[None, :]), worth)[0])
    low, high = percentile_interval(worth_of(decided.shares, worth), value=value, level=level)
    return value, low, high


def _decided_at(
    stratum: Stratum, protocol: Protocol, thresholds: Sequence[float]
) -> Iterator[tuple[float, Decided]]:
    """Yield the decisions from each threshold on; those that decide alike share their draws."""
    known: Decided | None = None
    for threshold in thresholds:
        found = decide_at(stratum, protocol, threshold, most=BAND_REPLICATES)
        if known is None or found.table != known.table:
            known = found
        yield threshold, known


def prevalence_points(stratum: Stratum, protocol: Protocol) -> tuple[PrevalencePoint, ...]:
    """Return what decisions are worth at the population's prevalence and the ends of its range."""
    population = stratum.finding.population
    if population is None:
        return ()
    shares = {"prevalence": population.prevalence}
    if population.range is not None:
        low, high = population.range
        shares = {"range low": low, **shares, "range high": high}
    level = protocol.intervals.level
    found = {
        key: among_prevalences(key, stratum, protocol, shares, level=level) for key in UTILITIES
    }
    return tuple(
        PrevalencePoint(
            of=name,
            prevalence=share,
            **{key: estimates[name].bounds for key, estimates in found.items()},
        )
        for name, share in shares.items()
    )


def cost_curve_points(stratum: Stratum) -> tuple[CostCurvePoint, ...]:
    """Return the cost curve: fifty-one weights of a miss, from 0 to 1.

    References
    ----------
    Drummond C, Holte RC. Cost curves: an improved method for visualizing classifier
    performance. Mach Learn 2006;65:95-130. doi:10.1007/s10994-006-8199-5
    """
    counts, point = stratum.counts, stratum.finding.operating_point
    flagged = point.unscored == "positive"
    of_negatives, of_positives = counts.by_label
    missed = np.concatenate([[0.0], np.cumsum(of_positives[:-1])])
    alarms = of_negatives[:-1].sum() - np.concatenate([[0.0], np.cumsum(of_negatives[:-1])])
    missed = (missed + (0.0 if flagged else of_positives[-1])) / of_positives.sum()
    alarms = (alarms + (of_negatives[-1] if flagged else 0.0)) / of_negatives.sum()
    used: int | None = None
    if point.threshold is not None and hidden_by("sensitivity", stratum) is None:
        used = int(np.sum(~flags(counts.scores, threshold=point.threshold, point=point)))
    points = []
    for share in np.linspace(0, 1, COST_CURVE_POINTS):
        costs = missed * share + alarms * (1 - share)
        points.append(
            CostCurvePoint(
                probability_cost=float(share), lowest=float(costs.min()),
                treat_all=float(1 - share), treat_none=float(share),
                model=None if used is None else float(costs[used]),
            )
        )  # fmt: skip
    return tuple(points)
