"""Indeterminate: what would hold had the reference standard given an answer on every exam."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from validation.counts import sum_by
from validation.errors import EmptyStratumError, UndefinedError
from validation.estimates import Estimate, attempt
from validation.flagging import flags
from validation.hidden import hidden_by
from validation.protocols.shape import OperatingPoint
from validation.strata import Stratum
from validation.tallies.cells import INDETERMINATE, WEIGHT, Cells

Array = npt.NDArray[np.float64]

NO_THRESHOLD = "the protocol declares no operating point"
UNWEIGHTED = "every exam counts as one, whatever its weight"


@dataclass(frozen=True, kw_only=True)
class Case:
    """What would hold under one set of answers; no intervals."""

    sensitivity: Estimate
    specificity: Estimate
    auroc: Estimate


@dataclass(frozen=True, kw_only=True)
class Indeterminate:
    """The exams of one stratum without an answer, and the two ends of what may hold.

    `scored` counts those of them that have a score. No answers to them give rates or an AUROC
    above those of `best` or below those of `worst`.
    """

    finding: str | None
    partition: str | None
    by: dict[str, str] = field(default_factory=dict)
    exams: int
    scored: int
    best: Case
    worst: Case


def indeterminate(stratum: Stratum) -> Indeterminate | None:
    """Return the best and the worst case of one stratum; None where every exam has its answer."""
    cells = stratum.joint
    unknown = cells.label == INDETERMINATE
    if not unknown.any():
        return None
    has_score = ~np.isnan(cells.score)
    return Indeterminate(
        finding=stratum.finding.name,
        partition=stratum.partition,
        by=dict(stratum.by),
        exams=int(cells.exams[unknown].sum()),
        scored=int(cells.exams[unknown & has_score].sum()),
        best=_case(stratum, cells, best=True),
        worst=_case(stratum, cells, best=False),
    )


def _case(stratum: Stratum, cells: Cells, *, best: bool) -> Case:
    def of(metric: str, measure: Callable[[], Estimate]) -> Estimate:
        reason = hidden_by(metric, stratum)
        return attempt(measure) if reason is None else Estimate(value=None, undefined=reason)

    point = stratum.finding.operating_point
    return Case(
        sensitivity=of("sensitivity", lambda: _rate(cells, point, label=1, best=best)),
        specificity=of("specificity", lambda: _rate(cells, point, label=0, best=best)),
        auroc=of("auroc", lambda: _auroc(cells, best=best)),
    )


def _rate(cells: Cells, point: OperatingPoint, *, label: int, best: bool) -> Estimate:
    """Return the share of exams with a label that are decided rightly, as deployed.

    At best the exams without an answer have the one that the decision gives, at worst the other.
    """
    if point.threshold is None:
        raise UndefinedError(NO_THRESHOLD)
    right = flags(cells.score, threshold=point.threshold, point=point) == bool(label)
    known, unknown = cells.label == label, cells.label == INDETERMINATE
    events = int(cells.exams[right & (known | unknown if best else known)].sum())
    n = int(cells.exams[known | (unknown & (right == best))].sum())
    if n == 0:
        msg = f"no {'positive' if label else 'negative'} exam"
        raise EmptyStratumError(msg)
    return Estimate(value=events / n, n=n, events=events, note=_note(cells))


def _auroc(cells: Cells, *, best: bool) -> Estimate:
    scores, place = np.unique(cells.score[~np.isnan(cells.score)], return_inverse=True)
    used = cells.where(~np.isnan(cells.score))
    known, zeros, unknown = (
        sum_by(place, (used.exams * (used.label == label)).astype(np.float64), size=scores.size)
        for label in (1, 0, INDETERMINATE)
    )
    value = greatest_auroc(known, zeros, unknown)
    if not best:
        value = 1 - greatest_auroc(known[::-1], zeros[::-1], unknown[::-1])
    n = int(known.sum() + zeros.sum() + unknown.sum())
    return Estimate(value=value, n=n, note=_note(cells))


def _note(cells: Cells) -> str | None:
    return UNWEIGHTED if WEIGHT in cells.sums else None


def greatest_auroc(positives: Array, negatives: Array, unknown: Array) -> float:
    """Return the greatest AUROC that any answers on the exams without one can give, in [0, 1].

    However many of them are positive, those with the highest scores had best be; so that only
    their number is to be found, and every number is tried.

    Parameters
    ----------
    positives, negatives, unknown : float64 array, shape (k,)
        Exams per distinct score, ascending; whole numbers.

    Raises
    ------
    EmptyStratumError
        When a class is empty whatever the answers.
    """
    p, n, u = positives[::-1], negatives[::-1], unknown[::-1]
    count = int(u.sum())
    # What an exam adds to the pairs in order if it is positive, and if it is negative.
    as_positive, as_negative = n.sum() - np.cumsum(n) + n / 2, np.cumsum(p) - p / 2
    cell = np.repeat(np.arange(u.size), u.astype(np.int64))
    gain = np.append(0.0, np.cumsum((as_positive - as_negative)[cell]))
    m = np.arange(count + 1, dtype=np.float64)
    in_order = p @ as_positive + u @ as_negative + gain + m * (count - m)
    tied = m[1:] - (np.cumsum(u) - u)[cell]  # so many of the score last reached are positive
    in_order[1:] -= tied * (u[cell] - tied) / 2
    pairs = (p.sum() + m) * (n.sum() + count - m)
    if not pairs.any():
        msg = "a class is empty, whatever the answers on the indeterminate exams"
        raise EmptyStratumError(msg)
    return float((in_order[pairs > 0] / pairs[pairs > 0]).max())
