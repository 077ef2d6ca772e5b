"""Scales: a metric of one stratum, carried to where its error is normal, and back.

Each metric has one function that gives value and variance. What these take from the counts is
all that random effects and shrunken estimates know of a stratum.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from validation.counts import Confusion, ScoreCounts, confusion_as_deployed
from validation.errors import UndefinedError
from validation.intervals import expit, logit
from validation.metrics.calibration import log_observed_expected, on_log_odds
from validation.metrics.discrimination import delong
from validation.protocols.shape import Finding


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A metric of one stratum on its scale.

    Attributes
    ----------
    value, variance : float
    is_corrected : bool
        Whether half an exam was added because a rate is 0 or 1.
    raw : float
        The metric as observed, on its own scale.
    """

    value: float
    variance: float
    raw: float
    is_corrected: bool = False


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How a metric is carried to the scale on which strata are pooled, and back.

    Attributes
    ----------
    name : str
        "logit", "log" or "identity".
    back : callable
    place : callable
        Raises UndefinedError where the metric or its variance does not exist.
    badness : callable
        How bad a value on the scale is: the larger the worse.
    """

    name: str
    back: Callable[[float], float]
    place: Callable[[ScoreCounts, Finding], Placed]
    badness: Callable[[float], float]


def _auroc(counts: ScoreCounts, _finding: Finding) -> Placed:
    value, variance = delong(counts)
    if variance is None:
        msg = "DeLong's variance is 0 or unknown"
        raise UndefinedError(msg)
    return Placed(value=logit(value), variance=variance / (value * (1 - value)) ** 2, raw=value)


def _proportion(events: float, rest: float, *, empty: str) -> Placed:
    """Return log-odds and variance; half an exam is added to both where one is 0."""
    if events + rest == 0:
        raise UndefinedError(empty)
    lacking = 0 in {events, rest}
    a, b = (events + 0.5, rest + 0.5) if lacking else (events, rest)
    return Placed(
        value=math.log(a / b),
        variance=1 / a + 1 / b,
        raw=events / (events + rest),
        is_corrected=lacking,
    )


def _decided(counts: ScoreCounts, finding: Finding) -> Confusion:
    """Return the decisions as deployed."""
    point = finding.operating_point
    if point.threshold is None:
        msg = "the protocol declares no operating point"
        raise UndefinedError(msg)
    return confusion_as_deployed(counts, threshold=point.threshold, point=point)


def _sensitivity(counts: ScoreCounts, finding: Finding) -> Placed:
    table = _decided(counts, finding)
    return _proportion(table.tp, table.fn, empty="no positive exam")


def _specificity(counts: ScoreCounts, finding: Finding) -> Placed:
    table = _decided(counts, finding)
    return _proportion(table.tn, table.fp, empty="no negative exam")


def _observed_expected(counts: ScoreCounts, _finding: Finding) -> Placed:
    value, variance = log_observed_expected(counts)
    return Placed(value=value, variance=variance, raw=math.exp(value))


def _slope(counts: ScoreCounts, _finding: Finding) -> Placed:
    found = on_log_odds(counts)
    value, variance = float(found.beta[-1]), found.variance
    return Placed(value=value, variance=variance, raw=value)


def _falls(x: float) -> float:
    return -x


SCALES: Final[Mapping[str, Scale]] = MappingProxyType(
    {
        "auroc": Scale(name="logit", back=expit, place=_auroc, badness=_falls),
        "sensitivity": Scale(name="logit", back=expit, place=_sensitivity, badness=_falls),
        "specificity": Scale(name="logit", back=expit, place=_specificity, badness=_falls),
        "observed_expected": Scale(
            name="log", back=math.exp, place=_observed_expected, badness=abs
        ),
        "calibration_slope": Scale(
            name="identity", back=float, place=_slope, badness=lambda x: abs(x - 1)
        ),
    }
)
NEED_PROBABILITIES: Final = frozenset({"observed_expected", "calibration_slope"})
