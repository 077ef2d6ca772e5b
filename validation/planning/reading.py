"""Reading: the exams of one stratum beside those that precise answers need."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt

from validation.errors import UndefinedError
from validation.estimates import Estimate
from validation.measures import decide, measure_one
from validation.planning import sizes
from validation.protocols.odds import threshold_probability
from validation.protocols.shape import Protocol
from validation.strata import Stratum

RILEY, PAVLOU = "Riley 2021", "Pavlou 2021"

# Widths of intervals that the sources propose where a protocol asks for none.
WIDTHS: Final = {
    "observed_expected": 0.2,
    "calibration_slope": 0.2,
    "calibration_intercept": 0.4,
    "auroc": 0.1,
    "standardized_net_benefit": 0.2,
}
CRITERIA: Final = (
    ("observed_expected", RILEY),
    ("calibration_slope", RILEY),
    ("auroc", RILEY),
    ("standardized_net_benefit", RILEY),
    ("calibration_intercept", PAVLOU),
    ("auroc", PAVLOU),
)


@dataclass(frozen=True, kw_only=True)
class SampleSize:
    """One criterion of one stratum: what it asks for and what is there.

    Attributes
    ----------
    criterion, source : str
        The metric, and whose formula it is.
    target_width : float
        The interval's wanted width; `asked_by` says whether the "protocol" or, by "default",
        the source wants it.
    required_exams, required_events : int or None
        Independent exams, and positives among them at the observed prevalence; None where
        `undefined` says why.
    exams, events : int
        Those on which the metric rests here.
    reached_width : float or None
        The width of the metric's interval here, heeding patients and weights; None where it has
        none.
    sufficient : bool
        Whether there are as many exams and the interval is as narrow as wanted.
    """

    finding: str | None
    partition: str | None
    by: dict[str, str] = field(default_factory=dict)
    criterion: str
    source: str
    target_width: float
    asked_by: str = "default"
    required_exams: int | None = None
    required_events: int | None = None
    exams: int = 0
    events: int = 0
    reached_width: float | None = None
    sufficient: bool = False
    undefined: str | None = None


def sample_sizes(stratum: Stratum, protocol: Protocol) -> list[SampleSize]:
    """Return what every criterion asks for and what is there, in one stratum."""
    return [_one(stratum, protocol, criterion, source) for criterion, source in CRITERIA]


def _one(stratum: Stratum, protocol: Protocol, criterion: str, source: str) -> SampleSize:
    level, asked = protocol.intervals.level, protocol.minimum.max_width
    estimate = measure_one(criterion, stratum, protocol, level=level)
    width = asked.get(criterion, WIDTHS[criterion])
    entry = SampleSize(
        finding=stratum.finding.name,
        partition=stratum.partition,
        by=dict(stratum.by),
        criterion=criterion,
        source=source,
        target_width=width,
        asked_by="protocol" if criterion in asked else "default",
        exams=estimate.n or 0,
        events=estimate.events or 0,
        reached_width=_width(estimate),
    )
    if estimate.value is None:
        return replace(entry, undefined=estimate.undefined)
    formula = _formula(stratum, protocol, criterion, source, value=estimate.value)
    try:
        required = formula(width=width, level=level)
    except UndefinedError as reason:
        return replace(entry, undefined=str(reason))
    exams = math.ceil(required)
    return replace(
        entry,
        required_exams=exams,
        required_events=math.ceil(exams * _prevalence(stratum)),
        sufficient=entry.exams >= exams
        and entry.reached_width is not None
        and entry.reached_width <= width,
    )


def _width(estimate: Estimate) -> float | None:
    if estimate.low is None or estimate.high is None:
        return None
    return estimate.high - estimate.low


def _prevalence(stratum: Stratum) -> float:
    """Return the share of positives among scored exams; both classes are there."""
    counts = stratum.counts
    positives = float(counts.mass_of_positives.sum())
    return positives / (positives + float(counts.mass_of_negatives.sum()))


def _formula(
    stratum: Stratum, protocol: Protocol, criterion: str, source: str, *, value: float
) -> Callable[..., float]:
    """Return the formula of a criterion with what the stratum shows filled in.

    `value` is that of the criterion's metric.
    """
    prevalence = _prevalence(stratum)
    if criterion == "observed_expected":
        return partial(sizes.for_observed_expected, prevalence)
    if criterion == "auroc":
        by = sizes.for_auroc_by_riley if source == RILEY else sizes.for_auroc_by_pavlou
        return partial(by, value, prevalence)
    if criterion == "standardized_net_benefit":
        return _net_benefit(stratum, protocol)
    log_odds, mass = _log_odds(stratum)
    if criterion == "calibration_slope":
        return partial(sizes.for_calibration_slope, log_odds, mass)
    return partial(sizes.for_calibration_intercept, log_odds, mass)


def _net_benefit(stratum: Stratum, protocol: Protocol) -> Callable[..., float]:
    """Return the formula of net benefit at the operating point, as deployed."""
    decided = decide(stratum, protocol)
    if decided is None:  # pragma: no cover  # the metric is then undefined
        raise UndefinedError
    tp, fp, fn, tn = decided.table.mass.tolist()
    return partial(
        sizes.for_standardized_net_benefit,
        tp / (tp + fn),
        tn / (fp + tn),
        (tp + fn) / (tp + fp + fn + tn),
        threshold=threshold_probability(stratum.finding, protocol.score_kind),
    )


def _log_odds(stratum: Stratum) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the log-odds of the scores and what the exams with them count for.

    No score is 0 or 1: calibration would then be undefined.
    """
    counts = stratum.counts
    scores = counts.means
    log_odds = np.log(scores) - np.log1p(-scores)
    return log_odds, counts.mass_of_positives + counts.mass_of_negatives
