"""Exam costs: what decisions cost where errors about different exams cost differently.

A table may say what missing each exam, or a false alarm about it, would cost; or a protocol may
price misses by how grave the finding is. Then the expected cost is a mean over exams and no
function of the two error rates: figures at another prevalence, normalised ones and curves of
cost are not defined.
"""

import math

import numpy as np
import numpy.typing as npt

from validation.errors import EmptyStratumError, UndefinedError
from validation.estimates import Estimate
from validation.flagging import flags
from validation.intervals import normal_quantile
from validation.protocols.shape import Costs, Finding, Protocol
from validation.strata import Stratum
from validation.tallies import Cells
from validation.tallies.cells import (
    ALARM,
    ALARM_SQUARED,
    MISS,
    MISS_SQUARED,
    SEVERITY,
    WEIGHT,
    WEIGHT_SQUARED,
)

Array = npt.NDArray[np.float64]

DIFFER = "errors cost differently from exam to exam: only the expected cost as observed is defined"
METHOD = "mean-of-exams"


def costs_differ(protocol: Protocol, finding: Finding) -> bool:
    """Tell whether errors about different exams cost differently."""
    columns, costs = protocol.columns, finding.costs
    by_row = columns.cost_of_miss is not None or columns.cost_of_alarm is not None
    return by_row or (costs is not None and bool(costs.by_severity))


def expected_cost(
    stratum: Stratum, protocol: Protocol, costs: Costs, *, level: float, among_scored: bool
) -> Estimate:
    """Return the mean cost of an exam's decision, in the costs' unit.

    The price of a miss is the row's own, else that of the exam's severity, else the protocol's;
    that of a false alarm the row's own, else the protocol's. The interval is that of a mean,
    wider by the design effect where patients have several exams.

    Parameters
    ----------
    stratum : Stratum
    protocol : Protocol
    costs : Costs
        Of the stratum's finding.
    level : float
    among_scored : bool
        Whether exams without a score are left out; else they take the fail-safe.

    Raises
    ------
    EmptyStratumError
        When a class has no exam.
    UndefinedError
        When there is no operating point, or a severity has no price.
    """
    point = stratum.finding.operating_point
    if point.threshold is None:
        msg = "the protocol declares no operating point"
        raise UndefinedError(msg)
    cells = stratum.joint.where(stratum.joint.label >= 0)
    if among_scored:
        cells = cells.where(~np.isnan(cells.score))
    positive = cells.label == 1
    for present, word in ((positive, "positive"), (~positive, "negative")):
        if not present.any():
            msg = f"no {word} exam"
            raise EmptyStratumError(msg)
    flagged = flags(cells.score, threshold=point.threshold, point=point)
    miss, miss_squared = _misses(cells, stratum, protocol, costs)
    alarm, alarm_squared = _alarms(cells, protocol, costs)
    weight, squared = cells.amount(WEIGHT), cells.amount(WEIGHT_SQUARED)
    price = np.where(positive, costs.true_positive, costs.true_negative)
    missed, alarmed = positive & ~flagged, ~positive & flagged
    cost = np.where(missed, miss, np.where(alarmed, alarm, price * weight))
    cost_squared = np.where(
        missed, miss_squared, np.where(alarmed, alarm_squared, price**2 * squared)
    )
    mass, n = float(weight.sum()), int(cells.exams.sum())
    mean = float(cost.sum()) / mass
    # Of a cell's exams the mean weight stands for each: its sums know no finer.
    crossed = cost * squared / weight
    variance = float((cost_squared - 2 * mean * crossed + mean**2 * squared).sum()) / mass**2
    variance *= n / max(n - 1, 1) * _design_effect(stratum, costs, mean, miss, alarm, cells)
    half = normal_quantile(level) * math.sqrt(max(variance, 0.0))
    least = min(costs.true_positive, costs.true_negative, 0.0)
    return Estimate(
        value=mean, low=max(least, mean - half), high=mean + half, level=level,
        method=METHOD + stratum.counts.kind, n=n, events=int(cells.exams[positive].sum()),
    )  # fmt: skip


def _misses(
    cells: Cells, stratum: Stratum, protocol: Protocol, costs: Costs
) -> tuple[Array, Array]:
    """Return what missing each cell's positives costs, and the sum of the squares."""
    if protocol.columns.cost_of_miss is not None:
        return cells.amount(MISS), cells.amount(MISS_SQUARED)
    price = np.full(len(cells), costs.false_negative)
    if costs.by_severity:
        positive = cells.label == 1
        known = [costs.by_severity.get(name, math.nan) for name in stratum.severities]
        price = np.where(positive, np.array(known)[cells.codes[SEVERITY]], 0.0)
        lacking = np.unique(cells.codes[SEVERITY][np.isnan(price)])
        if lacking.size:
            msg = f"no price is declared for severity “{stratum.severities[int(lacking[0])]}”"
            raise UndefinedError(msg)
    return price * cells.amount(WEIGHT), price**2 * cells.amount(WEIGHT_SQUARED)


def _alarms(cells: Cells, protocol: Protocol, costs: Costs) -> tuple[Array, Array]:
    """Return what alarms about each cell's negatives cost, and the sum of the squares."""
    if protocol.columns.cost_of_alarm is not None:
        return cells.amount(ALARM), cells.amount(ALARM_SQUARED)
    price = costs.false_positive
    return price * cells.amount(WEIGHT), price**2 * cells.amount(WEIGHT_SQUARED)


def _design_effect(
    stratum: Stratum, costs: Costs, mean: float, miss: Array, alarm: Array, cells: Cells
) -> float:
    """Return how much repeats of patients widen the mean, with mean prices for all exams."""
    point, counts = stratum.finding.operating_point, stratum.counts
    threshold = point.threshold or 0.0
    scores = np.append(counts.scores, np.nan)
    flagged = flags(scores, threshold=threshold, point=point)
    weight, positive = cells.amount(WEIGHT), cells.label == 1
    of_miss = float(miss[positive].sum() / weight[positive].sum())
    of_alarm = float(alarm[~positive].sum() / weight[~positive].sum())
    return counts.design_effect(
        "expected_cost",
        np.where(flagged, costs.true_positive, of_miss) - mean,
        np.where(flagged, of_alarm, costs.true_negative) - mean,
    )
